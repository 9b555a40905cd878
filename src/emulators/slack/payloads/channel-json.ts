import type { JsonObject } from "../wire.ts";
import { isExternal } from "../world/openness.ts";
import type { ChannelRecord } from "../world/records.ts";
import { botIsMember } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";

export function channelJson(
  world: World,
  channel: ChannelRecord,
  options: { readonly withCount?: boolean } = {},
): JsonObject {
  const created = Math.floor(channel.createdAt / 1000);
  const bot = world.installation(channel.teamId)?.botUserId;
  if (channel.type === "im") {
    return {
      id: channel.id,
      created,
      is_im: true,
      is_org_shared: false,
      is_ext_shared: false,
      context_team_id: channel.teamId,
      updated: channel.createdAt,
      user: channel.memberIds.find((id) => id !== bot),
      is_archived: channel.isArchived,
      is_open: true,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.type === "channel",
    is_group: channel.type === "group",
    is_im: false,
    is_mpim: channel.type === "mpim",
    is_private: channel.type !== "channel",
    created,
    creator: channel.creatorId,
    is_archived: channel.isArchived,
    is_general: channel.name === "general",
    is_shared: isExternal(channel) || channel.isOrgShared === true,
    is_ext_shared: isExternal(channel),
    is_org_shared: channel.isOrgShared === true,
    is_pending_ext_shared: (channel.invited ?? []).length > 0,
    shared_team_ids: [channel.teamId, ...(isExternal(channel) ? (channel.sharedWith ?? []) : [])],
    unlinked: 0,
    parent_conversation: null,
    pending_shared: [],
    pending_connected_team_ids: channel.invited ?? [],
    ...(isExternal(channel) && {
      connected_team_ids: channel.sharedWith,
      conversation_host_id: channel.teamId,
    }),
    is_member: botIsMember(world, channel),
    context_team_id: channel.teamId,
    updated: channel.createdAt,
    topic: { value: channel.topic, creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    previous_names: [],
    // So it is in listings; that a bot is told of it by conversations.info too is not documented [guess].
    properties: {
      ...(channel.posters && { posting_restricted_to: { type: [], user: channel.posters } }),
      ...(channel.repliers && { threads_restricted_to: { type: [], user: channel.repliers } }),
    },
    ...(options.withCount && { num_members: channel.memberIds.length }),
  };
}
