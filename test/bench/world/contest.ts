import { z } from "zod";
import { parseConfig } from "../../../src/config/config.ts";
import { PLATFORMS, type PlatformName } from "../../harness/platforms.ts";
import { newWord, type Talker } from "../samples.ts";
import { bareStream, firstAgent } from "./bare-stream.ts";
import { buildBench, type ProgramName } from "./build.ts";
import { Contestant } from "./contestant.ts";
import { CountedPostgres } from "./postgres.ts";
import { Program } from "./program.ts";

/** What all contests share: the programs and the servers. */
export interface Servers {
  readonly letta: Program;
  readonly lettaUrl: string;
  readonly isOnDisk: boolean;
  start(name: ProgramName, settings: unknown): Promise<Program>;
  of(platform: PlatformName): CountedPostgres;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const { fileOf, remove } = await buildBench();
  const scenery = await CountedPostgres.start("letta", { isScenery: true });
  // A server each: what it does is what one bot makes it do.
  const servers = {
    discord: await CountedPostgres.start("discord"),
    slack: await CountedPostgres.start("slack"),
  };
  const start = (name: ProgramName, settings: unknown) => Program.start(fileOf(name), settings);
  const letta = await start("letta", { databaseUrl: (await scenery.newDatabase("letta")).url });
  return {
    letta,
    lettaUrl: z.object({ url: z.string() }).parse(letta.said).url,
    isOnDisk: servers.discord.isOnDisk,
    start,
    of: (platform) => servers[platform],
    async stop() {
      await letta.stop();
      for (const server of [scenery, ...Object.values(servers)]) await server.stop();
      await remove();
    },
  };
}

/** The limit and every bot, each on a platform of its own, with the platforms' limits or without them. */
export interface Contest {
  readonly limits: boolean;
  readonly limit: Talker;
  readonly bots: readonly Contestant[];
  readonly talkers: readonly Talker[];
  stop(): Promise<void>;
}

/** What is set where nobody sets anything. */
const { debounceMs, logLevel } = parseConfig({});
const AS_SHIPPED = { debounceMs, logLevel };

const PEERS = { discord: "bare discord.js", slack: "bare Bolt" } as const;
export const MANY_CHANNELS = Array.from({ length: 10 }, (_, index) => `#bench-${index}`);

export async function startContest(servers: Servers, limits: boolean): Promise<Contest> {
  const { lettaUrl } = servers;
  const bots: Contestant[] = [];
  const stop = async () => {
    for (const bot of bots) await bot.stop();
  };
  const join = async (platform: PlatformName, agent?: string): Promise<Contestant> => {
    const chat = await servers.start("chat", { platform, limits });
    const { connection } = z.object({ connection: z.unknown() }).parse(chat.said);
    const common = { lettaUrl, connection, isUncapped: !limits };
    const program = agent === undefined ? "rapport" : PEERS[platform];
    const server = servers.of(platform);
    const database =
      agent === undefined ? await server.newDatabase(limits ? "limited" : "unlimited") : undefined;
    const own = database ? { ...AS_SHIPPED, databaseUrl: database.url } : { agent };
    const bot = await servers.start(program, { ...common, ...own });
    const postgres = database && { server, database: database.name };
    const contestant = new Contestant(agent === undefined ? `Rapport on ${platform}` : program, {
      ...{ platform, chat, bot, ...(postgres && { postgres }) },
    });
    await contestant.addChannels(MANY_CHANNELS.map((name) => name.slice(1)));
    bots.push(contestant);
    return contestant;
  };
  try {
    for (const platform of PLATFORMS) await (await join(platform)).begin("#general", newWord());
    const agent = await firstAgent(lettaUrl);
    for (const platform of PLATFORMS) await join(platform, agent);
    const limit = bareStream(lettaUrl, agent);
    // Each bot after its peer, as the tables name them.
    bots.sort((a, b) => a.platform.localeCompare(b.platform) || b.name.localeCompare(a.name));
    return { limits, limit, bots, talkers: [limit, ...bots], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
