import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { readBox } from "../../src/box.ts";
import { lettaAgents } from "../../src/letta/agents.ts";
import { defaultPolicy } from "../../src/policy-config.ts";
import { systemClock } from "../../src/sandbox/clock.ts";
import { scriptedModel } from "../../src/sandbox/letta/model/scripted.ts";
import { startSandboxLetta } from "../../src/sandbox/letta/server.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { storyServer } from "../harness/bot.ts";
import { eventually } from "../harness/eventually.ts";
import { Person } from "../harness/person.ts";
import { type PLATFORMS, startChat } from "../harness/platforms.ts";
import { databaseAt } from "../sandbox/database.ts";
import { keepingLog, type TestServer } from "../storage/databases.ts";

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const CONNECTED = { discord: "shard connected", slack: "connected to slack" } as const;

/** One bot on both platforms, of which one does not answer when it starts. */
async function startWithout(away: (typeof PLATFORMS)[number]) {
  const url = await server.furnished();
  const [log, clock] = [keepingLog(), systemClock];
  const around = databaseAt(url);
  const letta = await startSandboxLetta({ db: around, model: scriptedModel({ clock }), redis: true, clock });
  const chats = {
    discord: await startChat("discord", { clock }),
    slack: await startChat("slack", { clock }),
  };
  await chats[away].faults.goDown();
  const storage = await openStorage({ url, log });
  const app = createApp({
    storage,
    agents: lettaAgents({ baseUrl: letta.url, clock, log }),
    ...chats.discord.connection,
    ...chats.slack.connection,
    box: readBox("personas"),
    defaultPersona: "personal_assistant",
    admins: new Set(),
    policy: defaultPolicy(),
    burstMs: 20,
    logMessageText: false,
    clock,
    log,
    onFatal: (error) => log.error({ err: error }, "fatal"),
  });
  return {
    chats,
    log,
    starting: app.start(),
    async stop() {
      await app.stop({ deadlineMs: 3_000, graceMs: 500 });
      await storage.close();
      for (const chat of Object.values(chats)) await chat.stop();
      await letta.stop();
      await around.close();
    },
  };
}

describe.each([
  ["discord", "slack"],
  ["slack", "discord"],
] as const)("a start while %s is away", (away, here) => {
  test(`answers on ${here}, and there when it is back`, async () => {
    const bot = await startWithout(away);
    await eventually(`${here} is connected`, () =>
      bot.log.lines.some(({ message }) => message === CONNECTED[here]),
    );
    const alice = new Person(bot.chats[here], "Alice");
    const thread = await alice.begins("#general", "anybody here?");
    await alice.reads(thread, "echo: [Alice] anybody here?");
    await bot.chats[away].faults.comeBack();
    await bot.starting;
    const there = new Person(bot.chats[away], "Alice");
    const other = await there.begins("#general", "and there?");
    expect(await there.reads(other)).toMatchObject({ text: expect.stringContaining("and there?") });
    await bot.stop();
  }, 40_000);
});
