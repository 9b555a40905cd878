import type {
  AgentId,
  EventId,
  MessageId,
  PersonId,
  Place,
  PlaceId,
  RunId,
  TurnId,
} from "../../../src/core/domain/model.ts";
import type { RecordKey } from "../../../src/core/domain/record-key.ts";
import type { Logger } from "../../../src/core/ports/logger.ts";
import type { OutageWatch } from "../../../src/core/ports/outages.ts";
import type { NewIds } from "../../../src/core/ports/platform.ts";
import type { LineKey, Origin, ProvenanceStore } from "../../../src/core/ports/provenance-store.ts";
import type { RecordStore } from "../../../src/core/ports/record-store.ts";
import type { TurnQueue } from "../../../src/core/ports/turn-queue.ts";
import {
  movedTurn,
  type TurnChange,
  type TurnRecord,
  type TurnStore,
} from "../../../src/core/ports/turn-store.ts";
import { dayOf, type UsageEntry, type UsageStore } from "../../../src/core/ports/usage-store.ts";

/** Everything stored is copied on its way in and out, as a database would. */
const copy = <T>(value: T): T => structuredClone(value);

export class MemoryRecords<T> implements RecordStore<T> {
  readonly #records = new Map<RecordKey, T>();
  #locked: Promise<unknown> = Promise.resolve();

  async get(key: RecordKey): Promise<T | undefined> {
    return copy(this.#records.get(key));
  }

  async set(key: RecordKey, value: T): Promise<void> {
    this.#records.set(key, copy(value));
  }

  async delete(key: RecordKey): Promise<boolean> {
    return this.#records.delete(key);
  }

  async getOrCreate(key: RecordKey, make: () => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      const there = this.#records.get(key);
      if (there !== undefined) return copy(there);
      const made = await make();
      await this.set(key, made);
      return made;
    });
  }

  async update(
    key: RecordKey,
    change: (value: T | undefined) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.#alone(async () => {
      const changed = await change(copy(this.#records.get(key)));
      if (changed !== undefined) await this.set(key, changed);
      return copy(this.#records.get(key));
    });
  }

  async list(...firstParts: readonly string[]): Promise<readonly T[]> {
    const first = firstParts.map(encodeURIComponent).join("/");
    const found = [...this.#records].filter(
      ([key]) => first === "" || key === first || key.startsWith(`${first}/`),
    );
    return found.sort(([a], [b]) => a.localeCompare(b)).map(([, value]) => copy(value));
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#locked.then(work);
    // A failure is its own caller's; the next one only waits.
    this.#locked = mine.catch(() => undefined);
    return mine;
  }
}

export class MemoryTurns implements TurnStore {
  readonly turns = new Map<TurnId, TurnRecord>();
  /** Throws out of the next change that matches, as if the process died there. */
  crashOn: ((change: TurnChange) => boolean) | undefined;
  readonly #usage: MemoryUsage;

  constructor(usage: MemoryUsage) {
    this.#usage = usage;
  }

  async begin(turn: TurnRecord): Promise<TurnRecord> {
    if (!this.turns.has(turn.id)) this.turns.set(turn.id, copy(turn));
    return this.#known(turn.id);
  }

  async change(id: TurnId, change: TurnChange): Promise<void> {
    const turn = this.#known(id);
    const hasEnded = turn.state === "delivered" || turn.state === "failed";
    if (this.crashOn?.(change)) {
      this.crashOn = undefined;
      throw new Crash();
    }
    this.turns.set(id, copy({ ...turn, ...change, ...(hasEnded && { state: turn.state }) }));
  }

  async answered(id: TurnId, answer: Pick<TurnRecord, "text" | "outcome">, used: UsageEntry) {
    await this.change(id, { ...answer, state: "answered" });
    this.#usage.used.push(used);
    return this.#usage.spent(used.place, used.person, used);
  }

  async started(id: TurnId, run: RunId): Promise<{ readonly stopped: boolean }> {
    await this.change(id, { run });
    return this.#known(id);
  }

  /** The lane lets go of the turn. */
  end(id: TurnId): void {
    const turn = this.turns.get(id);
    if (this.crashOn?.({ state: "delivered" })) {
      this.crashOn = undefined;
      throw new Crash();
    }
    if (turn?.state === "answered" || turn?.state === "begun")
      this.turns.set(id, { ...turn, state: "delivered" });
  }

  async delivered(id: TurnId, delivery: TurnRecord["deliveries"][number]): Promise<void> {
    const turn = this.#known(id);
    const others = turn.deliveries.filter(({ part }) => part !== delivery.part);
    const deliveries = [...others, delivery].sort((a, b) => a.part - b.part);
    this.turns.set(id, { ...turn, deliveries });
  }

  async move(from: PlaceId, now: NewIds): Promise<void> {
    for (const [id, turn] of this.turns) if (turn.place.id === from) this.turns.set(id, movedTurn(turn, now));
  }

  async forget(event: EventId): Promise<void> {
    for (const [id, turn] of this.turns) {
      const events = turn.events.map((each) =>
        each.id === event && each.type === "message" ? { ...each, text: "", attachments: [] } : each,
      );
      this.turns.set(id, { ...turn, events });
    }
  }

  async get(id: TurnId): Promise<TurnRecord | undefined> {
    return copy(this.turns.get(id));
  }

