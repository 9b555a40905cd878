import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../../emulators/kit/clock.ts";
import type { Fault, Faults } from "../../emulators/kit/faults.ts";
import type { Journal, JournalEntry } from "../../emulators/kit/journal.ts";
import { refuseForeign } from "../../emulators/kit/own-machine.ts";
import { newId } from "../ids.ts";
import { parsedJson } from "../messages/items.ts";
import { EventStream, NoContent, type Route } from "../routes/route.ts";
import {
  conversationBusy,
  HttpError,
  noRoute,
  unauthorized,
  unknownError,
  unprocessable,
  wrongMethod,
} from "./errors.ts";
import { sendEvents } from "./sse.ts";

/** The real server's; a client that reuses a socket later than this may find it closed. */
const KEEP_ALIVE_MS = 5_000;

const OPEN_PATHS = ["/v1/health/", "/v1/health", "/v1/ready/", "/v1/ready"];

export interface ListenerParts {
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly password: string | undefined;
  /** Told of what a route did not expect; the caller sees a 500. */
  readonly onCrash: (error: unknown) => void;
}

interface Compiled {
  readonly route: Route;
  readonly expression: RegExp;
}

/** An HTTP server that finds the route, fails where it has been told to, and notes everything in the journal. */
export function createListener(parts: ListenerParts): Server {
  // `count` is never an agent's id.
  const routes = parts.routes.toSorted(fewerNamesFirst).map((route): Compiled => {
    const path = route.pattern.replace(/\/$/, "").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    // eslint-disable-next-line text/linear -- our own paths: fixed words, and segments without a slash
    return { route, expression: new RegExp(`^${path}/?$`) };
  });
  const server = createServer((request, response) => {
    if (refuseForeign(request, response)) return;
    void serve({ ...parts, compiled: routes }, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

const namesIn = ({ pattern }: Route): number => pattern.split("{").length;
const fewerNamesFirst = (left: Route, right: Route): number => namesIn(left) - namesIn(right);

type CompiledListener = ListenerParts & { readonly compiled: readonly Compiled[] };

/** Never rejects. */
async function serve(
  services: CompiledListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://sandbox");
  const entry = services.journal.open({
    at: services.clock.now(),
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.search.slice(1),
    headers: request.headers,
  });
  // A reader who leaves in the middle is no error of ours.
  response.on("error", () => response.destroy());
  try {
    await answer(services, { request, response, url, entry });
  } catch (error) {
    if (!(error instanceof HttpError)) services.onCrash(error);
    const refusal = error instanceof HttpError ? error : unknownError();
    sendJson(response, entry, { status: refusal.status, body: refusal.body, headers: refusal.headers });
  } finally {
    entry.finished = true;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly entry: JournalEntry;
}

async function answer(
  services: CompiledListener,
  { request, response, url, entry }: Exchange,
): Promise<void> {
  const text = await readText(request);
  entry.body = text === "" ? undefined : parsedJson(text);
  const match = matching(services.compiled, entry.method, url.pathname);
  entry.pattern = match?.route.pattern;
  services.journal.announce(entry);

  const faults = services.faults.take(entry.method, url.pathname);
  if (await failBefore(services, faults, { request, response, url, entry })) return;
  if (!isAllowed(request, url.pathname, services.password)) throw unauthorized();
  if (!match) throw isKnownPath(services.compiled, url.pathname) ? wrongMethod() : noRoute();
  if (text !== "" && (entry.body === undefined || isNoJson(request))) {
    throw unprocessable([{ type: "json_invalid", loc: ["body", 0], msg: "JSON decode error", input: {} }]);
  }
  const left = new AbortController();
  response.on("close", () => left.abort());
  const result = await match.route.handle({
    params: match.params,
    query: url.searchParams,
    body: entry.body,
    signal: left.signal,
  });
  const failure = faults.find(({ type }) => type !== "slow")?.type;
  if (result instanceof EventStream) {
    await sendEvents({ response, entry, frames: result.frames, failure });
    return;
  }
  if (failure === "cut-after-commit") response.destroy();
  else if (failure === "silence")
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
  else if (result instanceof NoContent) response.writeHead(204).end();
  else sendJson(response, entry, { status: 200, body: result });
  if (result instanceof NoContent) entry.status = 204;
}

/** As a proxy before Letta has one. */
const PAGE = "<!doctype html><title>Bad gateway</title><p>Nobody is there.";

/** What goes wrong before any work is done; true when that was the answer. */
async function failBefore(
  services: CompiledListener,
  faults: readonly Fault[],
  exchange: Exchange,
): Promise<boolean> {
  const { response, entry } = exchange;
  for (const fault of faults) {
    if (fault.type === "slow") await services.clock.sleep(fault.ms);
    else if (fault.type === "cut-before-headers") {
      response.destroy();
      return true;
    } else if (fault.type === "page") {
      entry.status = fault.status;
      response.writeHead(fault.status, { "content-type": "text/html" }).end(PAGE);
      return true;
    } else if (fault.type === "busy") throw conversationBusy(newId("run"));
    else if (fault.type === "status") {
      const body = fault.body ?? { detail: `The sandbox was told to answer ${fault.status}.` };
      sendJson(response, entry, { status: fault.status, body, headers: fault.headers ?? {} });
      return true;
    }
  }
  return false;
}

function sendJson(
  response: ServerResponse,
  entry: JournalEntry,
  sent: {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  },
): void {
  entry.status = sent.status;
  entry.answer = sent.body;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(sent.status, { "content-type": "application/json", ...sent.headers });
  response.end(JSON.stringify(sent.body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function matching(routes: readonly Compiled[], method: string, path: string) {
  for (const { route, expression } of routes) {
    const match = route.method === method ? expression.exec(path) : null;
    if (!match) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    return { route, params: Object.fromEntries(params) };
  }
  return undefined;
}

const isKnownPath = (routes: readonly Compiled[], path: string): boolean =>
  routes.some(({ expression }) => expression.test(path));

/** A form or plain text, which a browser sends for any site: the real server does not read them as JSON either. */
const isNoJson = ({ headers }: IncomingMessage): boolean =>
  /^\s*(?:text\/|application\/x-www-form-urlencoded)/i.test(headers["content-type"] ?? "");

function isAllowed(request: IncomingMessage, path: string, password: string | undefined): boolean {
  if (password === undefined || OPEN_PATHS.includes(path)) return true;
  return (
    request.headers.authorization === `Bearer ${password}` ||
    request.headers["x-bare-password"] === `password ${password}`
  );
}
