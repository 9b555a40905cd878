import { type LettaServer, type Model, offlineModel, startLettaServer } from "@rapport/letta-server";
import * as testing from "@rapport/testing";
import { type Clock, eventually, systemClock } from "@rapport/testing";
import { z } from "zod";
import { App } from "../../src/app.ts";
import { defaultPolicy } from "../../src/config/policy.ts";
import type { Policy } from "../../src/core/domain/policy.ts";
import type { Binding } from "../../src/core/domain/stored-records.ts";
import type { Logger } from "../../src/core/ports/logger.ts";
import { lettaAgents } from "../../src/letta/letta-agents.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";
import { keptIn } from "../../src/wiring/emulators.ts";
import { databaseAt } from "../emulators/database.ts";
import { embeddedServer, recordingLog, systemServer, type TestServer } from "../storage/servers/databases.ts";
import type { RapportChat, RapportDiscord, RapportSlack } from "./chats.ts";
import { type PlatformName, startRoomyChat } from "./platforms.ts";

export interface BotOptions {
  /** Where people talk with it; Discord, if nothing else is said. */
  readonly platform?: PlatformName;
  readonly model?: Model;
  readonly debounceMs?: number;
  readonly admins?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly redis?: boolean;
  /** The time of the bot and of the platform; the system's, if nothing else is said. */
  readonly clock?: Clock;
  /** The time of the bot alone, wrong perhaps; that of `clock`, if nothing else is said. */
  readonly botsClock?: Clock;
  /** The time in Letta; the system's, if nothing else is said. */
  readonly lettaClock?: Clock;
  /** Another way to the database for the bot than the emulators take: one that can be closed. */
  readonly proxy?: (databaseUrl: string) => Promise<string>;
  /** The way through a pooler for all that needs no direct connection. */
  readonly pooled?: (databaseUrl: string) => string;
  /** Whoever calls the HTTP API needs it. */
  readonly apiToken?: string;
  /** A database with everything that was kept in it, the platform too; a new one, if nothing else is said. */
  readonly databaseUrl?: string;
  /** Where the bot's log goes; kept, if nothing else is said. */
  readonly log?: Logger;
}

type Connection = RapportChat["connection"];

/** Rapport as it runs, until it is stopped. */
interface RunningApp {
  readonly storage: Storage;
  readonly app: App;
  /** As SIGTERM would. */
  stop(): Promise<void>;
}

/** The whole bot on emulators of its own, and the people who use it. */
export interface TestBot<C extends RapportChat = RapportChat> extends testing.TestBot<C, RunningApp> {
  readonly letta: LettaServer;
  readonly storage: Storage;
  readonly app: App;
  readonly databaseUrl: string;
  readonly log: ReturnType<typeof recordingLog>;
  /** What is bound in a place. */
  bindings(where: string): Promise<readonly Binding[]>;
  /** How often the model was asked with these words. */
  timesAsked(words: string): number;
  /** Once so many messages wait for a turn, no more are waited for: as if the time of a burst were over. */
  debounceEnds(messages: number): Promise<void>;
  /** Resolves when nothing waits and nothing is being worked on. */
  idle(): Promise<void>;
}

const WaitingCount = z.object({ waiting: z.number() });

/** Where stories keep their databases: the system's PostgreSQL when there is one, else an embedded one. */
export function storyServer(): Promise<TestServer> {
  const url = process.env.TEST_DATABASE_URL;
  return url ? Promise.resolve(systemServer(url)) : embeddedServer();
}

export function startBot(
  server: TestServer,
  options?: BotOptions & { platform?: "discord" },
): Promise<TestBot<RapportDiscord>>;
export function startBot(
  server: TestServer,
  options: BotOptions & { platform: "slack" },
): Promise<TestBot<RapportSlack>>;
export function startBot(server: TestServer, options: BotOptions): Promise<TestBot>;
export async function startBot(server: TestServer, options: BotOptions = {}): Promise<TestBot> {
  const databaseUrl = options.databaseUrl ?? (await server.migratedDatabase());
  const kept = recordingLog();
  const log = options.log ?? kept;
  // The emulators outlive the bot, and so do their connections.
  const around = databaseAt(databaseUrl);
  const model = options.model ?? offlineModel({ clock: systemClock, wordDelayMs: 0 });
  const letta = await startLettaServer({
    db: around,
    model,
    redis: options.redis ?? true,
    clock: options.lettaClock ?? systemClock,
  });
  const clock = options.clock ?? systemClock;
  const platform = options.platform ?? "discord";
  const persist = options.databaseUrl === undefined ? undefined : await keptIn(around, platform);
  const chat = await startRoomyChat(platform, { clock, ...(persist && { persist }) });
  const fatal: Error[] = [];

  const directUrl = (await options.proxy?.(databaseUrl)) ?? databaseUrl;
  const botsUrl = options.pooled?.(directUrl) ?? directUrl;
  const startApp = async (connection: Connection): Promise<RunningApp> => {
    const storage = await openStorage({ url: botsUrl, ...(options.pooled && { directUrl }), log });
    const app = new App({
      storage,
      agents: lettaAgents({ baseUrl: letta.url, clock: systemClock, log }),
      ...connection,
      http: { token: options.apiToken },
      builtInPersonas: readPersonaFolder("personas"),
      defaultPersona: "personal_assistant",
      admins: new Set(options.admins),
      policy: { ...defaultPolicy(), ...options.policy },
      debounceMs: options.debounceMs ?? 20,
      logMessageText: false,
      clock: options.botsClock ?? clock,
      log,
      onFatal: (error) => fatal.push(error),
    });
    app.onBotEvent((botEvent) => {
      if (botEvent.type === "platform lost") fatal.push(new Error(botEvent.reason));
    });
    await app.start();
    const stop = async () => {
      await app.stop({ deadlineMs: 3_000, graceMs: 500 });
      await storage.close();
    };
    return { storage, app, stop };
  };
  const bot = await testing.startBot(chat, startApp);

  return {
    ...bot,
    get running() {
      return bot.running;
    },
    letta,
    databaseUrl,
    log: kept,
    bindings: (where) => bot.running.storage.bindings.list(chat.placeId(where)),
    timesAsked: (words) =>
      letta.requestsToModel.filter(({ messages }) => messages.at(-1)?.content.includes(words)).length,
    get storage() {
      return bot.running.storage;
    },
    get app() {
      return bot.running.app;
    },
    async debounceEnds(messages) {
      await eventually(`${messages} messages wait`, async () => {
        const { rows } = await around.query(
          `select count(*)::int as waiting from rapport.inbox i join rapport.lane l using (lane)
            where i.id > coalesce(l.turn_upto, 0)`,
        );
        return WaitingCount.parse(rows[0]).waiting === messages;
      });
      await around.query("update rapport.lane set ready_at = now()");
      await around.query("select pg_notify('rapport_lanes', '')");
    },
    async idle() {
      await eventually("everything is answered", async () => {
        const { waiting, busy } = await bot.running.storage.queueStats();
        return waiting === 0 && busy === 0;
      });
    },
    async stop() {
      await bot.stop();
      await letta.stop();
      await around.close();
      if (fatal.length > 0) throw fatal[0];
    },
  };
}
