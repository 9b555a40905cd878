import { type ActiveChannel, lookedBackTo } from "../../shared/backfill.ts";
import { isAfter, isDirect, locationOf, tsAt } from "../ids.ts";
import type { Workspace } from "../workspaces/workspaces.ts";
import { channelKey } from "./holds.ts";

/** Part of a workspace that is looked through: a channel, or a thread of it. */
export interface BackfillRange {
  readonly workspace: Workspace;
  readonly channel: string;
  readonly thread?: string;
  /** What came after this may have been missed. */
  readonly since: string;
  /** Everything said there may be for us; else only what mentions us. */
  readonly isOurs: boolean;
  /** Of a channel: the threads where people talk with us, and since when something of each may have been missed. */
  readonly threads: ReadonlyMap<string, string>;
}

/**
 * What was said so long before we were last asked may still be missing: a process that is killed again and again takes
 * what is new in one place, and ends before it has looked through the others.
 */
const UNCERTAIN_MS = 60 * 60_000;

/**
 * All channels of a workspace that may hold something missed, those where people talked last first. None on a first start
 * ever: what was said before we came was not said to us.
 */
export function backfillRanges(
  workspace: Workspace,
  known: {
    readonly places: readonly ActiveChannel[];
    /** All that we are in. */
    readonly channels: readonly string[];
    /** The newest message that was seen in each. */
    readonly seen: ReadonlyMap<string, string>;
    /** When this process began to listen, if it did before. */
    readonly listeningSince: number | undefined;
    /** All that was said until then was heard, by whatever process; undefined where nobody noted it. */
    readonly heardUntil: number | undefined;
    /** Looks back to this time, whatever was seen. */
    readonly since?: number | undefined;
    readonly now: number;
  },
): readonly BackfillRange[] {
  const { places, channels, seen, listeningSince, since, now } = known;
  // Whenever one was asked we were there.
  const lastAsked = Math.max(...places.map(({ at }) => at));
  const before = known.heardUntil ?? lastAsked - UNCERTAIN_MS;
  const from = since ?? Math.max(listeningSince ?? Number.NEGATIVE_INFINITY, before);
  if (from === Number.NEGATIVE_INFINITY) return [];

  function sinceIn(channel: string, at: number): string {
    const asked = tsAt(lookedBackTo(since ?? at, now));
    const last = since === undefined ? seen.get(channelKey(workspace.team, channel)) : undefined;
    return last !== undefined && isAfter(last, asked) ? last : asked;
  }

  const newestFirst = places.toSorted((left, right) => right.at - left.at);
  const talked = newestFirst.map(({ place }) => locationOf(place.id).channel);
  return [...new Set([...talked, ...channels])].map((channel) => ({
    workspace,
    channel,
    since: sinceIn(channel, from),
    isOurs: isDirect(channel),
    threads: new Map(
      places.flatMap(({ place, at }) => {
        const spot = locationOf(place.id);
        // In a thread what was said before we came was not said to us.
        return spot.channel === channel && spot.thread !== undefined
          ? [[spot.thread, sinceIn(channel, at)] as const]
          : [];
      }),
    ),
  }));
}
