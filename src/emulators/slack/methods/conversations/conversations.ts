import { z } from "zod";
import { SlackApiError } from "../../http/api-error.ts";
import { page, pageArguments } from "../../http/paging.ts";
import { channelJson } from "../../payloads/channel-json.ts";
import { messageJson } from "../../payloads/message-json.ts";
import { compareTs } from "../../world/ids.ts";
import { knownChannel, memberChannel } from "../../world/places.ts";
import type { ChannelRecord, InstallationRecord, MessageRecord } from "../../world/records.ts";
import { addChannel, botIsMember, openDm } from "../../world/workspaces.ts";
import type { World } from "../../world/world.ts";
import { flag, names, text } from "../arguments.ts";
import { botMethod, type Method, needScope, TIER_2, TIER_3, TIER_4 } from "../method.ts";
import { channelChanges } from "./channel-changes.ts";

const FAMILIES: Readonly<Record<ChannelRecord["type"], string>> = {
  channel: "channels",
  group: "groups",
  im: "im",
  mpim: "mpim",
};
const TYPES: Readonly<Record<string, ChannelRecord["type"]>> = {
  public_channel: "channel",
  private_channel: "group",
  im: "im",
  mpim: "mpim",
};
const PEOPLE_IN_GROUP_DM = 8;

const timeline = pageArguments.extend({
  channel: text,
  latest: text.optional(),
  oldest: text.optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
});

export function conversationMethods(world: World): readonly Method[] {
  return [...listMethods(world), ...historyMethods(world), openMethod(world), ...channelChanges(world)];
}

const listing = pageArguments.extend({ types: names.optional(), exclude_archived: flag.optional() });

function listMethods(world: World): readonly Method[] {
  const ofTypes = (caller: InstallationRecord, args: z.output<typeof listing>) => {
    const types = (args.types ?? ["public_channel"]).map((name) => {
      const type = TYPES[name];
      if (!type) throw new SlackApiError("invalid_types");
      needScope(caller, `${FAMILIES[type]}:read`);
      return type;
    });
    return world
      .channelsOf(caller.teamId)
      .filter((one) => types.includes(one.type) && !(args.exclude_archived && one.isArchived));
  };
  return [
    botMethod({
      name: "conversations.info",
      limit: TIER_3,
      args: z.object({ channel: text, include_num_members: flag.optional() }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        needScope(caller, `${FAMILIES[channel.type]}:read`);
        return { channel: channelJson(world, channel, { withCount: args.include_num_members ?? false }) };
      },
    }),
    botMethod({
      name: "conversations.list",
      limit: TIER_2,
      args: listing,
      run: ({ args, caller }) => {
        const all = ofTypes(caller, args).filter((one) => one.type === "channel" || botIsMember(world, one));
        const { items, metadata } = page(all, args);
        return {
          channels: items.map((channel) => channelJson(world, channel, { withCount: true })),
          response_metadata: metadata,
        };
      },
    }),
    botMethod({
      name: "users.conversations",
      limit: TIER_3,
      args: listing,
      run: ({ args, caller }) => {
        const all = ofTypes(caller, args).filter((one) => botIsMember(world, one));
        const { items, metadata } = page(all, args);
        return {
          channels: items.map((channel) => channelJson(world, channel)),
          response_metadata: metadata,
        };
      },
    }),
    botMethod({
      name: "conversations.members",
      limit: TIER_4,
      args: pageArguments.extend({ channel: text }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        needScope(caller, `${FAMILIES[channel.type]}:read`);
        const { items, metadata } = page(channel.memberIds, args);
        return { members: items, response_metadata: metadata };
      },
    }),
  ];
}

function historyMethods(world: World): readonly Method[] {
  const inRange = (args: z.output<typeof timeline>) => (message: MessageRecord) => {
    const { latest, oldest, inclusive = false } = args;
    const after = oldest === undefined ? 1 : compareTs(message.ts, oldest);
    const before = latest === undefined ? -1 : compareTs(message.ts, latest);
    return (after > 0 || (inclusive && after === 0)) && (before < 0 || (inclusive && before === 0));
  };
  const readable = (caller: InstallationRecord, id: string) => {
    const channel = memberChannel(world, caller, id);
    needScope(caller, `${FAMILIES[channel.type]}:history`);
    return channel;
  };
  const answer = (args: z.output<typeof timeline>, all: readonly MessageRecord[]) => {
    const { items, metadata } = page(all, args);
    const withMetadata = args.include_all_metadata ?? false;
    return {
      messages: items.map((message) => messageJson(world, message, { withMetadata })),
      has_more: metadata.next_cursor !== "",
      ...(metadata.next_cursor !== "" && { response_metadata: metadata }),
    };
  };
  return [
    botMethod({
      name: "conversations.history",
      limit: TIER_3,
      args: timeline,
      run: ({ args, caller }) => {
        const channel = readable(caller, args.channel);
        const roots = world
          .messagesIn(channel.id)
          .filter((one) => one.ephemeralFor === undefined && (one.threadTs === undefined || one.isBroadcast));
        // Newest first.
        const pins = roots.filter(({ isPinned }) => isPinned).length;
        return { ...answer(args, roots.filter(inRange(args)).reverse()), pin_count: pins };
      },
    }),
    botMethod({
      name: "conversations.replies",
      limit: TIER_3,
      args: timeline.extend({ ts: text }),
      run: ({ args, caller }) => {
        const channel = readable(caller, args.channel);
        const asked = world.message(channel.id, args.ts);
        if (!asked) throw new SlackApiError("thread_not_found");
        // Of a message in a thread, only that message.
        if (asked.threadTs !== undefined) return answer(args, [asked]);
        const replies = world.repliesTo(channel.id, args.ts).filter(inRange(args));
        const isFirstPage = args.cursor === undefined;
        // The root stands first on the first page, whatever the range.
        return answer(args, isFirstPage || replies.length > 0 ? [asked, ...replies] : []);
      },
    }),
  ];
}

function openMethod(world: World): Method {
  return botMethod({
    name: "conversations.open",
    limit: TIER_3,
    args: z.object({ users: names.optional(), channel: text.optional(), return_im: flag.optional() }),
    run: ({ args, caller }) => {
      const channel = args.channel
        ? knownChannel(world, caller, args.channel)
        : openWith(world, caller, args.users ?? []);
      return { channel: args.return_im ? channelJson(world, channel) : { id: channel.id } };
    },
  });
}

function openWith(world: World, caller: InstallationRecord, userIds: readonly string[]): ChannelRecord {
  const [first] = userIds;
  if (first === undefined) throw new SlackApiError("users_list_not_supplied");
  if (userIds.length > PEOPLE_IN_GROUP_DM) throw new SlackApiError("too_many_users");
  for (const id of userIds) world.user(caller.teamId, id);
  if (userIds.length === 1) {
    needScope(caller, "im:write");
    if (first === caller.botUserId) throw new SlackApiError("cannot_dm_bot");
    return openDm(world, first, caller.teamId);
  }
  needScope(caller, "mpim:write");
  const memberIds = [...new Set([...userIds, caller.botUserId])];
  const present = world
    .channelsOf(caller.teamId)
    .find(
      ({ type, memberIds: there }) =>
        type === "mpim" && there.length === memberIds.length && memberIds.every((id) => there.includes(id)),
    );
  const name = `mpdm-${memberIds.map((id) => world.user(caller.teamId, id).name).join("--")}-1`;
  return present ?? addChannel(world, { teamId: caller.teamId, name, type: "mpim", memberIds });
}
