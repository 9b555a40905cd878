import { ChannelType, GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { BackfillRange } from "../backfill/ranges.ts";
import { createStoring, ProcessStopping } from "../backfill/store-until-done.ts";
import type { Directory } from "../guild/directory.ts";
import { eventIdOf, snowflakeAt } from "../ids.ts";
import { decodeMessage, isFromPerson, lacksContent, textOf } from "../messages/decode-message.ts";
import { placeOf } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import { PlatformRejection } from "../rest/errors.ts";
import { WireChannel, WireGone, WireGuildSeen, WireManyGone, WireMessage } from "../wire.ts";
import type { ChannelQueues } from "./channel-queues.ts";

/** Hands what people say, edit and delete to the inbox, each channel in its order. */
export interface EventRouter {
  /**
   * Takes a packet of the gateway. Never throws: a packet that cannot be read is logged. `stored` is called once what it
   * brought is in the database or is no concern; never, when the process stops before.
   */
  handlePacket(name: string, data: unknown, stored: () => void): void;
  /** Takes a message that was found later; resolves when the inbox has it. */
  handleRecovered(message: WireMessage): Promise<void>;
}

/** So much is kept while it cannot be stored; what is beyond it is looked for when it can. */
const MAX_QUEUED = 5_000;
/** A mention that let us in was said no longer ago. */
const JOIN_MENTION_WITHIN_MS = 60_000;

const GUILD_PACKETS: ReadonlySet<string> = new Set([Packet.GuildCreate, Packet.GuildDelete]);

export function createEventRouter(services: {
  api: DiscordApi;
  directory: Directory;
  inbox: Inbox;
  queues: ChannelQueues;
  interaction: (data: unknown) => Promise<void>;
  /** Looks through a channel of which something was not kept. */
  backfill: (range: BackfillRange) => Promise<void>;
  /** Resolves when it is known who may do what in a server, if that can be. */
  serverKnown: (guild: string) => Promise<void>;
  maxQueued?: number | undefined;
  clock: Clock;
  /** Discord's time. */
  time: Pick<Clock, "now">;
  log: Logger;
  stopping: AbortSignal;
}): EventRouter {
  const { api, directory, inbox, queues, clock, time, log, stopping, maxQueued = MAX_QUEUED } = services;
  const storeUntilDone = createStoring({ clock, log, stopping });
  /** Channels that are looked through when their turn comes. */
  const overflowing = new Set<string>();
  /** Channels where something was left to the next process, and with it what came after. */
  const left = new Set<string>();
  let hasWarnedOfIntent = false;

  function handlePacket(name: string, data: unknown, stored: () => void): void {
    try {
      for (const channel of directory.follow(name, data)) handleChannelDelete(channel);
      for (const thread of directory.joinedThreads()) handleThreadJoin(thread);
      if (!routeOrDefer(name, data, stored)) stored();
    } catch (error) {
      stored();
      const problem = error instanceof z.ZodError ? z.prettifyError(error) : undefined;
      log.error({ packet: name, ...(problem ? { problem } : { err: error }) }, "could not read a packet");
    }
  }

  const routeOrDefer: typeof route = (name, ...handlePacket) =>
    (GUILD_PACKETS.has(name) ? handleGuild : route)(name, ...handlePacket);

  /** False for what nothing waits for. */
  function route(name: string, data: unknown, stored: () => void): boolean {
    if (name === Packet.MessageCreate) {
      return handleMessageCreate(WireMessage.parse(data), stored);
    } else if (name === Packet.MessageUpdate) {
      return handleMessageUpdate(WireMessage.parse(data), stored);
    } else if (name === Packet.MessageDelete) {
      const { id, channel_id } = WireGone.parse(data);
      queue(channel_id, id, () => handleMessageDelete([id]), stored);
    } else if (name === Packet.MessageDeleteBulk) {
      const { ids, channel_id } = WireManyGone.parse(data);
      queue(channel_id, ids[0] ?? channel_id, () => handleMessageDelete(ids), stored);
    } else if (name === Packet.InteractionCreate) {
      // Three seconds: they wait for nothing.
      void guarded("interaction", () => services.interaction(data)).then(stored);
    } else return false;
    return true;
  }

  function handleMessageCreate(message: WireMessage, stored: () => void): boolean {
    const channel = directory.channel(message.channel_id);
    // As it was when it was said: who is let in a moment later does not read it.
    if (channel && isNotOurs(channel)) return false;
    if (queues.waiting >= maxQueued) deferToBackfill(message, stored);
    else queue(message.channel_id, message.id, () => handleMessage(message), stored);
    return true;
  }

  /** Links that are shown as pictures are updates too; only people's edits have a time. */
  function handleMessageUpdate(message: WireMessage, stored: () => void): boolean {
    if (message.edited_timestamp === undefined || !isFromPerson(message)) return false;
    queue(message.channel_id, message.id, () => revise(message), stored);
    return true;
  }

  /** An outage of a server is no goodbye. */
  function handleGuild(name: string, data: unknown, stored: () => void): boolean {
    const { id, unavailable } = WireGuildSeen.parse(data);
    if (unavailable) return false;
    const tenant = { platform: "discord", tenant: id };
    const isBack = name === Packet.GuildCreate;
    queue(
      id,
      id,
      () => storeUntilDone(() => (isBack ? inbox.tenantReturned(tenant) : inbox.tenantRemoved(tenant))),
      stored,
    );
    return true;
  }

  /** No room is left: from this message on its channel is looked through when its turn comes. */
  function deferToBackfill(
    { channel_id: channel, guild_id: guild, id }: WireMessage,
    stored: () => void,
  ): void {
    if (overflowing.has(channel)) {
      stored();
      return;
    }
    overflowing.add(channel);
    log.warn(
      { channel, waiting: queues.waiting },
      "too many events wait for the database: the backfill looks for them later",
    );
    const range = { channel, guild, after: (BigInt(id) - 1n).toString(), ifCalled: false };
    const look = async () => {
      overflowing.delete(channel);
      await services.backfill(range);
    };
    queue(channel, id, look, stored);
  }

  async function handleMessageDelete(messages: readonly string[]): Promise<void> {
    for (const id of messages) await storeUntilDone(() => inbox.revise(eventIdOf(id), undefined));
  }

  function queue(channel: string, snowflake: string, work: () => Promise<void>, stored?: () => void): void {
    queues.add(channel, snowflake, async () => {
      // Else it would be taken before what the next process takes.
      if (left.has(channel)) return;
      if (await guarded(channel, work)) stored?.();
      else left.add(channel);
    });
  }

  /** False when the process stops before it was done: the next one does it. */
  async function guarded(channel: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ProcessStopping) return false;
      log.error({ channel, err: error }, "could not handle an event");
      return true;
    }
  }

  function handleChannelDelete(channel: WireChannel): void {
    const place = placeOf(channel, channel.guild_id);
    queue(channel.id, channel.id, () => storeUntilDone(() => inbox.placeRemoved(place)));
  }

  /**
   * Who mentions us in a private thread lets us in by that, and the mention can come first: it was not read then. Nothing
   * else of what was said before we were in is.
   */
  function handleThreadJoin(thread: WireChannel): void {
    if (thread.type !== ChannelType.PrivateThread) return;
    const after = snowflakeAt(time.now() - JOIN_MENTION_WITHIN_MS);
    const range = { channel: thread.id, guild: thread.guild_id, after, ifCalled: true };
    queue(thread.id, thread.id, () => services.backfill(range));
  }

  async function handleMessage(message: WireMessage): Promise<void> {
    const { self } = directory;
    if (!self || !isFromPerson(message)) return;
    if (message.guild_id !== undefined) await services.serverKnown(message.guild_id);
    const channel = await storeUntilDone(() => channelOf(message));
    if (!channel || isNotOurs(channel)) return;
    const { event, target } = decodeMessage(message, channel, { self, known: directory });
    if (!hasWarnedOfIntent && event.addressed === "none" && lacksContent(message)) {
      hasWarnedOfIntent = true;
      log.warn(
        { channel: channel.id },
        "a message came without its content: switch on Message Content Intent in Discord's developer portal",
      );
    }
    const acceptance = await storeUntilDone(() => inbox.accept(event, target));
    if (acceptance === "full") await storeUntilDone(() => inbox.rejectFull(event, target));
  }

  /** We may see it by managing threads; nobody there let us in. */
  const isNotOurs = ({ id, type }: WireChannel): boolean =>
    type === ChannelType.GroupDM || (type === ChannelType.PrivateThread && !directory.isIn(id));

  async function revise(message: WireMessage): Promise<void> {
    const { self } = directory;
    if (!self) return;
    const text = textOf(message, { self, known: directory });
    await storeUntilDone(() => inbox.revise(eventIdOf(message.id), text));
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
      directory.recordChannel({ ...channel, guild_id });
      return { ...channel, guild_id };
    } catch (error) {
      if (!(error instanceof PlatformRejection)) throw error;
      log.info(
        { channel: channel_id, code: error.code },
        "a message came from a channel that the bot cannot see",
      );
      return undefined;
    }
  }

  return { handlePacket, handleRecovered: handleMessage };
}
