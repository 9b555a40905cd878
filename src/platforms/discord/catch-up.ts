import { ChannelType, RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Place } from "../../core/model.ts";
import type { Api } from "./api.ts";
import type { ChannelQueues } from "./channel-queues.ts";
import { callsUs, isFromPerson } from "./decode.ts";
import type { Directory } from "./directory.ts";
import { asAppError, isRefused, Outage, Refusal } from "./failure.ts";
import { channelOf, compareSnowflakes, isAfter, snowflakeAt } from "./ids.ts";
import type { Intake } from "./intake.ts";
import { WireMember, WireMessage } from "./wire.ts";

/** Where people talk with us, and when we were last asked there. */
export interface Watched {
  readonly place: Place;
  readonly at: number;
}

/** Nobody waits for an answer longer than this. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
/** Who may do what is known when all servers have come; one that is late is not waited for. */
const SERVERS_WITHIN_MS = 10_000;
const CHANNELS_AT_MOST = 60;
const MESSAGES_AT_MOST = 100;
const AT_ONCE = 4;
/** The connection can be back before the rest of Discord is. */
const AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

const WITHOUT_MESSAGES: readonly number[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildDirectory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];

/** A channel, thread or talk that is looked through. */
interface Gap {
  readonly channel: string;
  /** Undefined for direct messages. */
  readonly guild: string | undefined;
  /** What came after this may have been missed. */
  readonly after: string;
  /** Others talk there: only who called us is answered. */
  readonly ifCalled: boolean;
}

/**
 * Looks for what was said while nobody listened: Discord replays nothing after a restart, nor when it refuses to
 * resume. It looks at the threads where people talk with us, at direct messages, and for mentions in every channel
 * where something new was said. What was accepted before is dropped by its id.
 */
export function createCatchUp(parts: {
  api: Api;
  intake: Intake;
  directory: Directory;
  queues: ChannelQueues;
  watched: () => Promise<readonly Watched[]>;
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): () => Promise<void> {
  const { api, intake, directory, queues, watched, clock, log, stopping } = parts;
  /** Channels that may not be read: asking for them again and again ends in a ban. */
  const hidden = new Set<string>();
  /** When this process was first connected. */
  let listeningSince: number | undefined;

  async function all(): Promise<void> {
    // Both before anything new is heard: what comes from now on says nothing of what was missed.
    const seen = intake.seenUntilNow();
    const connectedAt = listeningSince;
    listeningSince ??= clock.now();
    const places = await again(watched, () => true);
    await serversCame();
    const gaps = [...gapsOf(places, seen), ...channelGaps(places, { seen, connectedAt })];
    const work = async () => {
      for (let gap = gaps.shift(); gap; gap = gaps.shift()) await catchUp(gap);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async function serversCame(): Promise<void> {
    const done = new AbortController();
    await Promise.race([directory.complete(), clock.sleep(SERVERS_WITHIN_MS, done.signal)]);
    done.abort();
  }

  /** Not what was said at that moment: a thread that its persona left meanwhile would be entered anew. */
  const since = (at: number) => snowflakeAt(Math.max(at + 1, clock.now() - LOOK_BACK_MS));

  function gapsOf(places: readonly Watched[], seen: ReadonlyMap<string, string>): Gap[] {
    return places.map(({ place, at }) => {
      const channel = channelOf(place.id);
      const guild = place.kind === "direct" ? undefined : place.tenant;
      return { channel, guild, after: seen.get(channel) ?? since(at), ifCalled: false };
    });
  }

  /** Nothing on a first start ever: what was said before we came was not said to us. */
  function channelGaps(
    places: readonly Watched[],
    { seen, connectedAt }: { seen: ReadonlyMap<string, string>; connectedAt: number | undefined },
  ): Gap[] {
    const lastAsked = places.length > 0 ? Math.max(...places.map(({ at }) => at)) : connectedAt;
    if (lastAsked === undefined) return [];
    const earliest = since(lastAsked);
    const looked = new Set(places.map(({ place }) => channelOf(place.id)));
    return directory
      .channels()
      .filter(({ id, type }) => !WITHOUT_MESSAGES.includes(type) && !looked.has(id) && !hidden.has(id))
      .flatMap(({ id, guild_id: guild, last_message_id: newest }) => {
        const after = seen.get(id) ?? earliest;
        if (newest === undefined || !isAfter(newest, after)) return [];
        return [{ newest, gap: { channel: id, guild, after, ifCalled: true } }];
      })
      .toSorted((left, right) => compareSnowflakes(right.newest, left.newest))
      .slice(0, CHANNELS_AT_MOST)
      .map(({ gap }) => gap);
  }

  async function catchUp(gap: Gap): Promise<void> {
    const { channel } = gap;
    await queues.hold(channel, async () => {
      if (stopping.aborted) return;
      try {
        await again(
          () => lookThrough(gap),
          (error) => error instanceof Outage,
        );
      } catch (error) {
        if (isRefused(error, Code.MissingAccess)) hidden.add(channel);
        const err = error instanceof Refusal || error instanceof Outage ? asAppError(error) : error;
        log.warn({ channel, err }, "could not look for missed messages");
      }
    });
  }

  async function again<T>(work: () => Promise<T>, isPassing: (error: unknown) => boolean): Promise<T> {
    for (const waitMs of AGAIN_MS) {
      try {
        return await work();
      } catch (error) {
        if (stopping.aborted || !isPassing(error)) throw error;
        log.info({ waitMs }, "could not look for missed messages yet, trying again");
        await clock.sleep(waitMs, stopping);
      }
    }
    return work();
  }

  async function lookThrough({ channel, guild, after, ifCalled }: Gap): Promise<void> {
    const listed = await api({
      method: "GET",
      path: `/channels/${channel}/messages`,
      // With `after` the oldest come; of a busy channel the newest are wanted.
      query: { ...(!ifCalled && { after }), limit: String(MESSAGES_AT_MOST) },
    });
    const { self } = directory;
    if (!self) return;
    // Newest first; and without what the gateway says of server and member.
    const missed = z
      .array(WireMessage)
      .parse(listed)
      .map((message) => ({ ...message, guild_id: guild }))
      .filter((message) => isAfter(message.id, after))
      .filter(
        (message) => !ifCalled || (isFromPerson(message) && callsUs(message, { self, known: directory })),
      )
      .sort((a, b) => compareSnowflakes(a.id, b.id));
    const members = new Map<string, WireMember | undefined>();
    for (const message of missed) {
      if (guild === undefined || !isFromPerson(message)) {
        await intake.found(message);
        continue;
      }
      const { id } = message.author;
      if (!members.has(id)) members.set(id, await memberOf(guild, id));
      await intake.found({ ...message, member: members.get(id) });
    }
    if (missed.length > 0) log.info({ channel, messages: missed.length }, "looked for missed messages");
  }

  /** Undefined for who left meanwhile: then they manage nothing. */
  async function memberOf(guild: string, user: string): Promise<WireMember | undefined> {
    try {
      return WireMember.parse(await api({ method: "GET", path: `/guilds/${guild}/members/${user}` }));
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  return () =>
    all().catch((error: unknown) => log.error({ err: error }, "could not look for missed messages"));
}
