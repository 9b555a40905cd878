import { GatewayDispatchEvents as Name } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import type { ActiveChannel } from "../../shared/backfill.ts";
import { createBackfill } from "../backfill/backfill-channels.ts";
import { createShardProgress, type ShardProgress } from "../backfill/shard-progress.ts";
import { createStoring } from "../backfill/store-until-done.ts";
import type { Directory } from "../guild/directory.ts";
import type { DiscordApi } from "../rest/api.ts";
import { Snowflake } from "../wire.ts";
import { createChannelQueues } from "./channel-queues.ts";
import { createEventRouter } from "./event-router.ts";
import { createGuildLoading } from "./guild-loading.ts";
import { type ClaimSession, createSessionSaver, type StoredShard } from "./sessions.ts";

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

/** What is heard on the connection, from the packet to the inbox, and how far it is stored. */
export interface GatewayListener {
  /** What an earlier process left to be resumed. */
  load(): Promise<readonly StoredShard[]>;
  handlePacket(shard: number, packet: GatewayPacket): void;
  handleHeartbeat(shard: number): void;
  handleSession(shard: number, session: GatewaySession | undefined): void;
  /** Works what came, and stores how far that was. */
  end(): Promise<void>;
}

const Ready = z.object({
  guilds: z.array(z.object({ id: Snowflake })),
  shard: z.tuple([z.number(), z.number()]).optional(),
});
const Named = z.object({ id: Snowflake });

export function createGatewayListener(services: {
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
}): GatewayListener {
  const { api, directory, keptSessions, time, log } = services;
  const storeUntilDone = createStoring(services);
  const queues = createChannelQueues();
  const guilds = createGuildLoading(services);
  const intake = createEventRouter({
    ...services,
    queues,
    serverKnown: guilds.whenKnown,
    backfill: (range) => backfill.backfill(range),
  });
  const backfill = createBackfill({ ...services, intake, queues });
  const progressOfShards = new Map<number, ShardProgress>();
  const sessions = new Map<number, GatewaySession>();
  const keeper = keptSessions && createSessionSaver({ ...services, ...keptSessions, shards });

  function shards(): readonly StoredShard[] {
    const { self } = directory;
    return [...progressOfShards].flatMap(([shard, { sequence, heardUntil }]) => {
      if (!self || heardUntil === undefined) return [];
      const session = sessions.get(shard);
      const resumable = session && sequence !== undefined && { session: { ...session, sequence } };
      return [{ shard, self, heardUntil, ...resumable }];
    });
  }

  function progressOf(shard: number): ShardProgress {
    const known = progressOfShards.get(shard) ?? createShardProgress();
    progressOfShards.set(shard, known);
    return known;
  }

  /** Nothing is replayed: what was said since it was last heard is looked for. */
  function handleLogin(shard: number, data: unknown): void {
    const ready = Ready.safeParse(data).data;
    if (!ready) return;
    const progress = progressOf(shard);
    const { heardUntil } = progress;
    progress.reset();
    const done = progress.beginBackfill(heardUntil ?? time.now());
    const [index] = ready.shard ?? [shard];
    backfill.handleLogin(
      { guilds: ready.guilds.map(({ id }) => id), direct: index === 0, heardUntil },
      () => {
        done();
        keeper?.scheduleSave();
      },
    );
  }

  async function announceSelf(): Promise<void> {
    const user = await storeUntilDone(() => api({ method: "GET", path: "/users/@me" })).catch(
      (err: unknown) => log.warn({ err }, "could not find out what the bot is called"),
    );
    const { self } = directory;
    if (user && self)
      services.follow(Name.Ready, { user, application: { id: self.application }, guilds: [] });
  }

  /** The client lets packets of one moment overtake each other: a server could come before the login that names it. */
  const inMoment = new Map<number, GatewayPacket[]>();

  function inOrder(shard: number, packet: GatewayPacket): void {
    const others = inMoment.get(shard);
    if (others) return void others.push(packet);
    const packets = [packet];
    inMoment.set(shard, packets);
    setImmediate(() => {
      inMoment.delete(shard);
      for (const each of packets.toSorted((a, b) => a.sequence - b.sequence)) handlePacket(shard, each);
    });
  }

  function handlePacket(shard: number, { name, data, sequence }: GatewayPacket): void {
    if (name === Name.Ready) handleLogin(shard, data);
    services.follow(name, data);
    const stored = progressOf(shard).begin(sequence, time.now());
    intake.handlePacket(name, data, () => {
      stored();
      keeper?.scheduleSave();
    });
    const guild = name === Name.GuildCreate ? Named.safeParse(data).data?.id : undefined;
    if (guild === undefined) return;
    guilds.handleGuild(guild);
    backfill.handleGuild(guild);
  }

  return {
    async load() {
      const stored = (await keeper?.load()) ?? [];
      for (const { shard, session, heardUntil, self } of stored) {
        progressOfShards.set(shard, createShardProgress({ sequence: session?.sequence, heardUntil }));
        if (!session) continue;
        sessions.set(shard, session);
        directory.assume(self);
      }
      if (sessions.size > 0) void announceSelf();
      return stored;
    },
    handlePacket: inOrder,
    handleHeartbeat(shard) {
      progressOf(shard).heartbeat(time.now());
      keeper?.scheduleSave();
    },
    handleSession(shard, session) {
      if (session) sessions.set(shard, session);
      else sessions.delete(shard);
    },
    async end() {
      if (inMoment.size > 0) await new Promise(setImmediate);
      await queues.idle();
      await keeper?.close();
    },
  };
}
