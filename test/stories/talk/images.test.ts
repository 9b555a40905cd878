import { type ModelRequest, scriptedModel } from "@rapport/letta-server";
import { type SentFile, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const WHOLE = `data:image/png;base64,${PNG.toString("base64")}`;

const asked: ModelRequest[] = [];
const shownToModel = () => asked.at(-1)?.messages.at(-1)?.images;

function seeingModel() {
  const model = scriptedModel({ clock: systemClock });
  return {
    ...model,
    complete: (request: ModelRequest, signal: AbortSignal) => {
      asked.push(request);
      return model.complete(request, signal);
    },
  };
}

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("on %s, a picture", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform, model: seeingModel() });
  });
  afterAll(() => bot.stop());

  const shows = async (text: string, picture: Partial<SentFile> = {}) => {
    const thread = await bot.alice.begins("#general", "hello");
    const greeting = await bot.alice.reads(thread);
    await bot.alice.says(thread, text, [
      { name: "cat.png", data: PNG, contentType: "image/png", ...picture },
    ]);
    return { thread, answer: await bot.alice.reads(thread, /./s, greeting) };
  };

  test("reaches the persona with the words, as data and never as an address", async () => {
    const { thread, answer } = await shows("what is this?");
    expect(answer.text).toContain("[Alice] what is this?\n(attached: cat.png, image/png)");
    expect(shownToModel()).toEqual([WHOLE]);
    expect(JSON.stringify(asked.at(-1))).not.toMatch(/files-pri|xoxb/);
    const sends = bot.letta.journal.entries.filter(
      ({ method, path }) => method === "POST" && path.endsWith("/messages"),
    );
    expect(JSON.stringify(sends.map(({ body }) => body))).not.toMatch(/https?:|"type":"url"|files-pri|xoxb/);
    const { text } = await bot.alice.uses(thread, "/conversation history");
    expect(text).toContain("**Alice:** what is this?");
    expect(text).toContain("cat.png");
  });

  test("that comes alone is answered, too", async () => {
    expect((await shows("")).answer.text).toContain("[Alice] (attached: cat.png, image/png)");
    expect(shownToModel()).toEqual([WHOLE]);
  });

  test("that is too large, or no picture at all, is said in a line, and the words are answered", async () => {
    const large = await shows("this one?", { data: Buffer.concat([PNG, Buffer.alloc(3_750_000)]) });
    expect(large.answer.text).toMatch(/this one\?\n\(attached: cat\.png.*too large to be shown/);
    expect(shownToModel()).toBeUndefined();
    const fake = await shows("and this?", { data: Buffer.from("MZ not a picture") });
    expect(fake.answer.text).toMatch(/and this\?\n.*not the image it claims to be/);
  });

  test("that the persona's model does not take costs the picture, not the answer", async () => {
    const { answer } = await shows("BLIND what is this?");
    expect(answer.text).toMatch(/BLIND what is this\?[\s\S]*could not be shown to you/);
    expect(answer.text).not.toContain("⚠️");
    expect(shownToModel()).toBeUndefined();
    const warnings = bot.log.lines.filter(({ message }) => message.startsWith("the model failed on images"));
    expect(warnings).toHaveLength(1);
  });

  test("that cannot be fetched is said in a line", async () => {
    bot.chat.loseNextFile();
    const { answer } = await shows("look at this");
    expect(answer.text).toMatch(/look at this\n.*could not be fetched/);
    expect(JSON.stringify(bot.log.lines)).not.toMatch(/hm=[0-9a-f]{16}|xoxb/);
  });
});
