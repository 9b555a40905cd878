import {
  DefaultRestOptions,
  DefaultUserAgent,
  DiscordAPIError,
  HTTPError,
  type RateLimitData,
  RateLimitError,
  REST,
  type RequestData,
  RequestMethod,
} from "discord.js";
import { Agent, EnvHttpProxyAgent } from "undici-6";
import { z } from "zod";
import { withDeadline } from "../../../core/async/deadline.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { PausedRoute } from "../../../core/ports/platform.ts";
import { withoutPrefix } from "../../../core/text/affixes.ts";
import type { Route } from "../../shared/pauses.ts";
import { asVariables, type ProxySettings } from "../../shared/proxy-settings.ts";
import { isJson, jsonOf, RequestGuard, TOO_MANY } from "../../shared/request-guard.ts";
import type { TimeOffset } from "../../shared/time-offset.ts";
import { isLongWait, PlatformUnavailable } from "../../shared/unavailable.ts";
import type { ApiRequest, DiscordApi } from "./api.ts";
import { PlatformRejection } from "./errors.ts";
import { realTime } from "./real-time.ts";
import { RequestBudget } from "./request-budget.ts";
import { WebhookCalls } from "./webhook-calls.ts";

/** The longest a request may take with all that the client does about it: retries, waiting for its bucket. */
const DEADLINE_MS = 15_000;
/** A new name for a channel may be held up for ten minutes: better none than a turn that waits. */
const RENAME_WAIT_MS = 5_000;
const INVALID_REQUESTS_WARNING = 100;
const UNAUTHORIZED = 401;
const METHODS = {
  GET: RequestMethod.Get,
  POST: RequestMethod.Post,
  PATCH: RequestMethod.Patch,
  PUT: RequestMethod.Put,
  DELETE: RequestMethod.Delete,
} as const satisfies Record<ApiRequest["method"], RequestMethod>;
/** No request left this machine. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** Discord's REST API through its own client, with a deadline, and with our own errors. */
export class RestApi {
  /** Handed on by itself. */
  readonly api: DiscordApi = (ask) => this.#ask(ask);
  /** For the gateway, which asks where to connect. */
  readonly rest: REST;
  readonly time: TimeOffset;
  readonly #clock: Clock;
  readonly #onUnauthorized: () => void;
  /**
   * Its own, of the version that the client was made for: without one it sends by that of whoever loaded an undici
   * first in this process, and that of a newer version cannot read the client's files.
   */
  readonly #agent: EnvHttpProxyAgent | Agent;
  readonly #guard: RequestGuard;
  readonly #budget: RequestBudget;
  readonly #apiBase: string;
  readonly webhookCalls: WebhookCalls;
  /** Discord's webhooks know no nonce: a lost answer must be looked for before anything is sent again. */
  readonly #once: REST;

