import { eventually, Person } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storyServer } from "../../harness/bot.ts";
import { startOnBoth } from "../../harness/both-platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const CONNECTED = { discord: "shard connected", slack: "connected to Slack" } as const;

describe.each([
  ["discord", "slack"],
  ["slack", "discord"],
] as const)("a start while %s is away", (away, here) => {
  test(`answers on ${here}, and there when it is back`, async () => {
    const bot = await startOnBoth(server, { away });
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
