import { LogLevel, type Logger as SlackLogger } from "@slack/bolt";
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from "@slack/web-api";
import { z } from "zod";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import type { Respond, Upload } from "./api.ts";
import { PlatformRejection, RateLimited } from "./errors.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";
import type { Method } from "./methods.ts";

/** Calls a method, most with a token. Throws Refusal or Outage, nothing else, and within its own deadline. */
export type Call = (
  method: Method,
  args: Readonly<Record<string, unknown>>,
  how: { readonly token?: string; readonly repeatable: boolean },
) => Promise<unknown>;

/** The SDK's own default is none. */
const TIMEOUT_MS = 15_000;
const RETRIES = { retries: 2, minTimeout: 200, maxTimeout: 1_000 } as const;

/** What Slack answers with where a connection could not be made at all: nothing was done. */
const UNREACHED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Slack's Web API through its own clients, and its other addresses. Each way is handed on by itself. */
export class SlackClients {
  readonly call: Call = (method, args, how) => this.#call(method, args, how);
  readonly respond: Respond = (url, body) => this.#respond(url, body);
  readonly upload: Upload = (url, file) => this.#upload(url, file);
  readonly #guarded: GuardedFetch;
  // Two clients with options of their own: the SDK writes into what it is given.
  readonly #repeating: WebClient;
  readonly #single: WebClient;

  constructor({
    apiUrl,
    timeoutMs = TIMEOUT_MS,
    guarded,
    log,
  }: {
    apiUrl: string | undefined;
    timeoutMs?: number;
    guarded: GuardedFetch;
    log: Logger;
  }) {
    const client = (retryConfig: WebClientOptions["retryConfig"] & object) =>
      new WebClient(undefined, {
        ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
        // One 429 would otherwise hold back every other call.
        rejectRateLimitedCalls: true,
        fetch: guarded.api,
        retryConfig,
        timeout: timeoutMs,
        logger: slackLogger(log),
      });
    this.#guarded = guarded;
    this.#repeating = client({ ...RETRIES });
    this.#single = client({ retries: 0 });
  }

  async #call(...[method, args, { token, repeatable }]: Parameters<Call>): Promise<unknown> {
    try {
      const all = token === undefined ? { ...args } : { ...args, token };
      return await (repeatable ? this.#repeating : this.#single).apiCall(method, all);
    } catch (error) {
      throw toSlackError(method, error);
    }
  }

  /** Slack answers "ok" for what it took, and 200 with `ok: false` for an address that takes no more. */
  async #respond(...[url, body]: Parameters<Respond>): Promise<void> {
    const what = "response_url";
    const answer = await request(this.#guarded, what, url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = Answered.safeParse(jsonOf(await answer.text())).data;
    if (said && !said.ok) throw new PlatformRejection(what, { code: said.error ?? "refused" });
  }

  async #upload(...[url, { contentType, text }]: Parameters<Upload>): Promise<void> {
    const headers = { "content-type": contentType };
    await request(this.#guarded, "a file", url, { method: "POST", headers, body: text });
  }
}

const Needed = z.object({ needed: z.string() });

function toSlackError(method: string, error: unknown): unknown {
  if (error instanceof WebAPIPlatformError) {
    const { needed } = Needed.safeParse(error.data).data ?? {};
    return new PlatformRejection(method, { code: error.data.error, needs: needed });
  }
  if (error instanceof WebAPIRateLimitedError) return new RateLimited(method, error.retryAfter * 1_000);
  if (error instanceof WebAPIHTTPError)
    return new PlatformUnavailable(`${method}: status ${error.statusCode}`, {
      mayHaveSucceeded: error.statusCode >= 500,
    });
  if (error instanceof WebAPIRequestError) return toUnavailable(method, error.original);
  // A 429 that does not say for how long is an error of no kind in the SDK.
  return toUnavailable(method, error);
}

function toUnavailable(what: string, error: unknown): PlatformUnavailable {
  if (error instanceof PlatformUnavailable) return error;
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined);
  return new PlatformUnavailable(`${what}: ${code ?? "no answer"}`, {
    mayHaveSucceeded: code === undefined || !UNREACHED.has(code),
  });
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

const Answered = z.object({ ok: z.boolean(), error: z.string().optional() });

async function request(
  guarded: GuardedFetch,
  what: string,
  url: string,
  init: RequestInit,
): Promise<Response> {
  let answer: Response;
  try {
    answer = await guarded.other(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    // Without the cause: it names the address, which is a secret.
    throw toUnavailable(what, error);
  }
  if (answer.status >= 500)
    throw new PlatformUnavailable(`${what}: status ${answer.status}`, { mayHaveSucceeded: true });
  if (!answer.ok) throw new PlatformRejection(what, { code: `status_${answer.status}` });
  return answer;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // "ok" is no JSON.
    return undefined;
  }
}

/** The SDK's own words are for debugging: what fails, it throws. */
export function slackLogger(log: Logger): SlackLogger {
  const say = (...words: readonly unknown[]) =>
    log.debug({}, words.filter((word) => typeof word === "string").join(" ") || "slack's SDK");
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: say,
    error: say,
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
