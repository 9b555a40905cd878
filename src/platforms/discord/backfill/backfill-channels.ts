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

/**
 * Looks for what was said while nobody listened, since Discord replays nothing when it refuses to resume. Every place
 * with news is looked through: servers say of each channel and open thread which message is its last; direct messages
 * and threads that were closed meanwhile are asked, where people talked with us lately. A place is held back until that
 * is done, so what is new there waits for what is old; the places with the newest messages come first. What was
 * accepted before is dropped by its id.
 */
export class Backfill {
  readonly #api: DiscordApi;
  readonly #intake: EventRouter;
  readonly #directory: Directory;
  readonly #queues: ChannelQueues;
  readonly #activeChannels: () => Promise<readonly ActiveChannel[]>;
  readonly #clock: Clock;
  readonly #time: Pick<Clock, "now">;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #atOnce = new ConcurrencyLimit(AT_ONCE);
  /** Channels that may not be read: asking for them again and again ends in a ban. */
  readonly #hidden = new Set<string>();
  readonly #runs = new Set<Run>();

  constructor(services: {
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
  }) {
    this.#api = services.api;
    this.#intake = services.intake;
    this.#directory = services.directory;
    this.#queues = services.queues;
    this.#activeChannels = services.activeChannels;
    this.#clock = services.clock;
    this.#time = services.time;
    this.#log = services.log;
    this.#stopping = services.stopping;
  }

