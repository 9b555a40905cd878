import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { RapportDiscord } from "../../harness/chats.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* What somebody made in their direct messages is theirs alone, and poses as nobody where they bring it. */

let server: TestServer;
let bot: TestBot<RapportDiscord>;
let dm: string;
beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server);
  dm = await bot.bob.dm();
  const form = await bot.bob.opens(dm, "/persona create");
  const written = { name: "Grief Counsellor", description: "For hard days", instructions: "You are kind." };
  expect((await bot.bob.submits(form, written)).text).toContain("**Grief Counsellor** is here");
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

test("nobody else is told whom somebody talks to in private", async () => {
  await bot.bob.says("#general", "@Rapport persona list");
  await bot.bob.sees(dm, /Grief Counsellor[\s\S]*For hard days/);
  await bot.bob.says("#general", "@Rapport persona use nobodyatall");
  await bot.bob.sees("#general", /There is no persona called “nobodyatall” here\. There are \*\*/);
  await bot.idle();
  expect(JSON.stringify(bot.alice.view("#general"))).not.toMatch(/grief|hard days/i);
  await bot.alice.says("#general", "@Rapport persona list");
  await bot.alice.sees("#general", /\*\*Ada\*\* `personal_assistant`/);
});

test.each(["Carol", "Ada", "Rapport"])(
  "brought into a thread and then renamed to %s it speaks under no such name",
  async (name) => {
    await bot.carol.says("#general", "I am here");
    const thread = await bot.bob.begins("#general", "hello");
    const first = await bot.bob.reads(thread);
    await bot.bob.uses(thread, "/persona use", { name: "grief_counsellor" });
    const form = await bot.bob.opens(dm, "/persona edit", { name: "grief_counsellor" });
    const was = { name: "Grief Counsellor" };
    const changed = await bot.bob.submits(form, { called: name });
    const answer = await bot.bob.asks(thread, "are you there?");
    expect(first.author).toMatch(/Ada/);
    expect(answer.author).toBe(changed.text.includes("is changed") ? "Persona" : was.name);
    const back = await bot.bob.opens(dm, "/persona edit", { name: "grief_counsellor" });
    await bot.bob.submits(back, { called: was.name });
    expect((await bot.bob.asks(thread, "and now?")).author).toBe(was.name);
  },
);
