import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Model, scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { Caller } from "../../harness/caller.ts";
import { hostileTexts } from "../../harness/tools/hostile-texts.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* Somebody sends what is made to keep a program busy, by the API and on a platform at once; somebody else talks. */

/** Word by word, texts of ten thousand words are work for Letta's emulator most of all, which runs in this process, too. */
const PIECE_LENGTH = 500;
const inLargePieces = (model: Model): Model => ({
  handles: model.handles,
  async *complete(request, signal) {
    let text = "";
    for await (const delta of model.complete(request, signal)) {
      const isText = delta.type === "text";
      text += isText ? delta.text : "";
      if (isText && text.length < PIECE_LENGTH) continue;
      yield { type: "text", text };
      text = "";
      if (!isText) yield delta;
    }
    yield { type: "text", text };
  },
});

let server: TestServer;
let bot: TestBot;
let caller: Caller;

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, {
    platform: "slack",
    model: inLargePieces(scriptedModel({ clock: systemClock })),
  });
  // Slack lets nobody post more than a message a second in a channel: so many long answers would take a minute.
  bot.chat.switchLimitsOff();
  caller = new Caller(bot);
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

const KINDS = [
  "zero-width blanks and line breaks",
  "opening quotes",
  "loose asterisks",
  "opening brackets",
  "links half written",
  "mentions with labels",
  "deeper and deeper lists",
  "unclosed fences",
  "thoughts at line starts",
  "closing tags in code",
  "joined without end",
];
/** A quadratic pattern takes 15 s for the first of these. */
const BLOCKED_AT_MOST_MS = 500;
/** What the API takes, and what a person can write on Slack. */
const API_LENGTH = 20_000;
const SLACK_LENGTH = 11_000;

const textsOf = (length: number) =>
  KINDS.map((kind) => {
    const text = hostileTexts(length).get(kind);
    if (text === undefined) throw new Error(`no hostile text of ${kind}`);
    return text;
  });
const saysAll = (texts: readonly string[]) =>
  Promise.all(
    texts.map((text, index) =>
      caller.says({
        persona: "personal_assistant",
        message: `x${text}x`.slice(0, text.length),
        user: `u${index}`,
      }),
    ),
  );

test("hostile texts keep nobody waiting: others are answered, and the process is never busy for long", async () => {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  const refused = saysAll(textsOf(100_000));
  const answered = saysAll(textsOf(API_LENGTH));
  for (const text of textsOf(SLACK_LENGTH)) await bot.alice.says("#general", `@Rapport x${text}x`);
  const thread = await bot.bob.begins("#general", "hello in between");
  await bot.bob.reads(thread, "hello in between");
  for (const { status, body } of await refused)
    expect([status, body.detail]).toEqual([422, expect.stringMatching(/^`message`: .*20,000/)]);
  for (const { status, body } of await answered) expect([status, body.state]).toEqual([200, "answered"]);
  await bot.idle();
  delays.disable();
  expect(delays.max / 1_000_000).toBeLessThan(BLOCKED_AT_MOST_MS);
});
