import { scriptedModel, startLettaServer } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { App } from "../../src/app.ts";
import { defaultPolicy } from "../../src/config/policy.ts";
import type { AppError } from "../../src/core/domain/errors.ts";
import { lettaAgents } from "../../src/letta/letta-agents.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";
import { databaseAt } from "../emulators/database.ts";
import { recordingLog, type TestServer } from "../storage/servers/databases.ts";
import { type PlatformName, startRoomyChat } from "./platforms.ts";

/** One bot on both platforms, with Carol as its admin. `away` does not answer when it starts. */
export async function startOnBoth(server: TestServer, options: { readonly away?: PlatformName } = {}) {
  const url = await server.migratedDatabase();
  const [log, clock] = [recordingLog(), systemClock];
  const around = databaseAt(url);
  const letta = await startLettaServer({ db: around, model: scriptedModel({ clock }), redis: true, clock });
  const chats = {
    discord: await startRoomyChat("discord", { clock }),
    slack: await startRoomyChat("slack", { clock }),
  };
  if (options.away) await chats[options.away].faults.goDown();
  const { discord, slack } = { discord: chats.discord.discord, slack: chats.slack.slack };
  const admins = new Set([
    `discord.${discord.person("Carol").id}`,
    `slack.${slack.teamId}.${slack.person("Carol").id}`,
  ]);
  const ended: AppError[] = [];
  async function up(platforms: readonly PlatformName[] = ["discord", "slack"]) {
    const storage = await openStorage({ url, log });
    const app = new App({
      storage,
      agents: lettaAgents({ baseUrl: letta.url, clock, log }),
      ...(platforms.includes("discord") && chats.discord.connection),
      ...(platforms.includes("slack") && chats.slack.connection),
      builtInPersonas: readPersonaFolder("personas"),
      defaultPersona: "personal_assistant",
      admins,
      policy: defaultPolicy(),
      debounceMs: 20,
      logMessageText: false,
      http: platforms.length > 1 ? { token: undefined } : undefined,
      clock,
      log,
      onFatal: (error) => ended.push(error),
    });
    return { storage, app, starting: app.start() };
  }
  let running = await up();
  async function down() {
    await running.app.stop({ deadlineMs: 3_000, graceMs: 500 });
    await running.storage.close();
  }
  return {
    chats,
    log,
    /** How often the model was asked with these words. */
    timesAsked: (words: string) =>
      letta.requestsToModel.filter(({ messages }) => messages.at(-1)?.content.includes(words)).length,
    /** Why the process was to end. */
    ended,
    get app() {
      return running.app;
    },
    get starting() {
      return running.starting;
    },
    async restart(platforms?: readonly PlatformName[]) {
      await down();
      running = await up(platforms);
      await running.starting;
    },
    async stop() {
      await down();
      for (const chat of Object.values(chats)) await chat.stop();
      await letta.stop();
      await around.close();
    },
  };
}
