import { commands, menus } from "../../commands/index.ts";
import { type App, createApp } from "../../src/app.ts";
import { readBox } from "../../src/box.ts";
import { lettaAgents } from "../../src/letta/agents.ts";
import { slackManifest } from "../../src/platforms/slack/manifest.ts";
import { systemClock } from "../../src/sandbox/clock.ts";
import type { Model } from "../../src/sandbox/letta/model/model.ts";
import { offlineModel } from "../../src/sandbox/letta/model/offline.ts";
import { startSandboxLetta } from "../../src/sandbox/letta/server.ts";
import { type SandboxSlack, startSandboxSlack } from "../../src/sandbox/slack/server.ts";
import type { MessageView } from "../../src/sandbox/slack/views.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { storyServer } from "../harness/bot.ts";
import { eventually } from "../harness/eventually.ts";
import { keepingLog, type TestServer } from "../storage/databases.ts";
import { textOf } from "./adapter.ts";

export { storyServer };

/** The whole bot in a workspace of the sandbox's Slack. */
export interface SlackBot {
  readonly slack: SandboxSlack;
  readonly app: App;
  readonly log: ReturnType<typeof keepingLog>;
  /** Waits for a message of the bot in a thread that is complete and holds this. */
  reads(channel: string, thread: string, what: RegExp, viewer?: string): Promise<MessageView>;
  idle(): Promise<void>;
  /** Ends the bot as SIGTERM would; Slack and Letta stay. */
  down(): Promise<void>;
  /** Starts it again. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSlackBot(server: TestServer, options: { model?: Model } = {}): Promise<SlackBot> {
  const databaseUrl = await server.scratch();
  const log = keepingLog();
  const storage = await openStorage({ url: databaseUrl, log });
  const model = options.model ?? offlineModel({ clock: systemClock, wordDelayMs: 0 });
  const letta = await startSandboxLetta({ db: storage, model, redis: true });
  const slack = await startSandboxSlack({ manifest: slackManifest({ commands, menus }) });
  const startApp = async () => {
    const own = await openStorage({ url: databaseUrl, log });
    const app = create(own);
    await app.start();
    return { app, own };
  };
  const create = (own: Storage) =>
    createApp({
      storage: own,
      agents: lettaAgents({ baseUrl: letta.url, clock: systemClock, log }),
      slack: {
        installed: { by: "token", botToken: slack.botToken },
        line: { by: "sockets", appToken: slack.appToken },
        apiUrl: slack.url,
      },
      box: readBox("personas"),
      defaultPersona: "personal_assistant",
      admins: new Set(),
      burstMs: 20,
      logMessageText: false,
      clock: systemClock,
      log,
      onFatal: (error) => {
        throw error;
      },
    });
  let running: Awaited<ReturnType<typeof startApp>> | undefined = await startApp();
  const down = async () => {
    await running?.app.stop({ deadlineMs: 3_000, graceMs: 500 });
    await running?.own.close();
    running = undefined;
  };
  return {
    slack,
    get app() {
      if (!running) throw new Error("The bot is down.");
      return running.app;
    },
    log,
    down,
    async up() {
      running = await startApp();
    },
    reads: (channel, thread, what, viewer = "Alice") =>
      eventually(`${viewer} reads ${what}`, () =>
        slack
          .messages(channel, { threadTs: thread, viewer })
          .find(
            (message) =>
              message.author.isApp && message.stream?.state !== "in_progress" && what.test(textOf(message)),
          ),
      ),
    async idle() {
      await eventually("everything is answered", async () => {
        const { waiting, busy } = await storage.laneStats();
        return waiting === 0 && busy === 0;
      });
    },
    async stop() {
      await down();
      await slack.stop();
      await letta.stop();
      await storage.close();
      if (slack.crashes.length > 0) throw slack.crashes[0];
    },
  };
}
