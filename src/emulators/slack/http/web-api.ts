import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../../kit/clock.ts";
import type { Fault, Faults } from "../../kit/faults.ts";
import type { HttpRequest, PlannedReply, Reply, Service } from "../../kit/http/exchange.ts";
import type { Journal } from "../../kit/journal.ts";
import type { Method } from "../methods/method.ts";
import type { World } from "../world/world.ts";
import { SlackApiError } from "./api-error.ts";
import { authorize, basicCredentials, tokenOf } from "./authorization.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { Arguments } from "./request-body.ts";

export interface Answering {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  plan(request: HttpRequest): Promise<PlannedReply>;
  readonly crashed: (error: unknown) => void;
  readonly changed: () => void;
  /** Resolves when what has changed would outlive this process. */
  readonly kept: () => Promise<void>;
}

/** What gives the id of something that its caller changes later. */
const MAKING: ReadonlySet<string> = new Set([
  "/api/chat.postMessage",
  "/api/chat.startStream",
  "/api/conversations.open",
]);

/** Slack's own way with requests: its noes are HTTP 200. */
export function slackService({ clock, faults, journal, plan, ...parts }: Answering): Service {
  return {
    clock,
    faults,
    journal,
    plan,
    jsonType: "application/json; charset=utf-8",
    refused(error) {
      if (error instanceof SlackApiError) return { status: 200, body: error.body };
      parts.crashed(error);
      return { status: 500, body: { ok: false, error: "internal_error" } };
    },
    failed: faultReply,
    async settled({ url }) {
      parts.changed();
      // Its caller finds that again also when this process is killed a moment later.
      if (MAKING.has(url.pathname)) await parts.kept();
    },
  };
}

export interface WebApi {
  readonly world: World;
  readonly methods: ReadonlyMap<string, Method>;
  readonly limits: RateLimits;
  readonly appToken: string;
}

/** One call of a method. What it is refused for is thrown; only too many calls are no HTTP 200. */
export function callMethod(
  { world, methods, limits, appToken }: WebApi,
  name: string,
  { args, headers }: { readonly args: Arguments | undefined; readonly headers: IncomingHttpHeaders },
): Reply {
  const method = methods.get(name);
  // Never a 404: web-api would try again for half an hour.
  if (!method) throw new SlackApiError("unknown_method", { req_method: name });
  if (!args) throw new SlackApiError("invalid_json");
  const caller = authorize(world, method, { token: tokenOf(headers, args), appToken });
  const bucket = `${caller?.teamId ?? ""}:${method.limitKey(args)}`;
  const retryAfter = limits.take(name, bucket, method.limit);
  if (retryAfter !== undefined) return tooMany(retryAfter);
  const answer = method.run(args, caller, basicCredentials(headers));
  return {
    status: 200,
    body: { ok: true, ...answer },
    headers: {
      ...(caller && { "x-oauth-scopes": caller.scopes.join(",") }),
      ...(method.scope !== undefined && { "x-accepted-oauth-scopes": method.scope }),
    },
  };
}

function tooMany(retryAfter: number): Reply {
  return {
    status: 429,
    body: { ok: false, error: "ratelimited" },
    headers: { "retry-after": String(retryAfter) },
  };
}

/** A 429 always says when to come back: web-api takes one without for an error of its own. */
function faultReply(fault: Fault): Reply | undefined {
  if (fault.type === "refusal") return { status: 200, body: { ok: false, error: fault.error } };
  if (fault.type !== "status") return undefined;
  const body: unknown = fault.body ?? {
    ok: false,
    error: fault.status === 429 ? "ratelimited" : "internal_error",
  };
  const headers = { ...(fault.status === 429 && { "retry-after": "1" }), ...fault.headers };
  return { status: fault.status, body, headers };
}
