import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { page, pageArguments } from "../http/paging.ts";
import { botIcons, emailOf, profileJson, teamIcon, userJson } from "../payloads/user-json.ts";
import type { JsonObject } from "../wire.ts";
import { isKnownIn } from "../world/openness.ts";
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
        return {
          members: items.map((user) => userJson(world, user)),
          cache_ts: Math.floor(world.clock.now() / 1000),
          response_metadata: metadata,
        };
      },
    }),
    botMethod({
      name: "users.lookupByEmail",
      scope: "users:read.email",
      limit: TIER_3,
      args: z.object({ email: text }),
      run: ({ args, caller }) => {
        const found = world.usersOf(caller.teamId).find((one) => emailOf(world, one) === args.email);
        if (!found || found.isBot) throw new SlackApiError("users_not_found");
        return {
          user: { ...userJson(world, found), profile: { ...profileJson(world, found), email: args.email } },
        };
      },
    }),
    botMethod({
      name: "users.profile.get",
      scope: "users.profile:read",
      limit: TIER_4,
      args: z.object({ user: text.optional(), include_labels: flag.optional() }),
      run: ({ args, caller }) => {
        const user = world.users.get(args.user ?? caller.botUserId);
        if (!user || !isKnownIn(world, caller.teamId, user)) throw new SlackApiError("user_not_found");
        return { profile: { ...profileJson(world, user), fields: {} } };
      },
    }),
    botMethod({
      name: "usergroups.list",
      scope: "usergroups:read",
      limit: TIER_2,
      args: z.object({ include_users: flag.optional(), include_count: flag.optional() }),
      run: () => ({ usergroups: [] }),
    }),
    botMethod({
      name: "emoji.list",
      scope: "emoji:read",
      limit: TIER_2,
      args: z.object({ include_categories: flag.optional() }),
      run: () => ({ emoji: {}, cache_ts: String(world.clock.now() / 1000) }),
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
            icons: botIcons(caller.botId),
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
        return { team: { id, name, domain, email_domain: "", icon: teamIcon(id) } };
      },
    }),
  ];
}

/** People of other companies are known where a channel is shared with them; `is_stranger` is then false of them. */
function userFor(world: World, teamId: string, id: string): JsonObject {
  const user = world.users.get(id);
  if (!user || !isKnownIn(world, teamId, user)) throw new SlackApiError("user_not_found");
  return { ...userJson(world, user), ...(user.teamId !== teamId && { is_stranger: false }) };
}
