import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Place } from "../../core/model.ts";
import type { Api } from "./api.ts";
import { isFromPerson } from "./decode.ts";
import { Outage, Refusal } from "./failure.ts";
import { isAfter, isDirect, spotOf, tsAt } from "./ids.ts";
import type { Intake } from "./intake.ts";
import { mentions } from "./reading.ts";
import { WirePage } from "./wire.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** Where people talk with us, and when we were last asked there. */
export interface Watched {
  readonly place: Place;
  readonly at: number;
}

/** Nobody waits for an answer longer than this. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
const CHANNELS_AT_MOST = 60;
const MESSAGES_AT_MOST = 100;
const AT_ONCE = 2;

/** Part of a workspace that is looked through: a channel, or a thread of it. */
interface Gap {
  readonly workspace: Workspace;
  readonly channel: string;
  readonly thread?: string;
  /** What came after this may have been missed. */
  readonly since: string;
}

const Member = z.object({ channels: z.array(z.object({ id: z.string() })) });

/**
 * Looks for what was said while nobody listened: Slack itself brings an event again for some minutes only. It looks at
 * the threads where people talk with us, at direct messages, and for mentions in the channels we are in. What was
 * accepted before is dropped by its id. A mention within a thread where we never spoke is not found.
 */
export function createCatchUp(parts: {
  api: Api;
  intake: Intake;
  workspaces: Workspaces;
  watched: () => Promise<readonly Watched[]>;
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): () => Promise<void> {
  const { api, intake, workspaces, watched, clock, log, stopping } = parts;

  async function all(): Promise<void> {
    // Before anything new is heard: what comes from now on says nothing of what was missed.
    const seen = intake.seenUntilNow();
    const places = await watched();
    const teams = [...new Set(places.map(({ place }) => place.tenant))];
    for (const team of teams) {
      const workspace = await workspaces.of(team);
      if (!workspace || stopping.aborted) continue;
      const gaps = await gapsIn(workspace, {
        seen,
        places: places.filter(({ place }) => place.tenant === team),
      });
      const work = async () => {
        for (let gap = gaps.shift(); gap && !stopping.aborted; gap = gaps.shift()) await quietly(gap);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    }
  }

  async function gapsIn(
    workspace: Workspace,
    known: { seen: ReadonlyMap<string, string>; places: readonly Watched[] },
  ): Promise<Gap[]> {
    const { team } = workspace;
    const earliest = clock.now() - LOOK_BACK_MS;
    const later = (channel: string, at: number) => {
      const asked = tsAt(Math.max(earliest, at));
      const last = known.seen.get(`${team}.${channel}`);
      return last !== undefined && isAfter(last, asked) ? last : asked;
    };
    // In a thread what was said before we came was not said to us.
    const threads = known.places.flatMap(({ place, at }): Gap[] => {
      const { channel, thread } = spotOf(place.id);
      return thread === undefined ? [] : [{ workspace, channel, thread, since: later(channel, at) }];
    });
    // Whenever one was asked we were there.
    const lastHeard = Math.max(...known.places.map(({ at }) => at));
    const talked = known.places.map(({ place }) => spotOf(place.id).channel);
    const channels = [...new Set([...talked, ...(await channelsOf(team))])].slice(0, CHANNELS_AT_MOST);
    return [
      ...threads,
      ...channels.map((channel) => ({ workspace, channel, since: later(channel, lastHeard) })),
    ];
  }

  async function channelsOf(team: string): Promise<readonly string[]> {
    const types = "im,mpim,public_channel,private_channel";
    const args = { types, exclude_archived: true, limit: CHANNELS_AT_MOST };
    try {
      const answer = await api({ team, method: "users.conversations", args });
      return Member.parse(answer).channels.map(({ id }) => id);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Outage)) throw error;
      log.warn({ team, reason: error.message }, "could not look up our channels");
      return [];
    }
  }

  async function quietly(gap: Gap): Promise<void> {
    const { workspace, channel, thread } = gap;
    try {
      await lookThrough(gap);
    } catch (error) {
      const reason = error instanceof Refusal || error instanceof Outage ? error.message : undefined;
      const what = reason === undefined ? { err: error } : { reason };
      log.warn({ team: workspace.team, channel, thread, ...what }, "could not look for missed messages");
    }
  }

  async function lookThrough({ workspace, channel, thread, since }: Gap): Promise<void> {
    const { team, bot } = workspace;
    const args = { channel, oldest: since, limit: MESSAGES_AT_MOST };
    const listed = await api(
      thread === undefined
        ? { team, channel, method: "conversations.history", args }
        : { team, channel, method: "conversations.replies", args: { ...args, ts: thread } },
    );
    const isForUs =
      thread !== undefined || isDirect(channel) ? () => true : (text: string) => mentions(text, bot);
    const missed = WirePage.parse(listed)
      // The root of a thread is listed whenever it was said.
      .messages.filter((one) => isAfter(one.ts, since) && isFromPerson(one, bot) && isForUs(one.text))
      .toSorted((left, right) => (isAfter(left.ts, right.ts) ? 1 : -1));
    for (const message of missed) {
      if (stopping.aborted) return;
      await intake.found(workspace, { ...message, channel });
    }
    if (missed.length > 0)
      log.info({ team, channel, thread, messages: missed.length }, "looked for missed messages");
  }

  return () =>
    all().catch((error: unknown) => log.error({ err: error }, "could not look for missed messages"));
}
