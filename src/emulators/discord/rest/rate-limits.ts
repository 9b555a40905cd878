import { createHash } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import { isObject } from "../wire.ts";
import type { LimitRule, Route } from "./call.ts";

const DEFAULT_RULE: LimitRule = { limit: 50, windowMs: 1000 };
const GLOBAL_RULE: LimitRule = { limit: 50, windowMs: 1000 };
/** Names and topics of a channel change about twice in ten minutes [third parties; Discord does not say]. */
const RENAME_RULE: LimitRule = { limit: 2, windowMs: 10 * 60_000 };
/** Webhooks post so many messages in a channel, all together [third parties: discord-api-docs#367; Discord does not say]. */
const WEBHOOKS_RULE: LimitRule = { limit: 30, windowMs: 60_000 };
/** The name of that rule, where a test sets another. */
export const WEBHOOKS_OF_A_CHANNEL = "webhooks of a channel";
const UNREACHABLE: LimitRule = { limit: 1_000_000, windowMs: 1000 };
const INVALID_WINDOW_MS = 10 * 60_000;

export type LimitScope = "user" | "global" | "shared";

export interface LimitVerdict {
  /** They belong on every answer, refusals too: the client counts by them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refused?: { readonly retryAfterMs: number; readonly scope: LimitScope };
}

interface Window {
  used: number;
  resetAt: number;
}

/**
 * Buckets by route and major parameter, the sub-limit of renames, and the global limit. It runs on real time: the
 * client's own waiting does, and no test can move that.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #applicationId: string;
  readonly #channelOf: (webhook: string) => string | undefined;
  readonly #windows = new Map<string, Window>();
  readonly #overrides = new Map<string, LimitRule>();
  #invalid: number[] = [];
  #isOff: boolean = false;
  #global = GLOBAL_RULE;

  constructor(
    clock: Clock,
    about: {
      readonly applicationId: string;
      /** The channel that a webhook posts in. */
      readonly channelOf: (webhook: string) => string | undefined;
    },
  ) {
    this.#clock = clock;
    this.#applicationId = about.applicationId;
    this.#channelOf = about.channelOf;
  }

  /** Another rule for a route, as `POST /channels/{channel_id}/messages`, or for `WEBHOOKS_OF_A_CHANNEL`. */
  set(route: string, rule: LimitRule): void {
    this.#overrides.set(route, rule);
  }

  setGlobal(rule: LimitRule): void {
    this.#global = rule;
  }

  /** Nothing is limited any more. The headers stay, with limits that nobody reaches. */
  switchOff(): void {
    this.#isOff = true;
  }

  take(route: Route, params: ReadonlyMap<string, string>, body: unknown): LimitVerdict {
    if (route.unlimited) return { headers: {} };
    const rule = this.#ruleOf(route);
    const bucket = bucketOf(route);
    const major = majorOf(params);
    const window = this.#window(`${bucket}:${major}`, rule);
    const headers = (used: number) => this.#headers({ rule, window, used, bucket });

    const globalWindow = this.#window("global", this.#global);
    // Interactions, their messages included, are not under it [docs].
    const isExempt = this.#isOff || params.get("webhook_id") === this.#applicationId;
    if (!isExempt && globalWindow.used >= this.#global.limit) {
      return { headers: headers(window.used), refused: this.#refusal(globalWindow, "global") };
    }
    if (window.used >= rule.limit)
      return { headers: headers(window.used), refused: this.#refusal(window, "user") };
    if (!this.#isOff && isRename(route, body)) {
      const renames = this.#window(`rename:${major}`, RENAME_RULE);
      if (renames.used >= RENAME_RULE.limit) {
        return { headers: headers(window.used), refused: this.#refusal(renames, "user") };
      }
      renames.used += 1;
    }
    const channel = isExempt ? undefined : this.#channelPostedTo(route, params);
    if (channel !== undefined) {
      const rule = this.#overrides.get(WEBHOOKS_OF_A_CHANNEL) ?? WEBHOOKS_RULE;
      const posts = this.#window(`webhooks:${channel}`, rule);
      if (posts.used >= rule.limit)
        return { headers: headers(window.used), refused: this.#refusal(posts, "shared") };
      posts.used += 1;
    }
    if (!isExempt) globalWindow.used += 1;
    window.used += 1;
    return { headers: headers(window.used) };
  }

  /** Counts what Discord counts towards a ban: 401, 403 and 429, but not the shared ones. */
  countAnswer(status: number, scope?: string): void {
    if (status === 401 || status === 403 || (status === 429 && scope !== "shared")) {
      this.#invalid.push(this.#clock.now());
    }
  }

  /** Bad requests of the last ten minutes. At 10,000 Discord bans the address for a while. */
  get invalidRequests(): number {
    const since = this.#clock.now() - INVALID_WINDOW_MS;
    this.#invalid = this.#invalid.filter((at) => at > since);
    return this.#invalid.length;
  }

  #channelPostedTo(route: Route, params: ReadonlyMap<string, string>): string | undefined {
    if (nameOf(route) !== "POST /webhooks/{webhook_id}/{webhook_token}") return undefined;
    return this.#channelOf(params.get("webhook_id") ?? "");
  }

  #ruleOf(route: Route): LimitRule {
    if (this.#isOff) return UNREACHABLE;
    return this.#overrides.get(nameOf(route)) ?? route.limit ?? DEFAULT_RULE;
  }

  #window(key: string, { windowMs }: LimitRule): Window {
    const now = this.#clock.now();
    const present = this.#windows.get(key);
    if (present && now < present.resetAt) return present;
    const fresh = { used: 0, resetAt: now + windowMs };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #refusal(window: Window, scope: LimitScope) {
    return { retryAfterMs: Math.max(1, window.resetAt - this.#clock.now()), scope };
  }

  #headers(state: { rule: LimitRule; window: Window; used: number; bucket: string }): Record<string, string> {
    const { rule, window, used, bucket } = state;
    return {
      "x-ratelimit-limit": String(rule.limit),
      "x-ratelimit-remaining": String(Math.max(0, rule.limit - used)),
      "x-ratelimit-reset": (window.resetAt / 1000).toFixed(3),
      "x-ratelimit-reset-after": (Math.max(0, window.resetAt - this.#clock.now()) / 1000).toFixed(3),
      "x-ratelimit-bucket": bucket,
    };
  }
}

export function nameOf({ method, pattern }: Route): string {
  return `${method} ${pattern}`;
}

/** The same for every channel: what tells channels apart is the major parameter beside it. */
function bucketOf(route: Route): string {
  return createHash("md5").update(nameOf(route)).digest("hex");
}

function majorOf(params: ReadonlyMap<string, string>): string {
  const webhook = params.get("webhook_id");
  if (webhook) return `${webhook}/${params.get("webhook_token") ?? ""}`;
  return params.get("channel_id") ?? params.get("guild_id") ?? "";
}

function isRename(route: Route, body: unknown): boolean {
  if (nameOf(route) !== "PATCH /channels/{channel_id}" || !isObject(body)) return false;
  return body.name !== undefined || body.topic !== undefined;
}
