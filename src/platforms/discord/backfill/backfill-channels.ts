import { ChannelType, RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import { ConcurrencyLimit } from "../../../core/async/concurrency-limit.ts";
import { doubling, retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { ActiveChannel } from "../../shared/backfill.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import type { ChannelQueues } from "../gateway/channel-queues.ts";
import type { EventRouter } from "../gateway/event-router.ts";
import type { Directory } from "../guild/directory.ts";
import { compareSnowflakes } from "../ids.ts";
import { isFromPerson, mentionsBot } from "../messages/decode-message.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, PlatformRejection, toAppError } from "../rest/errors.ts";
import { WireMember, WireMessage } from "../wire.ts";
import { type BackfillRange, directRanges, guildRanges, type MissedSpan } from "./ranges.ts";
import { ProcessStopping } from "./store-until-done.ts";

interface Login {
  /** Servers that will tell of themselves. */
  readonly guilds: readonly string[];
  /** Whether this shard has the direct messages. */
  readonly direct: boolean;
  /** All that was said until then was heard, in ms since 1970; undefined where nobody knows. */
  readonly heardUntil: number | undefined;
}

/**
 * Looks for what was said while nobody listened, since Discord replays nothing when it refuses to resume. Every place
 * with news is looked through: servers say of each channel and open thread which message is its last; direct messages
 * and threads that were closed meanwhile are asked, where people talked with us lately. A place is held back until that
 * is done, so what is new there waits for what is old; the places with the newest messages come first. What was
 * accepted before is dropped by its id.
 */
export interface Backfill {
  /** A login that resumed nothing; `done` is called when all is looked through. Must not be awaited by the connection. */
  handleLogin(login: Login, done: () => void): void;
  /** A server told of itself. */
  handleGuild(guild: string): void;
  /** Repeats until it is done. Throws Stopped when the process stops before. */
  backfill(range: BackfillRange): Promise<void>;
}

/** A server that is out is looked through when it comes; the others are not unfinished because of it. */
const SERVERS_WITHIN_MS = 60_000;
const PAGE = 100;
/** Ten thousand messages: what was said before those in one day is not looked for. */
const PAGES_AT_MOST = 100;
const AT_ONCE = 4;
const AGAIN_FIRST_MS = 1_000;
const AGAIN_MOST_MS = 30_000;

interface Run extends Login {
  readonly missing: Set<string>;
  /** Servers that came before it was known where people talk. */
  readonly waiting: string[];
  readonly startedAt: number;
  readonly allCame: AbortController;
  active: readonly ActiveChannel[] | undefined;
  places: number;
  messages: number;
  /** What is still to end. */
  open: number;
  readonly done: () => void;
}

export function createBackfill(services: {
  api: DiscordApi;
  intake: EventRouter;
  directory: Directory;
  queues: ChannelQueues;
  activeChannels: () => Promise<readonly ActiveChannel[]>;
  clock: Clock;
  /** Discord's time. */
  time: Pick<Clock, "now">;
  log: Logger;
  stopping: AbortSignal;
}): Backfill {
  const { api, intake, directory, queues, activeChannels, clock, time, log, stopping } = services;
  const atOnce = new ConcurrencyLimit(AT_ONCE);
  /** Channels that may not be read: asking for them again and again ends in a ban. */
  const hidden = new Set<string>();
  const runs = new Set<Run>();

  async function begin(run: Run): Promise<void> {
    // What is new waits until it is known what is old.
    const goOn = queues.pause();
    try {
      const known = await again(activeChannels, () => true);
      run.active = known;
      if (run.direct) searchRange(run, directRanges(missedBy(run, known)));
      for (const guild of run.waiting) lookAtGuild(run, known, guild);
    } finally {
      goOn();
    }
    if (run.missing.size > 0)
      await clock.sleep(SERVERS_WITHIN_MS, AbortSignal.any([run.allCame.signal, stopping]));
    if (stopping.aborted) throw new ProcessStopping("stopped before all servers came");
  }

  const missedBy = ({ heardUntil }: Run, known: readonly ActiveChannel[]): MissedSpan => ({
    active: known,
    heardUntil,
    now: time.now(),
  });

  function lookAtGuild(run: Run, known: readonly ActiveChannel[], guild: string): void {
    const channels = directory
      .channels()
      .filter(({ guild_id, type, id }) => guild_id === guild && mayRead(type, id));
    searchRange(run, guildRanges(missedBy(run, known), { guild, channels }));
  }

  /** Managing threads shows private ones that we were never let into. */
  const mayRead = (type: number, id: string): boolean =>
    type !== ChannelType.PrivateThread || directory.isIn(id);

  function searchRange(run: Run, wanted: readonly BackfillRange[]): void {
    const ranges = wanted.filter(({ channel }) => !hidden.has(channel));
    if (ranges.length === 0) return;
    log.info({ places: ranges.length, guild: ranges[0]?.guild }, "looking for missed messages");
    run.places += ranges.length;
    for (const range of ranges) {
      run.open += 1;
      const work = async () => {
        const found = await atOnce
          .run(() => lookThrough(range))
          .catch((error: unknown) => {
            // Not ended: the next process looks again.
            if (error instanceof ProcessStopping) return undefined;
            throw error;
          });
        if (found === undefined) return;
        run.messages += found;
        ended(run);
      };
      void queues.hold(range.channel, work);
    }
  }

  function ended(run: Run): void {
    run.open -= 1;
    if (run.open > 0) return;
    const { places, messages, startedAt } = run;
    if (places > 0)
      log.info({ places, messages, ms: clock.now() - startedAt }, "looked everywhere for missed messages");
    run.done();
  }

  /** How many messages there were. */
  async function lookThrough(range: BackfillRange): Promise<number> {
    const { channel } = range;
    try {
      return await again(
        () => pages(range),
        (error) => error instanceof PlatformUnavailable,
      );
    } catch (error) {
      if (error instanceof ProcessStopping) throw error;
      if (isRejected(error, Code.MissingAccess)) hidden.add(channel);
      const err = error instanceof PlatformRejection ? toAppError(error) : error;
      log.warn({ channel, err }, "could not look for missed messages");
      return 0;
    }
  }

  async function again<T>(work: () => Promise<T>, isPassing: (error: unknown) => boolean): Promise<T> {
    try {
      if (stopping.aborted) throw new ProcessStopping("stopped before all was looked through");
      return await retry(work, {
        clock,
        waits: doubling(AGAIN_FIRST_MS, AGAIN_MOST_MS),
        isPassing,
        signal: stopping,
        onWait: (_error, waitMs) =>
          log.info({ waitMs }, "could not look for missed messages yet, trying again"),
      });
    } catch (error) {
      if (!(stopping.aborted && isPassing(error))) throw error;
      throw new ProcessStopping("stopped before all was looked through", { cause: error });
    }
  }

  async function pages(range: BackfillRange): Promise<number> {
    const { channel } = range;
    let { after } = range;
    let messages = 0;
    for (let page = 1; ; page += 1) {
      if (stopping.aborted) throw new ProcessStopping("stopped before all was looked through");
      const query = { after, limit: String(PAGE) };
      const listed = await api({ method: "GET", path: `/channels/${channel}/messages`, query });
      // Newest first.
      const found = z
        .array(WireMessage)
        .parse(listed)
        .sort((a, b) => compareSnowflakes(a.id, b.id));
      messages += found.length;
      await take(range, found);
      after = found.at(-1)?.id ?? after;
      if (found.length < PAGE) break;
      if (page === PAGES_AT_MOST) {
        log.warn(
          { channel, messages },
          "a channel has more missed messages than the backfill reads: the newest were left out",
        );
        break;
      }
    }
    if (messages > 0) log.info({ channel, messages }, "looked for missed messages");
    return messages;
  }

  async function take({ guild, ifCalled }: BackfillRange, found: readonly WireMessage[]): Promise<void> {
    const { self } = directory;
    if (!self) return;
    const members = new Map<string, WireMember | undefined>();
    for (const each of found) {
      // What the gateway says of server and member is left out of a list.
      const message = { ...each, guild_id: guild };
      if (!isFromPerson(message) || (ifCalled && !mentionsBot(message, { self, known: directory }))) continue;
      const { id } = message.author;
      if (guild !== undefined && !members.has(id)) members.set(id, await memberOf(guild, id));
      await intake.handleRecovered({ ...message, member: members.get(id) });
    }
  }

  /** Undefined for who left meanwhile: then they manage nothing. */
  async function memberOf(guild: string, user: string): Promise<WireMember | undefined> {
    try {
      return WireMember.parse(await api({ method: "GET", path: `/guilds/${guild}/members/${user}` }));
    } catch (error) {
      if (error instanceof PlatformRejection) return undefined;
      throw error;
    }
  }

  return {
    handleLogin(login, done) {
      const run: Run = {
        ...login,
        done,
        missing: new Set(login.guilds),
        waiting: [],
        startedAt: clock.now(),
        allCame: new AbortController(),
        active: undefined,
        places: 0,
        messages: 0,
        open: 1,
      };
      runs.add(run);
      begin(run).then(
        () => ended(run),
        (error: unknown) => {
          if (!(error instanceof ProcessStopping))
            log.error({ err: error }, "could not look for missed messages");
        },
      );
    },
    handleGuild(guild) {
      for (const run of runs) {
        if (!run.missing.delete(guild)) continue;
        if (run.active) lookAtGuild(run, run.active, guild);
        else run.waiting.push(guild);
        if (run.missing.size > 0) continue;
        run.allCame.abort();
        runs.delete(run);
      }
    },
    async backfill(range) {
      await lookThrough(range);
    },
  };
}
