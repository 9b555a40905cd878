import { randomUUID } from "node:crypto";
import { type JsonObject, stringIn } from "../wire.ts";
import { EVENT_SCOPES } from "../world/app-config.ts";
import { isExternal } from "../world/openness.ts";
import type { InstallationRecord } from "../world/records.ts";
import type { Dispatch, World } from "../world/world.ts";
import { EventFaults } from "./event-faults.ts";

/** How long Slack waits for an acknowledgement. */
export const ACKNOWLEDGE_WITHIN_MS = 3_000;
/** "Nearly at once, after a minute, after five" [Slack's documentation]. */
const RETRY_AFTER_MS = [0, 60_000, 300_000];
const KEPT_DELIVERIES = 1_000;

type EnvelopeType = "events_api" | "slash_commands" | "interactive";

export interface Envelope {
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
  readonly attempt: number;
  readonly retryReason: string;
}

export type Outcome =
  | { readonly acknowledged: true; readonly payload: unknown }
  | { readonly acknowledged: false; readonly reason: string; readonly isFinal?: boolean };

/** Brings one envelope to the app: over a socket, or by HTTP. It waits for the acknowledgement and never rejects. */
export interface Transport {
  send(envelope: Envelope): Promise<Outcome>;
}

/** One attempt to bring something to the app. */
export interface DeliveryEntry {
  readonly at: number;
  readonly type: EnvelopeType;
  /** The event's type, "/chat", or the interaction's type. */
  readonly name: string;
  readonly payload: JsonObject;
  readonly attempt: number;
  /** Undefined while it is waited for. */
  outcome: Outcome | undefined;
}

/** What goes to the app: events until they are acknowledged, commands and interactions once. */
export class Delivery {
  readonly faults = new EventFaults();
  readonly #world: World;
  readonly #transport: () => Transport;
  readonly #verificationToken: string;
  #entries: DeliveryEntry[] = [];
  #waiters: { readonly name: string; readonly resolve: (entry: DeliveryEntry) => void }[] = [];

  constructor(world: World, transport: () => Transport, verificationToken: string) {
    this.#world = world;
    this.#transport = transport;
    this.#verificationToken = verificationToken;
    world.onDispatch((dispatch) => this.#event(dispatch));
  }

  /** The last thousand attempts, oldest first. */
  get entries(): readonly DeliveryEntry[] {
    return this.#entries;
  }

  /** The next attempt with this name that ends from now on, acknowledged or not. */
  next(name: string): Promise<DeliveryEntry> {
    return new Promise((resolve) => this.#waiters.push({ name, resolve }));
  }

  /** What every payload carries. */
  get token(): string {
    return this.#verificationToken;
  }

  /** A command or an interaction. It is not sent again: the person sees an error [guess]. */
  ask(type: "slash_commands" | "interactive", payload: JsonObject): Promise<Outcome> {
    const name = stringIn(payload.command) ?? stringIn(payload.type) ?? type;
    return this.#attempt({ type, payload, attempt: 0, retryReason: "" }, name);
  }

  /** Says that events of a minute were left out, in an envelope without an event. It is not sent again. */
  announceRateLimited(teamId: string): Promise<Outcome> {
    const payload = {
      token: this.#verificationToken,
      type: "app_rate_limited",
      team_id: teamId,
      minute_rate_limited: Math.floor(this.#world.clock.now() / 60_000) * 60,
      api_app_id: this.#world.appId,
    };
    return this.#attempt({ type: "events_api", payload, attempt: 0, retryReason: "" }, payload.type);
  }

  #event(dispatch: Dispatch): void {
    const { teamId, subscription, event } = dispatch;
    const installation = this.#world.installation(teamId);
    if (!installation || !this.#isWanted(installation, subscription)) return;
    const name = stringIn(event.type) ?? subscription;
    const body = this.#body(installation, event);
    for (const { payload, isRepeat } of this.faults.distort(name, body)) {
      this.#world.background(() => this.#deliverEvent(payload, { name, isRepeat }));
    }
  }

  #isWanted({ state, scopes }: InstallationRecord, subscription: string): boolean {
    if (!this.#world.config.botEvents.has(subscription)) return false;
    // That it is over is told to apps that can no longer do anything.
    if (subscription === "app_uninstalled" || subscription === "tokens_revoked") return true;
    const scope = EVENT_SCOPES[subscription];
    return state === "active" && (scope === undefined || scopes.includes(scope));
  }

  #body(installation: InstallationRecord, event: JsonObject): JsonObject {
    const { teamId, botUserId } = installation;
    const type = event.type;
    const channel = this.#world.channels.get(stringIn(event.channel) ?? "");
    const hasNoContext = type === "app_mention";
    const hasNoAuthorizations = type === "app_home_opened" || type === "app_context_changed";
    return {
      token: this.#verificationToken,
      team_id: teamId,
      ...(!hasNoContext && { context_team_id: teamId, context_enterprise_id: null }),
      api_app_id: this.#world.appId,
      event,
      type: "event_callback",
      event_id: this.#world.ids.next("Ev"),
      event_time: Math.floor(this.#world.clock.now() / 1000),
      ...(!hasNoAuthorizations && {
        authorizations: [
          {
            enterprise_id: null,
            team_id: teamId,
            user_id: botUserId,
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
      }),
      is_ext_shared_channel: channel !== undefined && isExternal(channel),
      event_context: `4-${randomUUID()}`,
    };
  }

  async #deliverEvent(
    payload: JsonObject,
    { name, isRepeat }: { readonly name: string; readonly isRepeat: boolean },
  ): Promise<void> {
    let attempt = isRepeat ? 1 : 0;
    let retryReason = isRepeat ? "timeout" : "";
    for (;;) {
      const outcome = await this.#attempt({ type: "events_api", payload, attempt, retryReason }, name);
      const waitMs = RETRY_AFTER_MS[attempt];
      if (outcome.acknowledged || outcome.isFinal || waitMs === undefined) return;
      await this.#world.clock.sleep(waitMs, this.#world.stopping);
      if (this.#world.stopping.aborted) return;
      attempt += 1;
      retryReason = outcome.reason;
    }
  }

  async #attempt(envelope: Envelope, name: string): Promise<Outcome> {
    const entry: DeliveryEntry = {
      at: this.#world.clock.now(),
      type: envelope.type,
      name,
      payload: envelope.payload,
      attempt: envelope.attempt,
      outcome: undefined,
    };
    this.#entries = [...this.#entries.slice(1 - KEPT_DELIVERIES), entry];
    const outcome = await this.#transport().send(envelope);
    entry.outcome = outcome;
    const woken = this.#waiters.filter((waiter) => waiter.name === name);
    this.#waiters = this.#waiters.filter((waiter) => waiter.name !== name);
    for (const { resolve } of woken) resolve(entry);
    return outcome;
  }
}
