import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { page, pageArguments } from "../http/paging.ts";
import { addReaction, removeReaction } from "../messages/reactions.ts";
import { messageJson } from "../payloads/message-json.ts";
import { memberChannel } from "../world/places.ts";
import type { InstallationRecord } from "../world/records.ts";
import { botIsMember } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import { text } from "./arguments.ts";
import { botMethod, type Method, TIER_2, TIER_3 } from "./method.ts";

const target = z.object({ channel: text, timestamp: text });

/** What is put on messages and channels: reactions, pins, bookmarks. */
export function markMethods(world: World): readonly Method[] {
  const find = (caller: InstallationRecord, args: z.output<typeof target>) => {
    const channel = memberChannel(world, caller, args.channel);
    const message = world.message(channel.id, args.timestamp);
    if (!message) throw new SlackApiError("message_not_found");
    return { channel, message };
  };
  return [
    botMethod({
      name: "reactions.add",
      scope: "reactions:write",
      limit: TIER_3,
      args: target.extend({ name: text }),
      run: ({ args, caller }) => {
        addReaction(world, find(caller, args), { name: args.name, userId: caller.botUserId });
        return {};
      },
    }),
    botMethod({
      name: "reactions.remove",
      scope: "reactions:write",
      limit: TIER_2,
      args: target.extend({ name: text }),
      run: ({ args, caller }) => {
        removeReaction(world, find(caller, args), { name: args.name, userId: caller.botUserId });
        return {};
      },
    }),
    botMethod({
      name: "reactions.get",
      scope: "reactions:read",
      limit: TIER_3,
      args: target,
      run: ({ args, caller }) => {
        const { channel, message } = find(caller, args);
        return { type: "message", channel: channel.id, message: messageJson(world, message) };
      },
    }),
    botMethod({
      name: "reactions.list",
      scope: "reactions:read",
      limit: TIER_2,
      args: pageArguments.extend({ user: text.optional() }),
      run: ({ args, caller }) => {
        const userId = args.user ?? caller.botUserId;
        if (world.users.get(userId)?.teamId !== caller.teamId) throw new SlackApiError("user_not_found");
        const all = world
          .channelsOf(caller.teamId)
          .filter((channel) => botIsMember(world, channel))
          .flatMap(({ id }) => world.messagesIn(id))
          .filter(({ reactions }) => reactions.some(({ userIds }) => userIds.includes(userId)));
        const { items, metadata } = page(all.toReversed(), args);
        return {
          items: items.map((message) => ({
            type: "message",
            channel: message.channelId,
            message: messageJson(world, message),
          })),
          response_metadata: metadata,
        };
      },
    }),
    botMethod({
      name: "pins.add",
      scope: "pins:write",
      limit: TIER_2,
      args: z.object({ channel: text, timestamp: text.optional() }),
      run: ({ args, caller }) => {
        if (args.timestamp === undefined) throw new SlackApiError("no_item_specified");
        const { channel, message } = find(caller, { channel: args.channel, timestamp: args.timestamp });
        if (message.isPinned) throw new SlackApiError("already_pinned");
        message.isPinned = true;
        world.tell({ type: "message-edited", teamId: channel.teamId, channelId: channel.id, ts: message.ts });
        return {};
      },
    }),
    botMethod({
      name: "bookmarks.add",
      scope: "bookmarks:write",
      limit: TIER_2,
      args: z.object({
        channel_id: text,
        title: text.min(1),
        type: text,
        link: text.optional(),
        emoji: text.optional(),
      }),
      run: ({ args, caller }) => {
        const channel = memberChannel(world, caller, args.channel_id);
        if (args.type !== "link") throw new SlackApiError("invalid_bookmark_type");
        if (args.link === undefined || !URL.canParse(args.link)) throw new SlackApiError("invalid_link");
        const now = Math.floor(world.clock.now() / 1000);
        return {
          bookmark: {
            id: world.ids.next("Bk"),
            channel_id: channel.id,
            title: args.title,
            link: args.link,
            emoji: args.emoji ?? "",
            icon_url: "",
            type: "link",
            entity_id: null,
            date_created: now,
            date_updated: 0,
            rank: "u",
            last_updated_by_user_id: caller.botUserId,
            last_updated_by_team_id: caller.teamId,
            shortcut_id: null,
            app_id: world.appId,
          },
        };
      },
    }),
  ];
}
