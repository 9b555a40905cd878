import { GatewayDispatchEvents as Name } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import type { ActiveChannel } from "../../shared/backfill.ts";
import { Backfill } from "../backfill/backfill-channels.ts";
import { ShardProgress } from "../backfill/shard-progress.ts";
import { Storing } from "../backfill/store-until-done.ts";
import type { Directory } from "../guild/directory.ts";
import type { DiscordApi } from "../rest/api.ts";
import { Snowflake } from "../wire.ts";
import { ChannelQueues } from "./channel-queues.ts";
import { EventRouter } from "./event-router.ts";
import { GuildLoading } from "./guild-loading.ts";
import { type ClaimSession, SessionSaver, type StoredShard } from "./sessions.ts";

/** A login of a shard, by which Discord knows it again. */
export interface GatewaySession {
  readonly id: string;
  readonly url: string;
  readonly shards: number;
}

interface GatewayPacket {
  readonly name: string;
  readonly data: unknown;
  readonly sequence: number;
}

/** Where it is stored how far the gateway was heard; without it a restart begins anew. */
export interface SessionStorage {
  readonly records: RecordStore<StoredShard>;
  readonly claim: ClaimSession;
}

const Ready = z.object({
  guilds: z.array(z.object({ id: Snowflake })),
  shard: z.tuple([z.number(), z.number()]).optional(),
});
const Named = z.object({ id: Snowflake });

/** What is heard on the connection, from the packet to the inbox, and how far it is stored. */
export class GatewayListener {
  readonly #api: DiscordApi;
  readonly #directory: Directory;
  readonly #time: Pick<Clock, "now">;
  readonly #log: Logger;
  readonly #follow: (packet: string, data: unknown) => void;
  readonly #storing: Storing;
  readonly #queues = new ChannelQueues();
  readonly #guilds: GuildLoading;
  readonly #intake: EventRouter;
  readonly #backfill: Backfill;
  readonly #progressOfShards = new Map<number, ShardProgress>();
  readonly #sessions = new Map<number, GatewaySession>();
  readonly #keeper: SessionSaver | undefined;
  /** The client lets packets of one moment overtake each other: a server could come before the login that names it. */
  readonly #inMoment = new Map<number, GatewayPacket[]>();

  constructor(services: {
    api: DiscordApi;
    inbox: Inbox;
    directory: Directory;
    /** Hears every packet, and what a resumed connection does not tell again, as if it did. Must not throw. */
    follow: (packet: string, data: unknown) => void;
    interaction: (data: unknown) => Promise<void>;
    activeChannels: () => Promise<readonly ActiveChannel[]>;
    keptSessions: SessionStorage | undefined;
    maxQueued?: number | undefined;
    token: string;
    clock: Clock;
    time: Pick<Clock, "now">;
    log: Logger;
    stopping: AbortSignal;
  }) {
    this.#api = services.api;
    this.#directory = services.directory;
    this.#time = services.time;
    this.#log = services.log;
    this.#follow = services.follow;
    this.#storing = new Storing(services);
    this.#guilds = new GuildLoading(services);
    this.#intake = new EventRouter({
      ...services,
      queues: this.#queues,
      serverKnown: (guild) => this.#guilds.whenKnown(guild),
      backfill: (range) => this.#backfill.backfill(range),
    });
    this.#backfill = new Backfill({ ...services, intake: this.#intake, queues: this.#queues });
    this.#keeper =
      services.keptSessions &&
      new SessionSaver({ ...services, ...services.keptSessions, shards: () => this.#shards() });
  }

  /** What an earlier process left to be resumed. */
  async load(): Promise<readonly StoredShard[]> {
    const stored = (await this.#keeper?.load()) ?? [];
    for (const { shard, session, heardUntil, self } of stored) {
      this.#progressOfShards.set(shard, new ShardProgress({ sequence: session?.sequence, heardUntil }));
      if (!session) continue;
      this.#sessions.set(shard, session);
      this.#directory.assume(self);
    }
    if (this.#sessions.size > 0) void this.#announceSelf();
    return stored;
  }

  handlePacket(shard: number, packet: GatewayPacket): void {
    const others = this.#inMoment.get(shard);
    if (others) return void others.push(packet);
    const packets = [packet];
    this.#inMoment.set(shard, packets);
    setImmediate(() => {
      this.#inMoment.delete(shard);
      for (const each of packets.toSorted((a, b) => a.sequence - b.sequence))
        this.#handleInOrder(shard, each);
    });
  }

  handleHeartbeat(shard: number): void {
    this.#progressOf(shard).heartbeat(this.#time.now());
    this.#keeper?.scheduleSave();
  }

  handleSession(shard: number, session: GatewaySession | undefined): void {
    if (session) this.#sessions.set(shard, session);
    else this.#sessions.delete(shard);
  }

  /** Works what came, and stores how far that was. */
  async end(): Promise<void> {
    if (this.#inMoment.size > 0) await new Promise(setImmediate);
    await this.#queues.idle();
    await this.#keeper?.close();
  }

  #shards(): readonly StoredShard[] {
    const { self } = this.#directory;
    return [...this.#progressOfShards].flatMap(([shard, { sequence, heardUntil }]) => {
      if (!self || heardUntil === undefined) return [];
      const session = this.#sessions.get(shard);
      const resumable = session && sequence !== undefined && { session: { ...session, sequence } };
      return [{ shard, self, heardUntil, ...resumable }];
    });
  }

  #progressOf(shard: number): ShardProgress {
    const known = this.#progressOfShards.get(shard) ?? new ShardProgress();
    this.#progressOfShards.set(shard, known);
    return known;
  }

  /** Nothing is replayed: what was said since it was last heard is looked for. */
  #handleLogin(shard: number, data: unknown): void {
    const ready = Ready.safeParse(data).data;
    if (!ready) return;
    const progress = this.#progressOf(shard);
    const { heardUntil } = progress;
    progress.reset();
    const done = progress.beginBackfill(heardUntil ?? this.#time.now());
    const [index] = ready.shard ?? [shard];
    this.#backfill.handleLogin(
      { guilds: ready.guilds.map(({ id }) => id), direct: index === 0, heardUntil },
      () => {
        done();
        this.#keeper?.scheduleSave();
      },
    );
  }

  async #announceSelf(): Promise<void> {
    const user = await this.#storing
      .untilDone(() => this.#api({ method: "GET", path: "/users/@me" }))
      .catch((err: unknown) => this.#log.warn({ err }, "could not find out what the bot is called"));
    const { self } = this.#directory;
    if (user && self) this.#follow(Name.Ready, { user, application: { id: self.application }, guilds: [] });
  }

  #handleInOrder(shard: number, { name, data, sequence }: GatewayPacket): void {
    if (name === Name.Ready) this.#handleLogin(shard, data);
    this.#follow(name, data);
    const stored = this.#progressOf(shard).begin(sequence, this.#time.now());
    this.#intake.handlePacket(name, data, () => {
      stored();
      this.#keeper?.scheduleSave();
    });
    const guild = name === Name.GuildCreate ? Named.safeParse(data).data?.id : undefined;
    if (guild === undefined) return;
    this.#guilds.handleGuild(guild);
    this.#backfill.handleGuild(guild);
  }
}
