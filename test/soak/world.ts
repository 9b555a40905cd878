import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { systemClock } from "@rapport/testing";
import { buildPrograms } from "../harness/build/build-programs.ts";
import type { RapportChat } from "../harness/chats.ts";
import { PLATFORMS, type PlatformName, startChat } from "../harness/platforms.ts";
import { cutConnections, testServer } from "../storage/servers/databases.ts";
import { startTcpProxy, type TcpProxy } from "../storage/servers/tcp-proxy.ts";
import { Child } from "./child.ts";
import type { Journal } from "./journal.ts";

/** Everything a soak runs: the bot and Letta in processes that can be killed, the chats in this one. */
export interface SoakWorld {
  readonly chats: readonly { readonly name: PlatformName; readonly chat: RapportChat }[];
  readonly bot: Child;
  readonly letta: Child;
  readonly databaseProxy: TcpProxy;
  readonly databaseUrl: string;
  /** Ends the bot's connections at the server; tells how many there were. */
  cutConnections(): Promise<number>;
  stop(): Promise<void>;
}

const BOT = "test/harness/bot-process.ts";
const LETTA = "test/soak/letta-process.ts";

export async function startWorld(journal: Journal): Promise<SoakWorld> {
  // Below the packages, which the programs look for from where they lie.
  const cache = path.resolve("node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, "soak-"));
  await buildPrograms([BOT, LETTA], path.join(folder, "programs"));
  const program = (source: string) => path.join(folder, "programs", source.replace(/\.ts$/, ".mjs"));
  const server = await testServer();
  const databaseUrl = await server.migratedDatabase();
  const road = await startTcpProxy(databaseUrl);
  const chats = await Promise.all(PLATFORMS.map(async (name) => ({ name, chat: await startChat(name) })));
  for (const { chat } of chats) chat.switchLimitsOff();
  const port = await freePort();
  const letta = new Child(program(LETTA), { databaseUrl, port });
  const connection = Object.assign({}, ...chats.map(({ chat }) => chat.connection));
  const lettaUrl = `http://127.0.0.1:${port}`;
  const bot = new Child(program(BOT), { databaseUrl: road.url, lettaUrl, connection, logFile: journal.file });
  await letta.start();
  await bot.start();
  return {
    ...{ chats, bot, letta, databaseProxy: road, databaseUrl },
    cutConnections: () => cutConnections(databaseUrl, "rapport"),
    async stop() {
      await bot.kill();
      await letta.kill();
      await Promise.all(chats.map(({ chat }) => chat.stop()));
      await road.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

export const pause = (ms: number): Promise<void> => systemClock.sleep(ms, new AbortController().signal);