  constructor(options: {
    token: string;
    apiBase: string | undefined;
    proxy?: ProxySettings | undefined;
    clock: Clock;
    log: Logger;
    /** The token is refused: the client forgets it, and nothing works any more. */
    onUnauthorized: () => void;
  }) {
    this.#clock = options.clock;
    this.#onUnauthorized = options.onUnauthorized;
    this.#agent = options.proxy ? new EnvHttpProxyAgent(asVariables(options.proxy)) : new Agent();
    this.#guard = new RequestGuard({
      name: "Discord",
      globalHeader: "x-ratelimit-global",
      longMs: DEADLINE_MS,
      clock: this.#clock,
      log: options.log,
    });
    this.#apiBase = options.apiBase ?? DefaultRestOptions.api;
    const perSecond = DefaultRestOptions.globalRequestsPerSecond;
    this.#budget = new RequestBudget({ clock: realTime, perSecond });
    this.webhookCalls = new WebhookCalls({
      send: (ask, signal) => this.#callWebhook(ask, signal),
      clock: realTime,
      log: options.log,
    });
    const base = {
      agent: this.#agent,
      makeRequest: (...request: Parameters<MakeRequest>) => this.#request(...request),
      ...(options.apiBase !== undefined && { api: options.apiBase }),
      timeout: DEADLINE_MS,
      invalidRequestWarningInterval: INVALID_REQUESTS_WARNING,
      rejectOnRateLimit: isTooLong,
    };
    this.rest = new REST(base).setToken(options.token);
    this.#once = new REST({ ...base, retries: 0 }).setToken(options.token);
    for (const rest of [this.rest, this.#once]) {
      // The client tells of the waits that it foresees, not of real 429s.
      rest.on("response", ({ method, route }, { status }) => {
        if (status === TOO_MANY) options.log.warn({ method, route }, "Discord limits the rate of requests");
      });
      rest.on("invalidRequestWarning", ({ count, remainingTime }) =>
        options.log.error(
          { count, remainingTime },
          "too many refused requests: Discord bans an address after 10,000 in ten minutes",
        ),
      );
    }
    this.time = this.#guard.time;
  }

  /** What Discord has closed for a time, if anything. */
  get pausedRoutes(): readonly PausedRoute[] {
    return this.#guard.closed;
  }

  async close(): Promise<void> {
    for (const rest of [this.rest, this.#once]) {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    }
    await this.#agent.destroy();
  }

  async #ask(ask: ApiRequest): Promise<unknown> {
    const over = new AbortController();
    const late = (): never => {
      over.abort();
      // Also ends the wait for a body that stalls, which the client's own timer no longer watches.
      throw new PlatformUnavailable("no answer in time", { mayHaveSucceeded: true });
    };
    try {
      return await withDeadline(this.#send(ask, over.signal), { clock: this.#clock, ms: DEADLINE_MS, late });
    } catch (error) {
      const failure = this.#unlessRefused(toDiscordError(error, ask, this.#clock), ask);
      // The client's own errors hold the address with its token and the body: neither may reach a log.
      throw failure;
    }
  }

  /** A refused token is no word about what was asked: that waits for a good one. */
  #unlessRefused(failure: unknown, { authorized = true }: ApiRequest): unknown {
    if (!(failure instanceof PlatformRejection) || failure.status !== UNAUTHORIZED) return failure;
    // A dead webhook or interaction has a number of its own.
    if (!authorized && failure.code !== 0) return failure;
    if (authorized) this.#onUnauthorized();
    return new PlatformUnavailable("the token is refused", { mayHaveSucceeded: false, cause: failure });
  }

  /** The one way out. */
  async #request(...[url, init]: Parameters<MakeRequest>): Promise<Answer> {
    if (!isOfInteraction(url)) await this.#budget.take(init.signal ?? undefined);
    return this.#guard.send({
      route: routeOf(url, init),
      send: () => DefaultRestOptions.makeRequest(url, init),
      own: ownOf,
    });
  }

  async #callWebhook({ method, path, query, body }: ApiRequest, signal: AbortSignal): Promise<Answer> {
    const search = query ? `?${new URLSearchParams(query)}` : "";
    return this.#request(`${this.#apiBase}/v${DefaultRestOptions.version}${path}${search}`, {
      method,
      headers: { "content-type": "application/json", "user-agent": DefaultUserAgent },
      body: JSON.stringify(body),
      dispatcher: this.#agent,
      signal,
    });
  }

  async #send(ask: ApiRequest, signal: AbortSignal): Promise<unknown> {
    if (!ask.byWebhook) return this.#sendByClient(ask, signal);
    // Files go as forms, which the client makes.
    if (ask.files?.length)
      return this.webhookCalls.around(ask, signal, () => this.#sendByClient(ask, signal));
    return this.webhookCalls.ask(ask, signal);
  }

  async #sendByClient(ask: ApiRequest, signal: AbortSignal): Promise<unknown> {
    const request = { ...requestOf(ask), signal };
    if (ask.repeatable === false) return this.#once.request(request);
    try {
      return await this.rest.request(request);
    } catch (error) {
      // The client repeats what was reset, but not what was closed in good order.
      if (!(error instanceof Error) || networkCode(error) !== "UND_ERR_SOCKET") throw error;
      return this.rest.request(request);
    }
  }
}

type MakeRequest = typeof DefaultRestOptions.makeRequest;

