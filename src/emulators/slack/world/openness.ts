import { NotPossible } from "../http/api-error.ts";
import { createMessage } from "../messages/posting.ts";
import { userJson } from "../payloads/user-json.ts";
import type { ChannelRecord, UserRecord } from "./records.ts";
import { botIsMember } from "./workspaces.ts";
import type { World } from "./world.ts";

/*
 * Who can read a channel, and what changes it: conversions, Slack Connect, guests. A channel belongs to one workspace;
 * people of others are members of it like its own, and read it under their own workspace's name.
 */

/** Public channels are open to every member of the workspace; guests and people of elsewhere read what they are in. */
export function maySee(world: World, channel: ChannelRecord, userId: string): boolean {
  if (channel.memberIds.includes(userId)) return true;
  const user = world.users.get(userId);
  return channel.type === "channel" && user?.teamId === channel.teamId && user.guest === undefined;
}

export const isExternal = (channel: ChannelRecord): boolean => (channel.sharedWith ?? []).length > 0;

/** A member of the workspace, or somebody who shares a channel with it. */
export function isKnownIn(world: World, teamId: string, user: UserRecord): boolean {
  if (user.teamId === teamId) return true;
  return world.channelsOf(teamId).some(({ memberIds }) => memberIds.includes(user.id));
}

/** The channel keeps its id. It is told by a message in it, under the kind that it has now. */
export function convertChannel(world: World, channel: ChannelRecord, to: "channel" | "group"): void {
  if (channel.type === to) return;
  if (channel.type !== "channel" && channel.type !== "group")
    throw new NotPossible("Only public and private channels are converted.");
  channel.type = to;
  changed(world, channel);
  const [actor = ""] = channel.memberIds;
  createMessage(world, channel, {
    userId: actor,
    isFromApp: false,
    text: `made this channel ${to === "group" ? "private" : "public"}.`,
    subtype: to === "group" ? "channel_convert_to_private" : "channel_convert_to_public",
  });
}

/** Another company accepted an invitation; these of its people come in. */
export function shareChannel(
  world: World,
  channel: ChannelRecord,
  { teamId, userIds }: { readonly teamId: string; readonly userIds: readonly string[] },
): void {
  if (teamId === channel.teamId) throw new NotPossible("A channel is shared with other companies.");
  channel.invited = (channel.invited ?? []).filter((one) => one !== teamId);
  channel.sharedWith = [...new Set([...(channel.sharedWith ?? []), teamId])];
  channel.memberIds = [...new Set([...channel.memberIds, ...userIds])];
  changed(world, channel);
  tell(world, channel, "channel_shared", teamId);
}

/** A private channel of old gets an id of the new kind when it is shared; its messages keep theirs. */
export function changeId(world: World, channel: ChannelRecord): void {
  const before = channel.id;
  const messages = world.messagesIn(before);
  for (const message of messages) world.removeMessage(message);
  world.channels.delete(before);
  channel.id = world.ids.next("C");
  world.channels.set(channel.id, channel);
  for (const message of messages) {
    message.channelId = channel.id;
    world.addMessage(message);
  }
  changed(world, channel);
  if (!botIsMember(world, channel)) return;
  const type = "channel_id_changed";
  const event = {
    type,
    old_channel_id: before,
    new_channel_id: channel.id,
    event_ts: world.timestamps.next(),
  };
  world.dispatch({ teamId: channel.teamId, subscription: type, event });
}

/** It is cut off again: its people are out. */
export function unshareChannel(world: World, channel: ChannelRecord, teamId: string): void {
  if (!channel.sharedWith?.includes(teamId)) throw new NotPossible("It is not shared with them.");
  channel.sharedWith = channel.sharedWith.filter((one) => one !== teamId);
  channel.memberIds = channel.memberIds.filter((id) => world.users.get(id)?.teamId !== teamId);
  changed(world, channel);
  tell(world, channel, "channel_unshared", teamId);
}

/** An invitation that nobody has accepted yet: only `conversations.info` tells of it. */
export function inviteCompany(world: World, channel: ChannelRecord, teamId: string): void {
  channel.invited = [...new Set([...(channel.invited ?? []), teamId])];
  changed(world, channel);
}

/** Shared with other workspaces of the organization. Nothing is told of that. */
export function shareWithOrganization(world: World, channel: ChannelRecord): void {
  channel.isOrgShared = true;
  changed(world, channel);
}

/** A member becomes a guest, or a guest a member. A guest stays in the channels that are named. */
export function setGuest(
  world: World,
  user: UserRecord,
  guest: { readonly kind: "multi" | "single"; readonly channelIds: readonly string[] } | undefined,
): void {
  user.guest = guest?.kind;
  if (guest) {
    for (const channel of world.channelsOf(user.teamId)) {
      if (channel.type === "im") continue;
      const stays = guest.channelIds.includes(channel.id);
      channel.memberIds = channel.memberIds.filter((id) => id !== user.id);
      if (stays) channel.memberIds.push(user.id);
    }
  }
  world.tell({ type: "settings-changed" });
  world.dispatch({
    teamId: user.teamId,
    subscription: "user_change",
    event: {
      type: "user_change",
      user: userJson(world, user),
      cache_ts: Math.floor(world.clock.now() / 1_000),
      event_ts: world.timestamps.next(),
    },
  });
}

function changed(world: World, { teamId, id }: ChannelRecord): void {
  world.tell({ type: "channel-updated", teamId, channelId: id });
}

function tell(
  world: World,
  channel: ChannelRecord,
  type: "channel_shared" | "channel_unshared",
  connected: string,
): void {
  if (!botIsMember(world, channel)) return;
  const event = {
    type,
    channel: channel.id,
    ...(type === "channel_shared"
      ? { connected_team_id: connected }
      : { previously_connected_team_id: connected, is_ext_shared: isExternal(channel) }),
    event_ts: world.timestamps.next(),
  };
  world.dispatch({ teamId: channel.teamId, subscription: type, event });
}
