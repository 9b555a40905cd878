import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../kit/clock.ts";
import type { Fault, Faults } from "../../kit/faults.ts";
import { dateOf, sendPage } from "../../kit/foreign-page.ts";
import type { Journal } from "../../kit/journal.ts";
import { cut } from "../../kit/listen.ts";
import type { Method } from "../methods/method.ts";
import type { World } from "../world/world.ts";
import { SlackApiError } from "./api-error.ts";
import { authorize, basicCredentials, tokenOf } from "./authorization.ts";
import type { RateLimits } from "./rate-limits.ts";
import { type Arguments, readAll } from "./request-body.ts";

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a JSON body. */
  readonly raw?: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request on its way through; which part of this Slack answers it depends on its path. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly raw: Buffer;
}

export interface Planned {
  /** The route, for the journal; undefined when there is none. */
  readonly pattern: string | undefined;
  readonly args: unknown;
  run(): Reply | Promise<Reply>;
}

export interface Answering {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  answer(request: Request): Planned;
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

/** Everything around the answers: faults on demand and the journal. */
export async function answerRequest(
  parts: Answering,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://sandbox");
  const method = incoming.method ?? "GET";
  const raw = await readAll(incoming);
  const planned = parts.answer({ method, url, headers: incoming.headers, raw });
  const entry = parts.journal.open({
    at: parts.clock.now(),
    method,
    path: url.pathname,
    query: url.search,
    headers: incoming.headers,
  });
  entry.pattern = planned.pattern;
  entry.body = planned.args;
  parts.journal.announce(entry);

  const faults = parts.faults.take(method, url.pathname);
  for (const fault of faults) if (fault.type === "slow") await parts.clock.sleep(fault.ms);
  const failure = faults.find(({ type }) => type !== "slow");
  if (failure?.type === "cut-before-headers") {
    parts.journal.finish(entry);
    return cut(incoming, failure.by);
  }
  if (failure?.type === "page") {
    parts.journal.finish(entry);
    return sendPage(response, failure, parts.clock);
  }
  const reply = await replyTo(parts, planned, failure);
  parts.changed();
  // Its caller finds that again also when this process is killed a moment later.
  if (MAKING.has(url.pathname)) await parts.kept();
  if (failure?.type === "cut-after-commit") {
    parts.journal.finish(entry);
    return cut(incoming, failure.by);
  }
  entry.status = reply.status;
  entry.answer = reply.body;
  send(response, reply, { stalls: failure?.type === "silence", date: dateOf(parts.clock) });
  parts.journal.finish(entry);
}

function replyTo(parts: Answering, planned: Planned, failure: Fault | undefined): Reply | Promise<Reply> {
  if (failure?.type === "status") return faultReply(failure);
  if (failure?.type === "refusal") return { status: 200, body: { ok: false, error: failure.error } };
  return run(parts, planned);
}

async function run(parts: Answering, planned: Planned): Promise<Reply> {
  try {
    return await planned.run();
  } catch (error) {
    if (error instanceof SlackApiError) return { status: 200, body: error.body };
    parts.crashed(error);
    return { status: 500, body: { ok: false, error: "internal_error" } };
  }
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
  { args, headers }: { readonly args: Arguments | undefined; readonly headers: IncomingMessage["headers"] },
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
function faultReply(fault: Extract<Fault, { type: "status" }>): Reply {
  const body: unknown = fault.body ?? {
    ok: false,
    error: fault.status === 429 ? "ratelimited" : "internal_error",
  };
  const headers = { ...(fault.status === 429 && { "retry-after": "1" }), ...fault.headers };
  return { status: fault.status, body, headers };
}

function send(
  response: ServerResponse,
  reply: Reply,
  { stalls, date }: { readonly stalls: boolean; readonly date: string },
): void {
  const bytes = Buffer.from(reply.raw ?? JSON.stringify(reply.body ?? {}));
  response.writeHead(reply.status, {
    date,
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    ...reply.headers,
  });
  if (stalls) response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  else response.end(bytes);
}
