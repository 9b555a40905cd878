import { doubling, retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { ActiveChannel } from "../../shared/backfill.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import { isAfter } from "../ids.ts";
import { PlatformRejection, RateLimited } from "../web-api/errors.ts";
import type { Workspaces } from "../workspaces/workspaces.ts";
import type { HistoryReader } from "./history-reader.ts";
import { type BackfillHolds, channelKey, EVERY_CHANNEL, threadKey } from "./holds.ts";
import { type BackfillRange, backfillRanges } from "./ranges.ts";

/** What may have been missed: everything since nobody listened, or what was said in one workspace since a time. */
interface MissedSpan {
  readonly team?: string;
  /** In ms since 1970. Absent: since the newest message that was seen in each channel. */
  readonly since?: number;
}

const AT_ONCE = 2;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

interface PendingRange {
  range: BackfillRange;
  /** Ends holding back what is new there. */
  readonly release: () => void;
}

/**
 * Looks for what was said while nobody listened: Slack itself brings an event again for some minutes only. Every channel
 * and direct message that we are in is looked through, and in them the threads with answers since then. What was
 * accepted before is dropped by its id.
 *
 * A place where something new is said meanwhile comes first, and what is new waits for it. Of one that cannot be read
 * just now the rest does not wait: it is tried again, after growing pauses.
 */
export class Backfill {
  readonly #reader: HistoryReader;
  readonly #workspaces: Workspaces;
  readonly #watched: () => Promise<readonly ActiveChannel[]>;
  readonly #holds: BackfillHolds;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #seen: () => ReadonlyMap<string, string>;
  readonly #heardUntil: () => Promise<number | undefined>;
  readonly #ours: readonly string[];
  readonly #queue = new Map<string, PendingRange>();
  #working = 0;
  #planning = 0;
  /** When this process listened first. */
  #listeningSince: number | undefined;

  constructor(services: {
    reader: HistoryReader;
    /** The newest message that was seen in each channel until now, by team and channel. */
    seen: () => ReadonlyMap<string, string>;
    workspaces: Workspaces;
    /** Those whose tokens we were given. */
    ours: readonly string[];
    watched: () => Promise<readonly ActiveChannel[]>;
    /** How far was heard, by whatever process. */
    heardUntil: () => Promise<number | undefined>;
    holds: BackfillHolds;
    clock: Clock;
    log: Logger;
    stopping: AbortSignal;
  }) {
    this.#reader = services.reader;
    this.#workspaces = services.workspaces;
    this.#watched = services.watched;
    this.#holds = services.holds;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#stopping = services.stopping;
    this.#seen = services.seen;
    this.#heardUntil = services.heardUntil;
    this.#ours = services.ours;
  }

  async run(missed: MissedSpan = {}): Promise<void> {
    const release = this.#holds.hold(EVERY_CHANNEL);
    this.#planning += 1;
    try {
      await this.#plan(missed);
    } catch (error) {
      this.#log.error({ err: error }, "could not look for missed messages");
    } finally {
      this.#planning -= 1;
      release();
    }
  }

  /** Nothing is being looked for. */
  isIdle(): boolean {
    return this.#planning + this.#working + this.#queue.size === 0;
  }

  async #plan({ team: only, since }: MissedSpan): Promise<void> {
    // Before anything new is heard: what comes from now on says nothing of what was missed.
    const seen = this.#seen();
    const connectedAt = this.#listeningSince;
    this.#listeningSince ??= this.#clock.now();
    const places = (await this.#persistently("places", this.#watched)) ?? [];
    const heardUntil = await this.#persistently("how far was heard", this.#heardUntil);
    // There we may have been spoken to though nobody was answered yet.
    const begun = heardUntil === undefined ? [] : this.#ours;
    const hasTold = [...places.map(({ place }) => place.tenant), ...[...seen.keys()].map(teamIn)];
    const teams = only === undefined ? [...new Set([...begun, ...hasTold])] : [only];
    for (const team of teams) {
      const workspace = await this.#persistently(team, () => this.#workspaces.of(team));
      if (!workspace) continue;
      const channels = (await this.#persistently(team, () => this.#reader.channels(team))) ?? [];
      const here = places.filter(({ place }) => place.tenant === team);
      const now = this.#clock.now();
      const gaps = backfillRanges(workspace, {
        places: here,
        channels,
        seen,
        listeningSince: connectedAt,
        heardUntil,
        since,
        now,
      });
      for (const gap of gaps) this.#add(gap);
    }
  }

  #add(gap: BackfillRange): void {
    const { workspace, channel, thread } = gap;
    const { team } = workspace;
    const key = thread === undefined ? channelKey(team, channel) : threadKey(team, channel, thread);
    const waiting = this.#queue.get(key);
    if (waiting) {
      if (isAfter(waiting.range.since, gap.since)) waiting.range = { ...waiting.range, since: gap.since };
      return;
    }
    const release = this.#holds.hold(key, () => this.#first(key));
    this.#queue.set(key, { range: gap, release });
    if (this.#working < AT_ONCE) void this.#work();
  }

  /** Somebody waits there. */
  #first(key: string): void {
    const waiting = this.#queue.get(key);
    const [next] = this.#queue.keys();
    if (!waiting || next === key) return;
    const rest = [...this.#queue].filter(([other]) => other !== key);
    this.#queue.clear();
    this.#queue.set(key, waiting);
    for (const [other, each] of rest) this.#queue.set(other, each);
  }

  async #work(): Promise<void> {
    this.#working += 1;
    try {
      let waitMs = FIRST_WAIT_MS;
      for (let [next] = this.#queue; next && !this.#stopping.aborted; [next] = this.#queue) {
        const pauseMs = await this.#lookThrough(...next, waitMs);
        waitMs = pauseMs === undefined ? FIRST_WAIT_MS : Math.min(waitMs * 2, LONGEST_WAIT_MS);
        if (pauseMs !== undefined) await this.#clock.sleep(pauseMs, this.#stopping);
      }
    } finally {
      this.#working -= 1;
    }
  }

  /** How long Slack is to be left alone: this place is then looked through later. */
  async #lookThrough(key: string, waiting: PendingRange, waitMs: number): Promise<number | undefined> {
    const { range, release } = waiting;
    const about = { team: range.workspace.team, channel: range.channel, thread: range.thread };
    this.#queue.delete(key);
    try {
      for await (const below of this.#reader.read(range)) this.#add(below);
      release();
      return undefined;
    } catch (error) {
      const pauseMs = this.#stopping.aborted ? undefined : pauseAfter(error, waitMs);
      if (pauseMs === undefined) {
        release();
        const what = error instanceof PlatformRejection ? { reason: error.message } : { err: error };
        this.#log.warn({ ...about, ...what }, "could not look for missed messages");
      } else {
        this.#queue.set(key, waiting);
        this.#log.info({ ...about, err: error, pauseMs }, "looking for missed messages later");
      }
      return pauseMs;
    }
  }

  /** Undefined when Slack refuses it, or we stop. */
  async #persistently<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
    if (this.#stopping.aborted) return undefined;
    const failed = (error: unknown) =>
      this.#log.warn({ what, err: error }, "could not find out where to look for missed messages");
    try {
      return await retry(ask, {
        clock: this.#clock,
        waits: doubling(FIRST_WAIT_MS, LONGEST_WAIT_MS),
        isPassing: (error) => !(error instanceof PlatformRejection),
        signal: this.#stopping,
        onWait: failed,
      });
    } catch (error) {
      if (error instanceof PlatformRejection) failed(error);
      return undefined;
    }
  }
}

const teamIn = (key: string): string => key.split(".", 1).join("");

/** How long Slack is left alone when it does not answer; undefined when it refuses. */
function pauseAfter(error: unknown, waitMs: number): number | undefined {
  if (!(error instanceof PlatformUnavailable)) return undefined;
  return error instanceof RateLimited ? Math.max(waitMs, error.retryAfterMs) : waitMs;
}
