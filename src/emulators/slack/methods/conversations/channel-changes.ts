import { z } from "zod";
import { SlackApiError } from "../../http/api-error.ts";
import { channelJson } from "../../payloads/channel-json.ts";
import { joinChannel } from "../../world/membership.ts";
import { knownChannel, memberChannel } from "../../world/places.ts";
import type { ChannelRecord, InstallationRecord } from "../../world/records.ts";
import { addChannel } from "../../world/workspaces.ts";
import type { World } from "../../world/world.ts";
import { flag, names, text } from "../arguments.ts";
import { botMethod, type Method, needScope, TIER_2, TIER_3 } from "../method.ts";

/** [Slack's documentation of each method, as all limits and errors here] */
const NAME_CHARACTERS = 80;
const TOPIC_CHARACTERS = 250;
const PEOPLE_AT_ONCE = 100;

const WRITING: Readonly<Record<ChannelRecord["type"], string>> = {
  channel: "channels:manage",
  group: "groups:write",
  im: "im:write",
  mpim: "mpim:write",
};

/** How an app changes channels, and its own place in them. */
export function channelChanges(world: World): readonly Method[] {
  /** A channel that the app is in and may change. */
  const changeable = (caller: InstallationRecord, id: string) => {
    const channel = memberChannel(world, caller, id);
    needScope(caller, WRITING[channel.type]);
    if (channel.isArchived) throw new SlackApiError("is_archived");
    return channel;
  };
  return [
    botMethod({
      name: "conversations.create",
      limit: TIER_2,
      args: z.object({ name: text.optional(), is_private: flag.optional() }),
      run: ({ args, caller }) => {
        const type = args.is_private ? "group" : "channel";
        needScope(caller, WRITING[type]);
        const name = checkedName(args.name ?? "");
        if (world.channelsOf(caller.teamId).some((one) => one.name === name))
          throw new SlackApiError("name_taken");
        const { teamId, botUserId } = caller;
        return {
          channel: channelJson(world, addChannel(world, { teamId, name, type, memberIds: [botUserId] })),
        };
      },
    }),
    botMethod({
      name: "conversations.join",
      scope: "channels:join",
      limit: TIER_3,
      args: z.object({ channel: text }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        if (channel.type !== "channel") throw new SlackApiError("method_not_supported_for_channel_type");
        if (channel.isArchived) throw new SlackApiError("is_archived");
        const isThere = channel.memberIds.includes(caller.botUserId);
        joinChannel(world, channel, { userId: caller.botUserId });
        const warning = "already_in_channel";
        return {
          channel: channelJson(world, channel),
          ...(isThere && { warning, response_metadata: { warnings: [warning] } }),
        };
      },
    }),
    botMethod({
      name: "conversations.setTopic",
      limit: TIER_2,
      args: z.object({ channel: text, topic: text }),
      run: ({ args, caller }) => {
        const channel = changeable(caller, args.channel);
        if (channel.type === "im") throw new SlackApiError("method_not_supported_for_channel_type");
        if (args.topic.length > TOPIC_CHARACTERS) throw new SlackApiError("too_long");
        channel.topic = args.topic;
        world.tell({ type: "channel-updated", teamId: channel.teamId, channelId: channel.id });
        return { channel: channelJson(world, channel) };
      },
    }),
    botMethod({
      name: "conversations.invite",
      limit: TIER_3,
      args: z.object({ channel: text, users: names.optional() }),
      run: ({ args, caller }) => {
        const channel = changeable(caller, args.channel);
        if (channel.type === "im" || channel.type === "mpim")
          throw new SlackApiError("method_not_supported_for_channel_type");
        const users = args.users ?? [];
        if (users.length === 0) throw new SlackApiError("no_user");
        if (users.length > PEOPLE_AT_ONCE) throw new SlackApiError("too_many_users");
        for (const id of users) demandInvitable(world, caller, channel, id);
        for (const userId of users) joinChannel(world, channel, { userId, inviterId: caller.botUserId });
        return { channel: channelJson(world, channel) };
      },
    }),
    botMethod({
      name: "conversations.mark",
      limit: TIER_3,
      args: z.object({ channel: text, ts: text }),
      run: ({ args, caller }) => {
        changeable(caller, args.channel);
        if (!/^\d+\.\d{6}$/.test(args.ts)) throw new SlackApiError("invalid_timestamp");
        return {};
      },
    }),
  ];
}

function demandInvitable(world: World, caller: InstallationRecord, channel: ChannelRecord, id: string): void {
  if (id === caller.botUserId) throw new SlackApiError("cant_invite_self");
  if (world.users.get(id)?.teamId !== caller.teamId) throw new SlackApiError("user_not_found");
  if (channel.memberIds.includes(id)) throw new SlackApiError("already_in_channel");
}

function checkedName(given: string): string {
  const name = given.replace(/^#/, "");
  if (name === "") throw new SlackApiError("invalid_name_required");
  if (name.length > NAME_CHARACTERS) throw new SlackApiError("invalid_name_maxlength");
  if (/^[_-]+$/.test(name)) throw new SlackApiError("invalid_name_punctuation");
  if (!/^[\p{Ll}\p{Lo}\d_-]+$/u.test(name)) throw new SlackApiError("invalid_name_specials");
  return name;
}
