import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { Caller } from "../../harness/caller.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;

beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform });
  });
  afterAll(() => bot.stop());

  test("an admin pauses and resumes, others may not, and who asks meanwhile is told who can", async () => {
    await bot.bob.says("#general", "@Rapport admin pause");
    await bot.bob.sees("#general", /Only admins may do that/);
    expect(await bot.alice.uses("#general", "/admin pause")).toMatchObject({ isPrivate: true });
    await bot.bob.says("#general", "@Rapport is anybody there?");
    await bot.bob.sees("#general", /^Alice has paused me here\. Ask again when/);
    await bot.alice.uses("#general", "/admin resume");
    const thread = await bot.bob.begins("#general", "and now?");
    await bot.bob.reads(thread);
  });

  test("a person is denied by name and allowed again, and what they used is counted", async () => {
    const thread = await bot.carol.begins("#random", "hello there");
    await bot.carol.reads(thread);
    expect((await bot.alice.uses("#random", "/admin deny", { what: "Carol" })).text).toContain("@Carol");
    await bot.carol.says(thread, "are you there?");
    await bot.carol.sees(thread, /I do not answer you here: the admins decided that/);
    await bot.alice.uses("#random", "/admin allow", { what: "Carol" });
    await bot.carol.asks(thread, "and now?");
    expect((await bot.alice.uses("#random", "/admin status")).text).toMatch(
      /Today \(UTC\): \*{0,2}[1-9]\d*\*{0,2} answers/,
    );
  });

  test("what one person may ask in a day ends with one sentence", async () => {
    const thread = await bot.bob.begins("#support", "hello");
    await bot.bob.reads(thread);
    await bot.alice.uses("#support", "/admin limits", { turns_each: 1 });
    await bot.bob.says(thread, "one more?");
    await bot.bob.sees(thread, /You have had all the answers .* It goes on at 00:00 UTC/);
    await bot.alice.uses("#support", "/admin limits", { defaults: true });
  });
});

describe.each(PLATFORMS)("a channel that is named in a rule on %s", (platform) => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server, { platform });
  });
  afterAll(() => bot.stop());

  test("is the one that is meant", async () => {
    const denied = await bot.alice.uses("#support", "/admin deny", { what: "#random" });
    expect(denied.text).toMatch(/I no longer answer in \*\*#random\*\*/);
    await bot.bob.says("#random", "@Rapport hello");
    await bot.bob.sees("#random", /I do not answer you here/);
    await bot.alice.uses("#support", "/admin allow", { what: "#random" });
    const thread = await bot.bob.begins("#random", "and now?");
    await bot.bob.reads(thread);
  });
});

describe("the role that everyone has on Discord", () => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(server);
  });
  afterAll(() => bot.stop());

  test("locks nobody out when it is allowed, and everybody but admins when it is denied", async () => {
    await bot.alice.uses("#general", "/admin allow", { what: "@everyone" });
    const thread = await bot.bob.begins("#general", "hello there");
    await bot.bob.reads(thread);
    expect((await bot.carol.uses("#general", "/chat", { message: "hello" })).text).toMatch(/answers you in/);
    // The first takes back that only those are allowed.
    for (const _ of ["allowed", "denied"])
      await bot.alice.uses("#general", "/admin deny", { what: "@everyone" });
    await bot.bob.says(thread, "are you there?");
    await bot.bob.sees(thread, /I do not answer you here: the admins decided that/);
    await bot.alice.asks(thread, "and me?");
  });
});

test("a caller of the API is told the reason each time", async () => {
  const bot = await startBot(server, { policy: { turnsPerPerson: 1 } });
  try {
    const caller = new Caller(bot);
    const said = { persona: "personal_assistant", user: "eve", message: "hello" };
    await caller.says(said);
    for (let index = 0; index < 2; index += 1)
      expect((await caller.says(said)).body.message).toMatch(/You have had all the answers/);
  } finally {
    await bot.stop();
  }
});
