import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { BoundedMap } from "../core/async/bounded-map.ts";
import type { TurnId } from "../core/domain/model.ts";
import type { BotEvent } from "../core/ports/bot-events.ts";

/** What waits and works in the lanes. */
interface LaneFigures {
  readonly waiting: number;
  readonly busy: number;
  readonly dead: number;
  readonly oldestSeconds: number;
  /** What waits for a platform that no process serves. */
  readonly unserved: readonly { readonly platform: string; readonly waiting: number }[];
}

export interface MetricsSources {
  readonly lanes: () => Promise<LaneFigures>;
  /** Names of the platforms, and whether each is connected. */
  readonly platforms: () => ReadonlyMap<string, boolean>;
}

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];
/** Turns that went to another process never end here. */
const TURNS_REMEMBERED = 10_000;

/** Figures for Prometheus, made of what the bot tells as it works. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #accepted: Counter<"platform">;
  readonly #turns: Counter<"platform" | "outcome">;
  readonly #held: Counter<"platform">;
  readonly #duration: Histogram<"platform" | "outcome">;
  readonly #firstWord: Histogram<"platform">;
  readonly #requests: Counter<"method" | "route" | "status">;
  readonly #look: () => Promise<void>;
  readonly #begun = new BoundedMap<TurnId, number>(TURNS_REMEMBERED);
  readonly contentType: string;

  constructor(sources: MetricsSources) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#accepted = new Counter({
      name: "rapport_events_accepted_total",
      help: "Events that were stored to be answered.",
      labelNames: ["platform"],
      registers,
    });
    this.#turns = new Counter({
      name: "rapport_turns_total",
      help: "Turns that ended, by outcome.",
      labelNames: ["platform", "outcome"],
      registers,
    });
    this.#held = new Counter({
      name: "rapport_turn_outages_total",
      help: "Turns that had to wait for the end of an outage.",
      labelNames: ["platform"],
      registers,
    });
    this.#duration = new Histogram({
      name: "rapport_turn_duration_seconds",
      help: "Seconds from the beginning of a turn to its end.",
      labelNames: ["platform", "outcome"],
      buckets: SECONDS,
      registers,
    });
    this.#firstWord = new Histogram({
      name: "rapport_first_word_seconds",
      help: "Seconds from the beginning of a turn to the first word of its answer.",
      labelNames: ["platform"],
      buckets: SECONDS,
      registers,
    });
    this.#requests = new Counter({
      name: "rapport_http_requests_total",
      help: "Requests that were answered, streams included.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.#look = addStates(this.#registry, sources);
    this.contentType = this.#registry.contentType;
  }

  notice(botEvent: BotEvent): void {
    if (botEvent.type === "turn") this.#turnStep(botEvent);
    if (botEvent.type === "accepted") this.#accepted.inc({ platform: botEvent.place.platform });
  }

  request({
    method,
    route,
    status,
  }: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
  }): void {
    this.#requests.inc({ method, route, status });
  }

  async text(): Promise<string> {
    await this.#look();
    return this.#registry.metrics();
  }

  #turnStep({ turn, phase, at, place: { platform } }: Extract<BotEvent, { type: "turn" }>): void {
    // A later attempt goes on with the same turn.
    if (phase === "begun" && !this.#begun.has(turn)) this.#begun.set(turn, at);
    const seconds = (at - (this.#begun.get(turn) ?? at)) / 1_000;
    if (phase === "first words") this.#firstWord.observe({ platform }, seconds);
    if (phase === "waiting for an outage") this.#held.inc({ platform });
    if (phase !== "delivered" && phase !== "failed") return;
    this.#turns.inc({ platform, outcome: phase });
    this.#duration.observe({ platform, outcome: phase }, seconds);
    this.#begun.delete(turn);
  }
}

/** Looked at when they are asked for. Where the database is away, its figures are not numbers, and one says so. */
function addStates(registry: Registry, { lanes, platforms }: MetricsSources): () => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const waiting = gauge("rapport_lane_events_waiting", "Events that wait, those of running turns included.");
  const busy = gauge("rapport_lanes_busy", "Lanes in which a turn runs.");
  const dead = gauge("rapport_dead_letters", "Events whose turn failed in every attempt (dead letters).");
  const oldest = gauge("rapport_lane_oldest_seconds", "Age in seconds of the event that has waited longest.");
  const unserved = new Gauge({
    name: "rapport_events_unserved",
    help: "Events that wait for a platform that no process serves.",
    labelNames: ["platform"],
    registers,
  });
  const database = gauge("rapport_database_up", "1 when the database answers.");
  const connected = new Gauge({
    name: "rapport_platform_connected",
    help: "1 when a platform is connected.",
    labelNames: ["platform"],
    registers,
  });
  return async () => {
    for (const [platform, isConnected] of platforms()) connected.set({ platform }, isConnected ? 1 : 0);
    const figures = await lanes().catch(() => undefined);
    database.set(figures ? 1 : 0);
    waiting.set(figures?.waiting ?? Number.NaN);
    busy.set(figures?.busy ?? Number.NaN);
    dead.set(figures?.dead ?? Number.NaN);
    oldest.set(figures?.oldestSeconds ?? Number.NaN);
    unserved.reset();
    for (const each of figures?.unserved ?? []) unserved.set({ platform: each.platform }, each.waiting);
  };
}