  /** A login that resumed nothing; `done` is called when all is looked through. Must not be awaited by the connection. */
  handleLogin(login: Login, done: () => void): void {
    const run: Run = {
      ...login,
      done,
      missing: new Set(login.guilds),
      waiting: [],
      startedAt: this.#clock.now(),
      allCame: new AbortController(),
      active: undefined,
      places: 0,
      messages: 0,
      open: 1,
    };
    this.#runs.add(run);
    this.#begin(run).then(
      () => this.#ended(run),
      (error: unknown) => {
        if (!(error instanceof ProcessStopping))
          this.#log.error({ err: error }, "could not look for missed messages");
      },
    );
  }

  /** A server told of itself. */
  handleGuild(guild: string): void {
    for (const run of this.#runs) {
      if (!run.missing.delete(guild)) continue;
      if (run.active) this.#lookAtGuild(run, run.active, guild);
      else run.waiting.push(guild);
      if (run.missing.size > 0) continue;
      run.allCame.abort();
      this.#runs.delete(run);
    }
  }

  /** Repeats until it is done. Throws Stopped when the process stops before. */
  async backfill(range: BackfillRange): Promise<void> {
    await this.#lookThrough(range);
  }

  async #begin(run: Run): Promise<void> {
    // What is new waits until it is known what is old.
    const goOn = this.#queues.pause();
    try {
      const known = await this.#again(this.#activeChannels, () => true);
      run.active = known;
      if (run.direct) this.#searchRange(run, directRanges(this.#missedBy(run, known)));
      for (const guild of run.waiting) this.#lookAtGuild(run, known, guild);
    } finally {
      goOn();
    }
    if (run.missing.size > 0)
      await this.#clock.sleep(SERVERS_WITHIN_MS, AbortSignal.any([run.allCame.signal, this.#stopping]));
    if (this.#stopping.aborted) throw new ProcessStopping("stopped before all servers came");
  }

  #missedBy({ heardUntil }: Run, known: readonly ActiveChannel[]): MissedSpan {
    return {
      active: known,
      heardUntil,
      now: this.#time.now(),
    };
  }

  #lookAtGuild(run: Run, known: readonly ActiveChannel[], guild: string): void {
    const channels = this.#directory
      .channels()
      .filter(({ guild_id, type, id }) => guild_id === guild && this.#mayRead(type, id));
    this.#searchRange(run, guildRanges(this.#missedBy(run, known), { guild, channels }));
  }

  /** Managing threads shows private ones that we were never let into. */
  #mayRead(type: number, id: string): boolean {
    return type !== ChannelType.PrivateThread || this.#directory.isIn(id);
  }

  #searchRange(run: Run, wanted: readonly BackfillRange[]): void {
    const ranges = wanted.filter(({ channel }) => !this.#hidden.has(channel));
    if (ranges.length === 0) return;
    this.#log.info({ places: ranges.length, guild: ranges[0]?.guild }, "looking for missed messages");
    run.places += ranges.length;
    for (const range of ranges) {
      run.open += 1;
      const work = async () => {
        const found = await this.#atOnce
          .run(() => this.#lookThrough(range))
          .catch((error: unknown) => {
            // Not ended: the next process looks again.
            if (error instanceof ProcessStopping) return undefined;
            throw error;
          });
        if (found === undefined) return;
        run.messages += found;
        this.#ended(run);
      };
      void this.#queues.hold(range.channel, work);
    }
  }

  #ended(run: Run): void {
    run.open -= 1;
    if (run.open > 0) return;
    const { places, messages, startedAt } = run;
    if (places > 0)
      this.#log.info(
        { places, messages, ms: this.#clock.now() - startedAt },
        "looked everywhere for missed messages",
      );
    run.done();
  }

  /** How many messages there were. */
  async #lookThrough(range: BackfillRange): Promise<number> {
    const { channel } = range;
    try {
      return await this.#again(
        () => this.#pages(range),
        (error) => error instanceof PlatformUnavailable,
      );
    } catch (error) {
      if (error instanceof ProcessStopping) throw error;
      if (isRejected(error, Code.MissingAccess)) this.#hidden.add(channel);
      const err = error instanceof PlatformRejection ? toAppError(error) : error;
      this.#log.warn({ channel, err }, "could not look for missed messages");
      return 0;
    }
  }

  async #again<T>(work: () => Promise<T>, isPassing: (error: unknown) => boolean): Promise<T> {
    try {
      if (this.#stopping.aborted) throw new ProcessStopping("stopped before all was looked through");
      return await retry(work, {
        clock: this.#clock,
        waits: doubling(AGAIN_FIRST_MS, AGAIN_MOST_MS),
        isPassing,
        signal: this.#stopping,
        onWait: (_error, waitMs) =>
          this.#log.info({ waitMs }, "could not look for missed messages yet, trying again"),
      });
    } catch (error) {
      if (!(this.#stopping.aborted && isPassing(error))) throw error;
      throw new ProcessStopping("stopped before all was looked through", { cause: error });
    }
  }

  async #pages(range: BackfillRange): Promise<number> {
    const { channel } = range;
    let { after } = range;
    let messages = 0;
    for (let page = 1; ; page += 1) {
      if (this.#stopping.aborted) throw new ProcessStopping("stopped before all was looked through");
      const query = { after, limit: String(PAGE) };
      const listed = await this.#api({ method: "GET", path: `/channels/${channel}/messages`, query });
      // Newest first.
      const found = z
        .array(WireMessage)
        .parse(listed)
        .sort((a, b) => compareSnowflakes(a.id, b.id));
      messages += found.length;
      await this.#take(range, found);
      after = found.at(-1)?.id ?? after;
      if (found.length < PAGE) break;
      if (page === PAGES_AT_MOST) {
        this.#log.warn(
          { channel, messages },
          "a channel has more missed messages than the backfill reads: the newest were left out",
        );
        break;
      }
    }
    if (messages > 0) this.#log.info({ channel, messages }, "looked for missed messages");
    return messages;
  }

  async #take({ guild, ifCalled }: BackfillRange, found: readonly WireMessage[]): Promise<void> {
    const { self } = this.#directory;
    if (!self) return;
    const members = new Map<string, WireMember | undefined>();
    for (const each of found) {
      // What the gateway says of server and member is left out of a list.
      const message = { ...each, guild_id: guild };
      if (!isFromPerson(message) || (ifCalled && !mentionsBot(message, { self, known: this.#directory })))
        continue;
      const { id } = message.author;
      if (guild !== undefined && !members.has(id)) members.set(id, await this.#memberOf(guild, id));
      await this.#intake.handleRecovered({ ...message, member: members.get(id) });
    }
  }

  /** Undefined for who left meanwhile: then they manage nothing. */
  async #memberOf(guild: string, user: string): Promise<WireMember | undefined> {
    try {
      return WireMember.parse(await this.#api({ method: "GET", path: `/guilds/${guild}/members/${user}` }));
    } catch (error) {
      if (error instanceof PlatformRejection) return undefined;
      throw error;
    }
  }
}
