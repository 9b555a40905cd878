import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Inbox } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import type { ChannelQueues } from "./channel-queues.ts";
import { decodeMessage, isFromPerson, lacksContent, textOf } from "./decode.ts";
import type { Directory } from "./directory.ts";
import { Refusal } from "./failure.ts";
import { eventIdOf, isAfter } from "./ids.ts";
import { placeOf } from "./target.ts";
import { WireChannel, WireGone, WireManyGone, WireMessage } from "./wire.ts";

/** Hands what people say, edit and delete to the inbox, each channel in its order. */
export interface Intake {
  /** Takes a packet of the gateway. Never throws: a packet that cannot be read is logged. */
  packet(name: string, data: unknown): void;
  /** Takes a message that was found later; resolves when the inbox has it. */
  found(message: WireMessage): Promise<void>;
  /** The newest message that was seen in each channel until now. */
  seenUntilNow(): ReadonlyMap<string, string>;
}

/** A database that restarts is back within this; the gateway brings nothing twice. */
const STORE_AGAIN_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];
const CHANNELS_REMEMBERED = 5_000;

export function createIntake(parts: {
  api: Api;
  directory: Directory;
  inbox: Inbox;
  queues: ChannelQueues;
  interaction: (data: unknown) => Promise<void>;
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): Intake {
  const { api, directory, inbox, queues, clock, log } = parts;
  const seen = new Map<string, string>();
  let toldOfIntent = false;

  function packet(name: string, data: unknown): void {
    try {
      for (const channel of directory.follow(name, data)) gone(channel);
      route(name, data);
    } catch (error) {
      const problem = error instanceof z.ZodError ? z.prettifyError(error) : undefined;
      log.error({ packet: name, ...(problem ? { problem } : { err: error }) }, "could not read a packet");
    }
  }

  function route(name: string, data: unknown): void {
    if (name === Packet.MessageCreate) {
      const message = WireMessage.parse(data);
      queue(message.channel_id, message.id, () => takeNew(message));
    } else if (name === Packet.MessageUpdate) {
      const message = WireMessage.parse(data);
      // Links that are shown as pictures are updates too; only people's edits have a time.
      if (message.edited_timestamp !== undefined && isFromPerson(message))
        queue(message.channel_id, message.id, () => revise(message));
    } else if (name === Packet.MessageDelete) {
      const { id, channel_id } = WireGone.parse(data);
      erased(channel_id, [id]);
    } else if (name === Packet.MessageDeleteBulk) {
      const { ids, channel_id } = WireManyGone.parse(data);
      erased(channel_id, ids);
    } else if (name === Packet.InteractionCreate) {
      // Three seconds: they wait for nothing.
      void guarded("interaction", () => parts.interaction(data));
    }
  }

  function erased(channel: string, messages: readonly string[]): void {
    for (const id of messages) queue(channel, id, () => inbox.revise(eventIdOf(id), undefined));
  }

  function queue(channel: string, snowflake: string, work: () => Promise<void>): void {
    queues.add(channel, snowflake, () => guarded(channel, work));
  }

  async function guarded(channel: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ channel, err: error }, "could not take an event");
    }
  }

  function gone(channel: WireChannel): void {
    const place = placeOf(channel, channel.guild_id);
    queue(channel.id, channel.id, () => inbox.placeGone(place));
  }

  async function takeNew(message: WireMessage): Promise<void> {
    remember(message);
    const { self } = directory;
    if (!self || !isFromPerson(message)) return;
    const channel = await channelOf(message);
    if (!channel) return;
    const { event, target } = decodeMessage(message, channel, { self, known: directory });
    if (!toldOfIntent && event.addressed === "none" && lacksContent(message)) {
      toldOfIntent = true;
      log.warn(
        { channel: channel.id },
        "a message came without its content: switch on Message Content Intent in Discord's developer portal",
      );
    }
    const acceptance = await stored(() => inbox.accept(event, target));
    if (acceptance === "full") await inbox.turnAway(event, target);
  }

  async function stored<T>(store: () => Promise<T>): Promise<T> {
    for (const waitMs of STORE_AGAIN_MS) {
      try {
        return await store();
      } catch (error) {
        if (parts.stopping.aborted) throw error;
        log.warn({ err: error, waitMs }, "could not store an event, trying again");
        await clock.sleep(waitMs, parts.stopping);
      }
    }
    return store();
  }

  async function revise(message: WireMessage): Promise<void> {
    const { self } = directory;
    if (self) await inbox.revise(eventIdOf(message.id), textOf(message, { self, known: directory }));
  }

  /** A thread that was archived before we came is unknown until somebody speaks there. */
  async function channelOf({
    channel_id,
    channel_type,
    guild_id,
  }: WireMessage): Promise<WireChannel | undefined> {
    const known = directory.channel(channel_id);
    if (known) return known;
    if (guild_id === undefined)
      return { id: channel_id, type: channel_type ?? 1, name: undefined, guild_id, parent_id: undefined };
    try {
      const channel = WireChannel.parse(await api({ method: "GET", path: `/channels/${channel_id}` }));
      directory.note({ ...channel, guild_id });
      return { ...channel, guild_id };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.info({ channel: channel_id, code: error.code }, "a message from a channel that we cannot see");
      return undefined;
    }
  }

  function remember({ channel_id, id }: WireMessage): void {
    const last = seen.get(channel_id);
    if (last !== undefined && !isAfter(id, last)) return;
    seen.delete(channel_id);
    seen.set(channel_id, id);
    for (const oldest of seen.keys()) {
      if (seen.size <= CHANNELS_REMEMBERED) break;
      seen.delete(oldest);
    }
  }

  return {
    packet,
    found: takeNew,
    seenUntilNow: () => new Map(seen),
  };
}
