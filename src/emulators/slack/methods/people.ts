import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { page, pageArguments } from "../http/paging.ts";
import { addReaction, removeReaction } from "../messages/reactions.ts";
import { messageJson } from "../payloads/message-json.ts";
import { userJson } from "../payloads/user-json.ts";
import type { JsonObject } from "../wire.ts";
import { isKnownIn } from "../world/openness.ts";
import { memberChannel } from "../world/places.ts";
import type { World } from "../world/world.ts";
import { flag, text } from "./arguments.ts";
import { botMethod, type Method, TIER_2, TIER_3, TIER_4 } from "./method.ts";

export function peopleMethods(world: World): readonly Method[] {
  return [
    botMethod({
      name: "users.info",
      scope: "users:read",
      limit: TIER_4,
      args: z.object({ user: text, include_locale: flag.optional() }),
      run: ({ args, caller }) => ({ user: userFor(world, caller.teamId, args.user) }),
    }),
    botMethod({
      name: "users.list",
      scope: "users:read",
      limit: TIER_2,
      args: pageArguments,
      run: ({ args, caller }) => {
        const { items, metadata } = page(world.usersOf(caller.teamId), args);
        return { members: items.map((user) => userJson(world, user)), response_metadata: metadata };
      },
    }),
    botMethod({
      name: "bots.info",
      scope: "users:read",
      limit: TIER_3,
      args: z.object({ bot: text.optional() }),
      run: ({ args, caller }) => {
        if (args.bot !== undefined && args.bot !== caller.botId) throw new SlackApiError("bot_not_found");
        return {
          bot: {
            id: caller.botId,
            deleted: false,
            name: world.config.name,
            updated: 0,
            app_id: world.appId,
            user_id: caller.botUserId,
            icons: {},
          },
        };
      },
    }),
    botMethod({
      name: "team.info",
      scope: "team:read",
      limit: TIER_3,
      args: z.object({ team: text.optional() }),
      run: ({ args, caller }) => {
        if (args.team !== undefined && args.team !== caller.teamId) throw new SlackApiError("team_not_found");
        const { id, name, domain } = world.team(caller.teamId);
        return { team: { id, name, domain, email_domain: "", icon: {} } };
      },
    }),
    ...reactionMethods(world),
  ];
}

/** People of other companies are known where a channel is shared with them; `is_stranger` is then false of them. */
function userFor(world: World, teamId: string, id: string): JsonObject {
  const user = world.users.get(id);
  if (!user || !isKnownIn(world, teamId, user)) throw new SlackApiError("user_not_found");
  return { ...userJson(world, user), ...(user.teamId !== teamId && { is_stranger: false }) };
}

function reactionMethods(world: World): readonly Method[] {
  const target = z.object({ channel: text, timestamp: text });
  const find = (caller: Parameters<typeof memberChannel>[1], args: z.output<typeof target>) => {
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
  ];
}