const NO_CONTENT = 204;

type Answer = Awaited<ReturnType<MakeRequest>>;

const DiscordErrorBody = z.object({ code: z.number(), message: z.string() });

/** Discord's every no has a number; JSON without one is a proxy's, or anybody's. */
async function ownOf(response: Answer): Promise<Answer | undefined> {
  const { status } = response;
  if (status === NO_CONTENT) return response;
  if (!isJson(response)) return undefined;
  if (status < 400 || status >= 500 || status === TOO_MANY) return response;
  const text = await response.text();
  const said = jsonOf(text);
  if (!DiscordErrorBody.safeParse(said).success) return undefined;
  return { ...response, text: async () => text, json: async () => said };
}

/** Discord limits by route and by channel, server or webhook. Renaming a channel has a limit of its own. */
function routeOf(url: string, { method, body }: Parameters<MakeRequest>[1]): Route {
  const path = new URL(url).pathname.replace(/^.*?\/v\d+(?=\/)/, "");
  const [major = ""] = /^\/(?:channels|guilds|webhooks|interactions)\/\d+/.exec(path) ?? [];
  const rest = withoutPrefix(path, major);
  const isRename = method === "PATCH" && rest === "" && typeof body === "string" && body.includes('"name":');
  const key = `${method} ${major}${rest.replace(/\/\d{15,20}(?=\/|$)/g, "/:id")}${isRename ? " name" : ""}`;
  return { key, label: withoutTokens(key, " ") };
}

/** They are not under the limit of all routes [docs: Global Rate Limit]. */
const isOfInteraction = (url: string): boolean => url.includes("/interactions/");

function requestOf({ method, path, query, body, files, authorized = true }: ApiRequest) {
  const data: RequestData = {
    auth: authorized,
    ...(body && { body }),
    ...(query && { query: new URLSearchParams(query) }),
    ...(files?.length && {
      files: files.map((file) => ({ name: file.name, data: file.data, contentType: file.contentType })),
    }),
  };
  return { ...data, method: METHODS[method], fullRoute: path };
}

function toDiscordError(error: unknown, { needs, path }: ApiRequest, clock: Clock): unknown {
  if (error instanceof PlatformUnavailable) return error;
  if (error instanceof DiscordAPIError)
    return new PlatformRejection(error.message, { status: error.status, code: Number(error.code), needs });
  if (error instanceof HTTPError)
    return new PlatformUnavailable(`discord answered ${error.status}`, { mayHaveSucceeded: true });
  if (error instanceof RateLimitError) {
    const waitMs = waitOf(error);
    return new PlatformUnavailable(`rate limit of ${error.route}`, {
      mayHaveSucceeded: false,
      until: clock.now() + waitMs,
      isLong: isLongWait(waitMs),
      isRouteAlone: !error.global,
    });
  }
  if (!(error instanceof Error))
    return new PlatformUnavailable("unknown failure", { mayHaveSucceeded: true });
  const code = networkCode(error);
  return new PlatformUnavailable(`${error.name} ${code ?? ""} at ${withoutTokens(path)}`, {
    mayHaveSucceeded: code === undefined || !NEVER_SENT.has(code),
  });
}

function networkCode(error: Error): string | undefined {
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string") return code;
  return error.cause instanceof Error ? networkCode(error.cause) : undefined;
}

const withoutTokens = (path: string, before = "") =>
  // eslint-disable-next-line text/linear -- a path of our own, with one token at a fixed place
  path.replace(new RegExp(`(${before || "^"}/(?:webhooks|interactions)/\\d+)/[^/?]+`), "$1/…");

const waitOf = ({ timeToReset, retryAfter, sublimitTimeout }: RateLimitData | RateLimitError) =>
  Math.max(timeToReset, retryAfter, sublimitTimeout);

/** Longer than our own deadline: waiting would only end in not knowing. */
function isTooLong(limit: RateLimitData): boolean {
  const isRename = limit.method === "PATCH" && limit.route === "/channels/:id";
  return waitOf(limit) > (isRename ? RENAME_WAIT_MS : DEADLINE_MS);
}
