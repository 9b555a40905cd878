import { GatewayDispatchEvents as Name } from "discord-api-types/v10";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Inbox } from "../../core/platform.ts";
import type { RecordStore } from "../../core/records.ts";
import type { Api } from "./api.ts";
import { createBackfill } from "./backfill.ts";
import type { ActiveChannel } from "./backfill-ranges.ts";
import { createChannelQueues } from "./channel-queues.ts";
import type { Directory } from "./directory.ts";
import { createGuildLoading } from "./guild-loading.ts";
import { createIntake } from "./intake.ts";
import { createProgress, type Progress } from "./progress.ts";
import { type Claim, createSessionKeeper, type StoredShard } from "./session-keeper.ts";
import { createStoring } from "./storing.ts";
import { Snowflake } from "./wire.ts";

/** A login of a shard, by which Discord knows it again. */
export interface GatewaySession {
  readonly id: string;
  readonly url: string;
  readonly shards: number;
}

interface Packet {
  readonly name: string;
  readonly data: unknown;
  readonly sequence: number;
}

/** Where it is stored how far the gateway was heard; without it a restart begins anew. */
export interface KeptSessions {
  readonly records: RecordStore<StoredShard>;
  readonly claim: Claim;
}

/** What is heard on the connection, from the packet to the inbox, and how far it is stored. */
export interface Listening {
  /** What an earlier process left to be resumed. */
  begin(): Promise<readonly StoredShard[]>;
  packet(shard: number, packet: Packet): void;
  alive(shard: number): void;
  session(shard: number, session: GatewaySession | undefined): void;
  /** Works what came, and stores how far that was. */
  end(): Promise<void>;
}

const Ready = z.object({
  guilds: z.array(z.object({ id: Snowflake })),
  shard: z.tuple([z.number(), z.number()]).optional(),
});
const Named = z.object({ id: Snowflake });

export function createListening(services: {
  api: Api;
  inbox: Inbox;
  directory: Directory;
  /** Hears every packet, and what a resumed connection does not tell again, as if it did. Must not throw. */
  follow: (packet: string, data: unknown) => void;
  interaction: (data: unknown) => Promise<void>;
  active: () => Promise<readonly ActiveChannel[]>;
  kept: KeptSessions | undefined;
  keptAtMost?: number | undefined;
  token: string;
  clock: Clock;
  time: Pick<Clock, "now">;
  log: Logger;
  stopping: AbortSignal;
}): Listening {
  const { api, directory, kept, time, log } = services;
  const until = createStoring(services);
  const queues = createChannelQueues();
  const guilds = createGuildLoading(services);
  const intake = createIntake({
    ...services,
    queues,
    serverKnown: guilds.known,
    lookThrough: (range) => backfill.lookThrough(range),
  });
  const backfill = createBackfill({ ...services, intake, queues });
  const heard = new Map<number, Progress>();
  const sessions = new Map<number, GatewaySession>();
  const keeper = kept && createSessionKeeper({ ...services, ...kept, shards });

  function shards(): readonly StoredShard[] {
    const { self } = directory;
    return [...heard].flatMap(([shard, { sequence, heardUntil }]) => {
      if (!self || heardUntil === undefined) return [];
      const session = sessions.get(shard);
      const resumable = session && sequence !== undefined && { session: { ...session, sequence } };
      return [{ shard, self, heardUntil, ...resumable }];
    });
  }

  function progressOf(shard: number): Progress {
    const known = heard.get(shard) ?? createProgress();
    heard.set(shard, known);
    return known;
  }

  /** Nothing is replayed: what was said since it was last heard is looked for. */
  function loggedIn(shard: number, data: unknown): void {
    const ready = Ready.safeParse(data).data;
    if (!ready) return;
    const progress = progressOf(shard);
    const { heardUntil } = progress;
    progress.loggedIn();
    const done = progress.looksBack(heardUntil ?? time.now());
    const [index] = ready.shard ?? [shard];
    backfill.loggedIn({ guilds: ready.guilds.map(({ id }) => id), direct: index === 0, heardUntil }, () => {
      done();
      keeper?.changed();
    });
  }

  async function tellWhoWeAre(): Promise<void> {
    const user = await until(() => api({ method: "GET", path: "/users/@me" })).catch((err: unknown) =>
      log.warn({ err }, "could not find out what the bot is called"),
    );
    const { self } = directory;
    if (user && self)
      services.follow(Name.Ready, { user, application: { id: self.application }, guilds: [] });
  }

  /** The client lets packets of one moment overtake each other: a server could come before the login that names it. */
  const inMoment = new Map<number, Packet[]>();

  function inOrder(shard: number, packet: Packet): void {
    const others = inMoment.get(shard);
    if (others) return void others.push(packet);
    const packets = [packet];
    inMoment.set(shard, packets);
    setImmediate(() => {
      inMoment.delete(shard);
      for (const each of packets.toSorted((a, b) => a.sequence - b.sequence)) take(shard, each);
    });
  }

  function take(shard: number, { name, data, sequence }: Packet): void {
    if (name === Name.Ready) loggedIn(shard, data);
    services.follow(name, data);
    const stored = progressOf(shard).began(sequence, time.now());
    intake.packet(name, data, () => {
      stored();
      keeper?.changed();
    });
    const guild = name === Name.GuildCreate ? Named.safeParse(data).data?.id : undefined;
    if (guild === undefined) return;
    guilds.came(guild);
    backfill.guildCame(guild);
  }

  return {
    async begin() {
      const stored = (await keeper?.load()) ?? [];
      for (const { shard, session, heardUntil, self } of stored) {
        heard.set(shard, createProgress({ sequence: session?.sequence, heardUntil }));
        if (!session) continue;
        sessions.set(shard, session);
        directory.assume(self);
      }
      if (sessions.size > 0) void tellWhoWeAre();
      return stored;
    },
    packet: inOrder,
    alive(shard) {
      progressOf(shard).alive(time.now());
      keeper?.changed();
    },
    session(shard, session) {
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