  async byEvent(place: Place, event: EventId): Promise<TurnRecord | undefined> {
    return this.#newest().find(
      (turn) => turn.place.id === place.id && turn.events.some(({ id }) => id === event),
    );
  }

  async latest(place: Place, only?: "running"): Promise<TurnRecord | undefined> {
    const runs = ({ state }: TurnRecord) => state !== "delivered" && state !== "failed";
    return this.#newest().find((turn) => turn.place.id === place.id && (!only || runs(turn)));
  }

  async recentPlaces(where: {
    readonly platform: string;
    readonly tenant?: string;
    readonly under?: PlaceId;
    readonly since: number;
    readonly limit: number;
  }): Promise<readonly { readonly place: Place; readonly at: number }[]> {
    const places = new Map<PlaceId, { place: Place; at: number }>();
    for (const { place, at } of this.#newest()) {
      const isMeant =
        place.platform === where.platform &&
        (where.tenant === undefined || place.tenant === where.tenant) &&
        (where.under === undefined || place.parent === where.under);
      if (isMeant && at >= where.since && !places.has(place.id)) places.set(place.id, { place, at });
    }
    return [...places.values()].slice(0, where.limit);
  }

  async byMessage(place: Place, message: MessageId): Promise<TurnRecord | undefined> {
    const shows = ({ deliveries }: TurnRecord) => deliveries.some((each) => each.message === message);
    return this.#newest().find((turn) => turn.place.id === place.id && shows(turn));
  }

  #newest(): TurnRecord[] {
    return [...this.turns.values()].reverse().map(copy);
  }

  #known(id: TurnId): TurnRecord {
    const turn = this.turns.get(id);
    if (!turn) throw new Error(`no turn ${id}`);
    return copy(turn);
  }
}

export class MemoryProvenance implements ProvenanceStore {
  origins: Origin[] = [];

  async note(origin: Origin): Promise<void> {
    this.origins.push(copy(origin));
  }

  async of(agent: AgentId, lines: readonly LineKey[]): Promise<readonly Origin[]> {
    return this.origins.filter((origin) => origin.agent === agent && lines.includes(origin.line)).map(copy);
  }

  async forget(agent: AgentId, line: LineKey, person?: PersonId): Promise<void> {
    const isMeant = (origin: Origin) => origin.agent === agent && origin.line === line;
    const newest = this.origins.findLast(
      (origin) => isMeant(origin) && (origin.author === person || origin.askedBy === person),
    );
    this.origins = this.origins.filter((origin) =>
      person === undefined ? !isMeant(origin) : origin !== newest,
    );
  }
}

export class MemoryUsage implements UsageStore {
  readonly used: UsageEntry[] = [];

  async spent(
    { platform, tenant }: Pick<Place, "platform" | "tenant">,
    person: PersonId,
    { at }: { readonly at: number },
  ) {
    const there = this.used.filter(
      ({ place, at: then }) =>
        place.platform === platform && place.tenant === tenant && dayOf(then) === dayOf(at),
    );
    const sum = (all: readonly UsageEntry[]) => ({
      turns: all.length,
      tokens: all.reduce((total, each) => total + each.promptTokens + each.completionTokens, 0),
    });
    return { person: sum(there.filter((each) => each.person === person)), tenant: sum(there) };
  }
}

/** What no code of ours handles: the process is gone. */
export class Crash extends Error {
  override readonly name = "Crash";
}

interface Waits {
  readonly id: EventId;
  readonly lane: string;
  payload: unknown;
}

/** Keeps what was accepted; the test hands it out. */
export class MemoryLanes implements TurnQueue {
  readonly #seen = new Set<EventId>();
  readonly #revised = new Set<EventId>();
  entries: Waits[] = [];

  async accept(entry: Parameters<TurnQueue["accept"]>[0]): ReturnType<TurnQueue["accept"]> {
    if (this.#seen.has(entry.id)) return "repeated";
    if (this.entries.filter(({ lane }) => lane === entry.lane).length >= entry.cap) return "full";
    this.#seen.add(entry.id);
    const isRevised = this.#revised.has(entry.id);
    const payload = isRevised ? Object.assign({ isRevised }, copy(entry.payload)) : copy(entry.payload);
    this.entries.push({ id: entry.id, lane: entry.lane, payload });
    return "accepted";
  }

  async revise(id: EventId, change: (payload: unknown) => unknown): Promise<boolean> {
    const entry = this.entries.find((each) => each.id === id);
    if (entry) entry.payload = change(entry.payload);
    else if (!this.#seen.has(id)) this.#revised.add(id);
    return entry !== undefined;
  }

  async reviseAll(_platform: string, change: (payload: unknown) => unknown): Promise<void> {
    for (const entry of this.entries) entry.payload = change(entry.payload) ?? entry.payload;
  }

  async takeBack(id: EventId): Promise<boolean> {
    this.#seen.add(id);
    const before = this.entries.length;
    this.entries = this.entries.filter((each) => each.id !== id);
    return this.entries.length < before;
  }

  async wake(): Promise<void> {
    throw new Error("the test hands out what waits");
  }

  async serveNoMore(): Promise<void> {
    throw new Error("the test hands out what waits");
  }

  async isDeadLettered(): Promise<boolean> {
    return false;
  }

  async start(): Promise<void> {
    throw new Error("the test hands out what waits");
  }

  async stop(): Promise<void> {
    throw new Error("the test hands out what waits");
  }

  /** All that waits in the lane of this event, or of the oldest one, as one turn. */
  take(event?: EventId): readonly Waits[] {
    const lane = (event ? this.entries.find(({ id }) => id === event) : this.entries[0])?.lane;
    const taken = this.entries.filter((each) => each.lane === lane);
    this.entries = this.entries.filter((each) => each.lane !== lane);
    return taken;
  }
}

/** What is known of outages, as the test says. */
export class MemoryWatch implements OutageWatch {
  times = 0;
  gone = false;

  report(): void {
    this.times += 1;
  }

  async wasDownSince(): Promise<boolean> {
    return this.gone;
  }
}

export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
