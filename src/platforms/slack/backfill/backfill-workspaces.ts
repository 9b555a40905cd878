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

export interface Backfill {
  (missed?: MissedSpan): Promise<void>;
  /** Nothing is being looked for. */
  isIdle(): boolean;
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
export function createBackfill(services: {
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
}): Backfill {
  const { reader, workspaces, watched, holds, clock, log, stopping } = services;
  const queue = new Map<string, PendingRange>();
  let working = 0;
  let planning = 0;
  /** When this process listened first. */
  let listeningSince: number | undefined;

  async function plan({ team: only, since }: MissedSpan): Promise<void> {
    // Before anything new is heard: what comes from now on says nothing of what was missed.
    const seen = services.seen();
    const connectedAt = listeningSince;
    listeningSince ??= clock.now();
    const places = (await persistently("places", watched)) ?? [];
    const heardUntil = await persistently("how far was heard", services.heardUntil);
    // There we may have been spoken to though nobody was answered yet.
    const begun = heardUntil === undefined ? [] : services.ours;
    const hasTold = [...places.map(({ place }) => place.tenant), ...[...seen.keys()].map(teamIn)];
    const teams = only === undefined ? [...new Set([...begun, ...hasTold])] : [only];
    for (const team of teams) {
      const workspace = await persistently(team, () => workspaces.of(team));
      if (!workspace) continue;
      const channels = (await persistently(team, () => reader.channels(team))) ?? [];
      const here = places.filter(({ place }) => place.tenant === team);
      const now = clock.now();
      const gaps = backfillRanges(workspace, {
        places: here,
        channels,
        seen,
        listeningSince: connectedAt,
        heardUntil,
        since,
        now,
      });
      for (const gap of gaps) add(gap);
    }
  }

  function add(gap: BackfillRange): void {
    const { workspace, channel, thread } = gap;
    const { team } = workspace;
    const key = thread === undefined ? channelKey(team, channel) : threadKey(team, channel, thread);
    const waiting = queue.get(key);
    if (waiting) {
      if (isAfter(waiting.range.since, gap.since)) waiting.range = { ...waiting.range, since: gap.since };
      return;
    }
    const release = holds.hold(key, () => first(key));
    queue.set(key, { range: gap, release });
    if (working < AT_ONCE) void work();
  }

  /** Somebody waits there. */
  function first(key: string): void {
    const waiting = queue.get(key);
    const [next] = queue.keys();
    if (!waiting || next === key) return;
    const rest = [...queue].filter(([other]) => other !== key);
    queue.clear();
    queue.set(key, waiting);
    for (const [other, each] of rest) queue.set(other, each);
  }

  async function work(): Promise<void> {
    working += 1;
    try {
      let waitMs = FIRST_WAIT_MS;
      for (let [next] = queue; next && !stopping.aborted; [next] = queue) {
        const pauseMs = await lookThrough(...next, waitMs);
        waitMs = pauseMs === undefined ? FIRST_WAIT_MS : Math.min(waitMs * 2, LONGEST_WAIT_MS);
        if (pauseMs !== undefined) await clock.sleep(pauseMs, stopping);
      }
    } finally {
      working -= 1;
    }
  }

  /** How long Slack is to be left alone: this place is then looked through later. */
  async function lookThrough(
    key: string,
    waiting: PendingRange,
    waitMs: number,
  ): Promise<number | undefined> {
    const { range, release } = waiting;
    const about = { team: range.workspace.team, channel: range.channel, thread: range.thread };
    queue.delete(key);
    try {
      for await (const below of reader.read(range)) add(below);
      release();
      return undefined;
    } catch (error) {
      const pauseMs = stopping.aborted ? undefined : pauseAfter(error, waitMs);
      if (pauseMs === undefined) {
        release();
        const what = error instanceof PlatformRejection ? { reason: error.message } : { err: error };
        log.warn({ ...about, ...what }, "could not look for missed messages");
      } else {
        queue.set(key, waiting);
        log.info({ ...about, err: error, pauseMs }, "looking for missed messages later");
      }
      return pauseMs;
    }
  }

  /** Undefined when Slack refuses it, or we stop. */
  async function persistently<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
    if (stopping.aborted) return undefined;
    const failed = (error: unknown) =>
      log.warn({ what, err: error }, "could not find out where to look for missed messages");
    try {
      return await retry(ask, {
        clock,
        waits: doubling(FIRST_WAIT_MS, LONGEST_WAIT_MS),
        isPassing: (error) => !(error instanceof PlatformRejection),
        signal: stopping,
        onWait: failed,
      });
    } catch (error) {
      if (error instanceof PlatformRejection) failed(error);
      return undefined;
    }
  }

  async function backfill(missed: MissedSpan = {}): Promise<void> {
    const release = holds.hold(EVERY_CHANNEL);
    planning += 1;
    try {
      await plan(missed);
    } catch (error) {
      log.error({ err: error }, "could not look for missed messages");
    } finally {
      planning -= 1;
      release();
    }
  }

  return Object.assign(backfill, { isIdle: () => planning + working + queue.size === 0 });
}

const teamIn = (key: string): string => key.split(".", 1).join("");

/** How long Slack is left alone when it does not answer; undefined when it refuses. */
function pauseAfter(error: unknown, waitMs: number): number | undefined {
  if (!(error instanceof PlatformUnavailable)) return undefined;
  return error instanceof RateLimited ? Math.max(waitMs, error.retryAfterMs) : waitMs;
}
