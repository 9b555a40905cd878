import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../kit/clock.ts";
import type { Fault, Faults } from "../../kit/faults.ts";
import { dateOf, sendPage } from "../../kit/foreign-page.ts";
import type { Journal } from "../../kit/journal.ts";
import { cut } from "../../kit/listen.ts";
import { demandAllowedWords } from "../messages/auto-moderation.ts";
import { fileBehind } from "../messages/cdn.ts";
import { isObject } from "../wire.ts";
import type { World } from "../world/world.ts";
import { DiscordApiError, refuse } from "./api-error.ts";
import type { RateLimits } from "./rate-limits.ts";
import { type RequestBody, readBody } from "./request-body.ts";
import { paramReader, type RouteMatch, type Router } from "./router.ts";

export interface RestParts {
  readonly world: World;
  readonly clock: Clock;
  readonly token: string;
  readonly router: Router;
  readonly limits: RateLimits;
  readonly faults: Faults;
  readonly journal: Journal;
  /** A mistake of the emulator itself: answered with 500 and told here, so that no test passes over it. */
  readonly crashed: (error: unknown) => void;
  readonly changed: () => void;
  /** Resolves when what has changed would outlive this process. */
  readonly kept: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything around the routes: bodies, authorisation, buckets, faults, the journal. */
export async function answerRequest(
  parts: RestParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://sandbox");
  if (url.pathname.startsWith("/attachments/")) {
    const isCut = parts.faults.take("GET", url.pathname).length > 0;
    return isCut ? void request.socket.destroy() : sendFile(parts.world, url, response);
  }
  const path = url.pathname.replace(/^\/api\/v10(?=\/)/, "");
  const method = request.method ?? "GET";
  const read = await readBody(request).catch((error: unknown) => error);
  const match = parts.router.match(method, path);
  const entry = parts.journal.open({
    at: parts.clock.now(),
    method,
    path,
    query: url.search,
    headers: request.headers,
  });
  entry.pattern = match.route?.template;
  entry.body = isBody(read) ? read.body : undefined;
  parts.journal.announce(entry);

  const faults = parts.faults.take(method, path);
  for (const { ms } of faults.filter((fault) => fault.type === "slow")) await parts.clock.sleep(ms);
  const failure = faults.find(({ type }) => type !== "slow");
  if (failure?.type === "cut-before-headers") {
    parts.journal.finish(entry);
    return cut(request, failure.by);
  }
  if (failure?.type === "page") {
    // Nothing that Discord's own document would know.
    parts.journal.finish(entry);
    return sendPage(response, failure, parts.clock);
  }
  const reply =
    failure?.type === "status" ? faultReply(failure) : carryOut(parts, { request, url, match, read });
  parts.limits.countAnswer(reply.status, reply.headers["x-ratelimit-scope"]);
  if (method !== "GET") parts.changed();
  // Whoever is told that something new was taken finds it again also when this process is killed a moment later.
  if (method === "POST" && reply.status < 300) await parts.kept();
  if (failure?.type === "cut-after-commit") {
    parts.journal.finish(entry);
    return cut(request, failure.by);
  }
  entry.status = reply.status;
  entry.answer = reply.body;
  send(response, reply, { stalls: failure?.type === "silence", date: dateOf(parts.clock) });
  parts.journal.finish(entry);
}

function carryOut(
  parts: RestParts,
  call: { request: IncomingMessage; url: URL; match: RouteMatch; read: unknown },
): Reply {
  const { request, url, match, read } = call;
  let headers: Readonly<Record<string, string>> = {};
  try {
    if (!match.route) throw match.refusal;
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
      query: url.searchParams,
      body: read.body,
      files: read.files,
    });
    return { status: answer.status ?? (answer.body === undefined ? 204 : 200), body: answer.body, headers };
  } catch (error) {
    if (error instanceof DiscordApiError) return { status: error.status, body: error.body, headers };
    parts.crashed(error);
    return { status: 500, body: { message: "500: Internal Server Error", code: 0 }, headers };
  }
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

function send(
  response: ServerResponse,
  reply: Reply,
  { stalls, date }: { stalls: boolean; date: string },
): void {
  if (reply.body === undefined || reply.status === 204) {
    // Without a content type: @discordjs/rest would try to parse nothing as JSON.
    response.writeHead(reply.status, { date, ...reply.headers }).end();
    return;
  }
  const text = Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, {
    date,
    "content-type": "application/json",
    "content-length": text.length,
    ...reply.headers,
  });
  if (stalls) response.write(text.subarray(0, Math.floor(text.length / 2)));
  else response.end(text);
}

function sendFile(world: World, url: URL, response: ServerResponse): void {
  const file = fileBehind(world, url);
  if (!file) {
    response.writeHead(404, { "content-type": "text/plain" }).end("This content is no longer available.");
    return;
  }
  response
    .writeHead(200, { "content-type": "application/octet-stream", "content-length": file.length })
    .end(file);
}

function isBody(read: unknown): read is RequestBody {
  return isObject(read) && !(read instanceof Error);
}
