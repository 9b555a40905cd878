import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outgoing } from "../../src/core/platform.ts";
import { postOrKeep, showKept, type LateAnswer } from "../../src/core/late-answers.ts";
import { type SandboxDiscord, startSandboxDiscord } from "../../src/sandbox/discord/server.ts";
import { keepingLog } from "../contracts/platform-fixtures.ts";
import { MemoryRecords } from "../core/fakes.ts";
import { ManualClock } from "../harness/manual-clock.ts";
import { type Connected, connect, stopSandbox } from "./adapter.ts";

/* A private answer that comes after its interaction has ended. */

let clock: ManualClock;
let discord: SandboxDiscord;
let bot: Connected;
beforeAll(async () => {
  clock = new ManualClock();
  discord = await startSandboxDiscord({ clock });
  bot = await connect(discord, { clock });
});
afterAll(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const MINUTE = 60_000;
const secret: Outgoing = { text: "a secret", visibility: "private", confidential: true };

async function asks(name: string, number: number) {
  const view = await discord.person(name).slash(discord.channel("general").id, "memory show", {});
  const { event, target } = await bot.inbox.nth(number);
  if (event.type !== "command") throw new Error("no command");
  return { view, event, sink: bot.platform.open(target) };
}

test("is kept, and shown with that person's next command, to nobody else and once", async () => {
  const late = { lateAnswers: new MemoryRecords<LateAnswer>(), clock, log: keepingLog() };
  const first = await asks("Alice", 0);
  await clock.advance(16 * MINUTE);
  const key = (name: string) => ({ key: name, again: false });
  const post = (message: Outgoing) => first.sink.post(message, key("a"));
  expect(await postOrKeep(late, first.event, secret, post)).toBe(false);
  expect(discord.messages((await discord.person("Alice").openDm()).id)).toEqual([]);

  const bob = await asks("Bob", 1);
  await bob.sink.post({ ...secret, text: "bob's own" }, key("b"));
  await showKept(late, bob.event, (message, number) => bob.sink.post(message, key(`b${number}`)));
  const again = await asks("Alice", 2);
  await again.sink.post({ ...secret, text: "alice's own" }, key("c"));
  for (let times = 0; times < 2; times += 1)
    await showKept(late, again.event, (message, number) => again.sink.post(message, key(`c${number}`)));
  const seenBy = (viewer?: string) =>
    discord.messages(discord.channel("general").id, viewer).map(({ content }) => content);
  expect(seenBy("Alice")).toEqual(["alice's own", expect.stringMatching(/^\*This came too late[^]*a secret$/)]);
  expect(seenBy("Bob")).toEqual(["bob's own"]);
  expect(seenBy()).toEqual([]);
});
