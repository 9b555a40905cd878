import type { Clock } from "../../kit/clock.ts";
import type { Fault, Faults } from "../../kit/faults.ts";
import type { HttpRequest, PlannedReply, Reply, Service } from "../../kit/http/exchange.ts";
import type { RouteMatch, Routes } from "../../kit/http/routes.ts";
import type { Journal } from "../../kit/journal.ts";
import { demandAllowedWords } from "../messages/auto-moderation.ts";
import { fileBehind } from "../messages/cdn.ts";
import { isObject } from "../wire.ts";
import type { World } from "../world/world.ts";
import { DiscordApiError, refuse } from "./api-error.ts";
import { paramReader, type Route } from "./call.ts";
import type { RateLimits } from "./rate-limits.ts";
import { type RequestBody, readBody } from "./request-body.ts";

export interface RestParts {
  readonly world: World;
  readonly clock: Clock;
  readonly token: string;
  readonly routes: Routes<Route>;
  readonly limits: RateLimits;
  readonly faults: Faults;
  readonly journal: Journal;
  /** A mistake of the emulator itself: answered with 500 and told here, so that no test passes over it. */
  readonly crashed: (error: unknown) => void;
  readonly changed: () => void;
  /** Resolves when what has changed would outlive this process. */
  readonly kept: () => Promise<void>;
}

/** Discord's own way with requests: authorisation, buckets, its bodies and its errors. */
export function restService(parts: RestParts): Service {
  const { clock, faults, journal, limits } = parts;
  return {
    clock,
    faults,
    journal,
    jsonType: "application/json",
    plan: (request) => plan(parts, request),
    refused: (error) => refusedReply(parts, error),
    failed: (fault) => (fault.type === "status" ? faultReply(fault) : undefined),
    async settled({ method }, { status, headers }) {
      limits.countAnswer(status, headers?.["x-ratelimit-scope"]);
      if (method !== "GET") parts.changed();
      // Whoever is told that something new was taken finds it again also when this process is killed a moment later.
      if (method === "POST" && status < 300) await parts.kept();
    },
  };
}

async function plan(parts: RestParts, request: HttpRequest): Promise<PlannedReply> {
  const { method, url } = request;
  if (url.pathname.startsWith("/attachments/")) {
    return { pattern: undefined, body: undefined, run: () => fileReply(parts.world, url) };
  }
  const path = url.pathname.replace(/^\/api\/v10(?=\/)/, "");
  const read = await readBody(request).catch((error: unknown) => error);
  const match = parts.routes.match(method, path);
  return {
    path,
    pattern: match.route?.pattern,
    body: isBody(read) ? read.body : undefined,
    run: () => carryOut(parts, { request, match, read }),
  };
}

function carryOut(
  parts: RestParts,
  call: { request: HttpRequest; match: RouteMatch<Route>; read: unknown },
): Reply {
  const { request, match, read } = call;
  let headers: Readonly<Record<string, string>> = {};
  try {
    if (!match.route) throw match.reason === "unknown-path" ? refuse.notFound() : refuse.methodNotAllowed();
    if (match.route.auth !== "path" && request.headers.authorization !== `Bot ${parts.token}`) {
      throw refuse.unauthorized();
    }
    if (!isBody(read)) throw read;
    const verdict = parts.limits.take(match.route, match.params, read.body);
    headers = verdict.headers;
    if (verdict.refused) return tooMany(verdict.refused, headers);
    demandAllowedWords(parts.world, read.body);
    const answer = match.route.handle({
      param: paramReader(match.params),
      query: request.url.searchParams,
      body: read.body,
      files: read.files,
    });
    return { status: answer.status ?? (answer.body === undefined ? 204 : 200), body: answer.body, headers };
  } catch (error) {
    return { ...refusedReply(parts, error), headers };
  }
}

function refusedReply(parts: RestParts, error: unknown): Reply {
  if (error instanceof DiscordApiError) return { status: error.status, body: error.body };
  parts.crashed(error);
  return { status: 500, body: { message: "500: Internal Server Error", code: 0 } };
}

function tooMany(
  refused: { readonly retryAfterMs: number; readonly scope: string },
  headers: Readonly<Record<string, string>>,
): Reply {
  const seconds = refused.retryAfterMs / 1000;
  const isGlobal = refused.scope === "global";
  return {
    status: 429,
    body: { message: "You are being rate limited.", retry_after: seconds, global: isGlobal },
    headers: {
      ...headers,
      // Whole seconds; the client obeys this header and not the body.
      "retry-after": String(Math.ceil(seconds)),
      "x-ratelimit-scope": refused.scope,
      ...(isGlobal && { "x-ratelimit-global": "true" }),
    },
  };
}

/** A 429 always says when to come back: without it the client asks again at once, for ever. */
function faultReply(fault: Extract<Fault, { type: "status" }>): Reply {
  if (fault.status !== 429) {
    const body = fault.body ?? { message: `${fault.status}: Fault on demand`, code: 0 };
    return { status: fault.status, body, headers: fault.headers ?? {} };
  }
  const headers = { "retry-after": "1", "x-ratelimit-scope": "user", ...fault.headers };
  return {
    status: 429,
    body: fault.body ?? {
      message: "You are being rate limited.",
      retry_after: Number(headers["retry-after"]),
      global: false,
    },
    headers,
  };
}

function fileReply(world: World, url: URL): Reply {
  const file = fileBehind(world, url);
  if (file) return { status: 200, raw: file, headers: { "content-type": "application/octet-stream" } };
  const raw = "This content is no longer available.";
  return { status: 404, raw, headers: { "content-type": "text/plain" } };
}

function isBody(read: unknown): read is RequestBody {
  return isObject(read) && !(read instanceof Error);
}
