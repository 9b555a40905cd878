import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Place } from "../../core/model.ts";
import type { Api } from "./api.ts";
import type { ChannelQueues } from "./channel-queues.ts";
import { isFromPerson } from "./decode.ts";
import type { Directory } from "./directory.ts";
import { asAppError, Refusal } from "./failure.ts";
import { channelOf, compareSnowflakes, snowflakeAt } from "./ids.ts";
import type { Intake } from "./intake.ts";
import { WireMember, WireMessage } from "./wire.ts";

/** So far back after a start, when nothing is known of what was seen before: a deployment that went wrong. */
const LOOK_BACK_MS = 60 * 60_000;
/** Who may do what is known when all servers have come; one that is late is not waited for. */
const SERVERS_WITHIN_MS = 10_000;
const AT_MOST = 50;
const AT_ONCE = 4;

/**
 * Looks for what was said while nobody listened: Discord replays nothing after a restart, nor when it refuses to
 * resume. What was accepted before is dropped by its id.
 */
export function createCatchUp(parts: {
  api: Api;
  intake: Intake;
  directory: Directory;
  queues: ChannelQueues;
  watched: () => Promise<readonly Place[]>;
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): () => Promise<void> {
  const { api, intake, directory, queues, watched, clock, log, stopping } = parts;

  async function catchUp(place: Place, seen: ReadonlyMap<string, string>): Promise<void> {
    const channel = channelOf(place.id);
    await queues.hold(channel, async () => {
      if (stopping.aborted) return;
      try {
        await readAfter(seen.get(channel) ?? snowflakeAt(clock.now() - LOOK_BACK_MS), place);
      } catch (error) {
        const err = error instanceof Refusal ? asAppError(error) : error;
        log.warn({ place: place.id, err }, "could not look for missed messages");
      }
    });
  }

  async function readAfter(after: string, place: Place): Promise<void> {
    const listed = await api({
      method: "GET",
      path: `/channels/${channelOf(place.id)}/messages`,
      query: { after, limit: String(AT_MOST) },
    });
    // Newest first; and without what the gateway says of server and member.
    const messages = z
      .array(WireMessage)
      .parse(listed)
      .sort((a, b) => compareSnowflakes(a.id, b.id));
    const members = new Map<string, WireMember | undefined>();
    for (const message of messages) {
      if (place.kind === "direct" || !isFromPerson(message)) {
        await intake.found(message);
        continue;
      }
      const { id } = message.author;
      if (!members.has(id)) members.set(id, await memberOf(place.tenant, id));
      await intake.found({ ...message, guild_id: place.tenant, member: members.get(id) });
    }
    if (messages.length > 0)
      log.info({ place: place.id, messages: messages.length }, "looked for missed messages");
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

  async function all(): Promise<void> {
    // Before anything new is heard: what comes from now on says nothing of what was missed.
    const seen = intake.seenUntilNow();
    const done = new AbortController();
    await Promise.race([directory.complete(), clock.sleep(SERVERS_WITHIN_MS, done.signal)]);
    done.abort();
    const places = [...(await watched())];
    const work = async () => {
      for (let place = places.shift(); place; place = places.shift()) await catchUp(place, seen);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  return () =>
    all().catch((error: unknown) => log.error({ err: error }, "could not look for missed messages"));
}
