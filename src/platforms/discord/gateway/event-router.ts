import { ChannelType, GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { BackfillRange } from "../backfill/ranges.ts";
import { ProcessStopping, Storing } from "../backfill/store-until-done.ts";
import type { Directory } from "../guild/directory.ts";
import { eventIdOf, snowflakeAt } from "../ids.ts";
import { decodeMessage, isFromPerson, lacksContent, textOf } from "../messages/decode-message.ts";
import { placeOf } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import { PlatformRejection } from "../rest/errors.ts";
import { WireChannel, WireGone, WireGuildSeen, WireManyGone, WireMessage } from "../wire.ts";
import type { ChannelQueues } from "./channel-queues.ts";

/** So much is kept while it cannot be stored; what is beyond it is looked for when it can. */
const MAX_QUEUED = 5_000;
/** A mention that let us in was said no longer ago. */
const JOIN_MENTION_WITHIN_MS = 60_000;

const GUILD_PACKETS: ReadonlySet<string> = new Set([Packet.GuildCreate, Packet.GuildDelete]);

/** Hands what people say, edit and delete to the inbox, each channel in its order. */
export class EventRouter {
  readonly #api: DiscordApi;
  readonly #directory: Directory;
  readonly #inbox: Inbox;
  readonly #queues: ChannelQueues;
  readonly #time: Pick<Clock, "now">;
  readonly #log: Logger;
  readonly #maxQueued: number;
  readonly #serverKnown: (guild: string) => Promise<void>;
  readonly #interaction: (data: unknown) => Promise<void>;
  readonly #backfill: (range: BackfillRange) => Promise<void>;
  readonly #storing: Storing;
  /** Channels that are looked through when their turn comes. */
  readonly #overflowing = new Set<string>();
  /** Channels where something was left to the next process, and with it what came after. */
  readonly #left = new Set<string>();
  #hasWarnedOfIntent: boolean = false;

  constructor(services: {
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
  }) {
    this.#api = services.api;
    this.#directory = services.directory;
    this.#inbox = services.inbox;
    this.#queues = services.queues;
    this.#time = services.time;
    this.#log = services.log;
    this.#maxQueued = services.maxQueued ?? MAX_QUEUED;
    this.#serverKnown = services.serverKnown;
    this.#interaction = services.interaction;
    this.#backfill = services.backfill;
    this.#storing = new Storing({
      clock: services.clock,
      log: this.#log,
      stopping: services.stopping,
    });
  }

  /**
   * Takes a packet of the gateway. Never throws: a packet that cannot be read is logged. `stored` is called once what it
   * brought is in the database or is no concern; never, when the process stops before.
   */
  handlePacket(name: string, data: unknown, stored: () => void): void {
    try {
      for (const channel of this.#directory.follow(name, data)) this.#handleChannelDelete(channel);
      for (const thread of this.#directory.joinedThreads()) this.#handleThreadJoin(thread);
      if (!this.#routeOrDefer(name, data, stored)) stored();
    } catch (error) {
      stored();
      const problem = error instanceof z.ZodError ? z.prettifyError(error) : undefined;
      this.#log.error(
        { packet: name, ...(problem ? { problem } : { err: error }) },
        "could not read a packet",
      );
    }
  }

  /** Takes a message that was found later; resolves when the inbox has it. */
  handleRecovered(message: WireMessage): Promise<void> {
    return this.#handleMessage(message);
  }

  #routeOrDefer(name: string, data: unknown, stored: () => void): boolean {
    return GUILD_PACKETS.has(name) ? this.#handleGuild(name, data, stored) : this.#route(name, data, stored);
  }

  /** False for what nothing waits for. */
  #route(name: string, data: unknown, stored: () => void): boolean {
    if (name === Packet.MessageCreate) {
      return this.#handleMessageCreate(WireMessage.parse(data), stored);
    } else if (name === Packet.MessageUpdate) {
      return this.#handleMessageUpdate(WireMessage.parse(data), stored);
    } else if (name === Packet.MessageDelete) {
      const { id, channel_id } = WireGone.parse(data);
      this.#queue(channel_id, id, () => this.#handleMessageDelete([id]), stored);
    } else if (name === Packet.MessageDeleteBulk) {
      const { ids, channel_id } = WireManyGone.parse(data);
      this.#queue(channel_id, ids[0] ?? channel_id, () => this.#handleMessageDelete(ids), stored);
    } else if (name === Packet.InteractionCreate) {
      // Three seconds: they wait for nothing.
      void this.#guarded("interaction", () => this.#interaction(data)).then(stored);
    } else return false;
    return true;
  }

  #handleMessageCreate(message: WireMessage, stored: () => void): boolean {
    const channel = this.#directory.channel(message.channel_id);
    // As it was when it was said: who is let in a moment later does not read it.
    if (channel && this.#isNotOurs(channel)) return false;
    if (this.#queues.waiting >= this.#maxQueued) this.#deferToBackfill(message, stored);
    else this.#queue(message.channel_id, message.id, () => this.#handleMessage(message), stored);
    return true;
  }

  /** Links that are shown as pictures are updates too; only people's edits have a time. */
  #handleMessageUpdate(message: WireMessage, stored: () => void): boolean {
    if (message.edited_timestamp === undefined || !isFromPerson(message)) return false;
    this.#queue(message.channel_id, message.id, () => this.#revise(message), stored);
    return true;
  }

  /** An outage of a server is no goodbye. */
  #handleGuild(name: string, data: unknown, stored: () => void): boolean {
    const { id, unavailable } = WireGuildSeen.parse(data);
    if (unavailable) return false;
    const tenant = { platform: "discord", tenant: id };
    const isBack = name === Packet.GuildCreate;
    this.#queue(
      id,
      id,
      () =>
        this.#storing.untilDone(() =>
          isBack ? this.#inbox.tenantReturned(tenant) : this.#inbox.tenantRemoved(tenant),
        ),
      stored,
    );
    return true;
  }

  /** No room is left: from this message on its channel is looked through when its turn comes. */
  #deferToBackfill({ channel_id: channel, guild_id: guild, id }: WireMessage, stored: () => void): void {
    if (this.#overflowing.has(channel)) {
      stored();
      return;
    }
    this.#overflowing.add(channel);
    this.#log.warn(
      { channel, waiting: this.#queues.waiting },
      "too many events wait for the database: the backfill looks for them later",
    );
    const range = { channel, guild, after: (BigInt(id) - 1n).toString(), ifCalled: false };
    const look = async () => {
      this.#overflowing.delete(channel);
      await this.#backfill(range);
    };
    this.#queue(channel, id, look, stored);
  }

  async #handleMessageDelete(messages: readonly string[]): Promise<void> {
    for (const id of messages)
      await this.#storing.untilDone(() => this.#inbox.revise(eventIdOf(id), undefined));
  }

  #queue(channel: string, snowflake: string, work: () => Promise<void>, stored?: () => void): void {
    this.#queues.add(channel, snowflake, async () => {
      // Else it would be taken before what the next process takes.
      if (this.#left.has(channel)) return;
      if (await this.#guarded(channel, work)) stored?.();
      else this.#left.add(channel);
    });
  }

  /** False when the process stops before it was done: the next one does it. */
  async #guarded(channel: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ProcessStopping) return false;
      this.#log.error({ channel, err: error }, "could not handle an event");
      return true;
    }
  }

  #handleChannelDelete(channel: WireChannel): void {
    const place = placeOf(channel, channel.guild_id);
    this.#queue(channel.id, channel.id, () => this.#storing.untilDone(() => this.#inbox.placeRemoved(place)));
  }

  /**
   * Who mentions us in a private thread lets us in by that, and the mention can come first: it was not read then. Nothing
   * else of what was said before we were in is.
   */
  #handleThreadJoin(thread: WireChannel): void {
    if (thread.type !== ChannelType.PrivateThread) return;
    const after = snowflakeAt(this.#time.now() - JOIN_MENTION_WITHIN_MS);
    const range = { channel: thread.id, guild: thread.guild_id, after, ifCalled: true };
    this.#queue(thread.id, thread.id, () => this.#backfill(range));
  }

  async #handleMessage(message: WireMessage): Promise<void> {
    const { self } = this.#directory;
    if (!self || !isFromPerson(message)) return;
    if (message.guild_id !== undefined) await this.#serverKnown(message.guild_id);
    const channel = await this.#storing.untilDone(() => this.#channelOf(message));
    if (!channel || this.#isNotOurs(channel)) return;
    const { event, target } = decodeMessage(message, channel, { self, known: this.#directory });
    if (!this.#hasWarnedOfIntent && event.addressed === "none" && lacksContent(message)) {
      this.#hasWarnedOfIntent = true;
      this.#log.warn(
        { channel: channel.id },
        "a message came without its content: switch on Message Content Intent in Discord's developer portal",
      );
    }
    const acceptance = await this.#storing.untilDone(() => this.#inbox.accept(event, target));
    if (acceptance === "full") await this.#storing.untilDone(() => this.#inbox.rejectFull(event, target));
  }

  /** We may see it by managing threads; nobody there let us in. */
  #isNotOurs({ id, type }: WireChannel): boolean {
    return type === ChannelType.GroupDM || (type === ChannelType.PrivateThread && !this.#directory.isIn(id));
  }

  async #revise(message: WireMessage): Promise<void> {
    const { self } = this.#directory;
    if (!self) return;
    const text = textOf(message, { self, known: this.#directory });
    await this.#storing.untilDone(() => this.#inbox.revise(eventIdOf(message.id), text));
  }

  /** A thread that was archived before we came is unknown until somebody speaks there. */
  async #channelOf({ channel_id, channel_type, guild_id }: WireMessage): Promise<WireChannel | undefined> {
    const known = this.#directory.channel(channel_id);
    if (known) return known;
    if (guild_id === undefined)
      return { id: channel_id, type: channel_type ?? 1, name: undefined, guild_id, parent_id: undefined };
    try {
      const channel = WireChannel.parse(await this.#api({ method: "GET", path: `/channels/${channel_id}` }));
      this.#directory.recordChannel({ ...channel, guild_id });
      return { ...channel, guild_id };
    } catch (error) {
      if (!(error instanceof PlatformRejection)) throw error;
      this.#log.info(
        { channel: channel_id, code: error.code },
        "a message came from a channel that the bot cannot see",
      );
      return undefined;
    }
  }
}
