import { refuse } from "../rest/api-error.ts";
import type { Answer, Call, LimitRule, Route } from "../rest/call.ts";
import type { ChannelRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

type Handle = (call: Call) => Answer;

/** One line a route: `GET /users/@me`. */
export function route(
  name: string,
  handle: Handle,
  options: Pick<Route, "auth" | "limit" | "unlimited"> = {},
): Route {
  const [method = "", pattern = ""] = name.split(" ");
  if (
    method !== "GET" &&
    method !== "POST" &&
    method !== "PUT" &&
    method !== "PATCH" &&
    method !== "DELETE"
  ) {
    throw new Error(`"${name}" names no method.`);
  }
  return { method, pattern, handle, ...options };
}

export function every(windowMs: number, limit: number): { limit: LimitRule } {
  return { limit: { limit, windowMs } };
}

/** The channel of a call. */
export function channelOf(world: World, call: Call): ChannelRecord {
  return world.channel(call.param("channel_id"));
}

/** The one guild there is. */
export function demandGuild(world: World, call: Call): void {
  if (call.param("guild_id") !== world.guild.id || !world.guild.botIsMember) throw refuse.unknownGuild();
}

/** A yes or no in a query, as clients of all languages write it. */
export const isAsked = (call: Call, name: string): boolean =>
  /^(?:true|1)$/i.test(call.query.get(name) ?? "");

export const NO_CONTENT: Answer = { status: 204 };
