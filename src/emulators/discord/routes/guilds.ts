import { z } from "zod";
import { channelJson, guildJson, memberJson, roleJson } from "../payloads/payloads.ts";
import { refuse } from "../rest/api-error.ts";
import type { Call, Route } from "../rest/call.ts";
import { parseForm } from "../rest/form-errors.ts";
import { membersCalled } from "../world/membership.ts";
import { maySee } from "../world/permissions.ts";
import { compareSnowflakes } from "../world/snowflake.ts";
import type { World } from "../world/world.ts";
import { demandGuild, isAsked, route } from "./route.ts";

const searchQuery = z.object({
  query: z.string().min(1).max(100),
  limit: z.coerce.number().int().min(1).max(1000).default(1),
});

/** What the bot can look up about its server. It changes nothing there. */
export function guildRoutes(world: World): Route[] {
  const inGuild = (call: Call) => demandGuild(world, call);
  const member = (userId: string) => memberJson(world.member(userId), world.user(userId));
  return [
    route("GET /guilds/{guild_id}", (call) => {
      inGuild(call);
      const counts = isAsked(call, "with_counts");
      const count = world.members.size;
      return {
        body: {
          ...guildJson(world, world.guild),
          ...(counts && { approximate_member_count: count, approximate_presence_count: count }),
        },
      };
    }),
    route("GET /guilds/{guild_id}/channels", (call) => {
      inGuild(call);
      const channels = [...world.channels.values()].filter(
        (channel) => channel.guildId && !channel.thread && maySee(world, world.botUserId, channel),
      );
      return { body: channels.map((channel) => channelJson(world, channel)) };
    }),
    route("GET /guilds/{guild_id}/roles", (call) => {
      inGuild(call);
      return { body: [...world.roles.values()].map(roleJson) };
    }),
    route("GET /guilds/{guild_id}/roles/{role_id}", (call) => {
      inGuild(call);
      const role = world.roles.get(call.param("role_id"));
      if (!role) throw refuse.unknownRole();
      return { body: roleJson(role) };
    }),
    route("GET /guilds/{guild_id}/members", (call) => {
      inGuild(call);
      const limit = Number(call.query.get("limit") ?? 1);
      const after = call.query.get("after") ?? "0";
      const ids = [...world.members.keys()]
        .sort(compareSnowflakes)
        .filter((id) => compareSnowflakes(id, after) > 0);
      return { body: ids.slice(0, limit).map(member) };
    }),
    route("GET /guilds/{guild_id}/members/search", (call) => {
      inGuild(call);
      const { query, limit } = parseForm(searchQuery, Object.fromEntries(call.query));
      const found = membersCalled(world, query).slice(0, limit);
      return { body: found.map(({ userId }) => member(userId)) };
    }),
    route("GET /guilds/{guild_id}/members/{user_id}", (call) => {
      inGuild(call);
      return { body: member(call.param("user_id")) };
    }),
  ];
}
