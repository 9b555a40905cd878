import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { Caller } from "../../harness/caller.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
let bot: TestBot;
let caller: Caller;

beforeAll(async () => {
  server = await storyServer();
  // The offline responder answers from what it remembers.
  bot = await startBot(server);
  caller = new Caller(bot);
});

afterAll(async () => {
  await bot.stop();
  await server.close();
});

const ADA = { persona: "personal_assistant" } as const;
const ASKING = "what do you know about me?";

describe("what a user says", () => {
  test("is remembered in their next conversation, and by nobody else", async () => {
    await caller.says({ ...ADA, user: "alice", message: "my favourite tea is lapsang souchong" });
    const again = await caller.says({ ...ADA, user: "alice", message: ASKING });
    expect(again.body.message).toMatch(/lapsang souchong/i);
    for (const user of ["bob", undefined]) {
      const { body } = await caller.says({ ...ADA, ...(user && { user }), message: ASKING });
      expect(body.message).not.toMatch(/lapsang/i);
    }
    const thread = await bot.alice.begins("#general", ASKING);
    expect((await bot.alice.reads(thread)).text).not.toMatch(/lapsang/i);
    const agents = await bot.storage.agents.list("personal_assistant", "person/web/web.alice/box");
    expect(agents).toHaveLength(1);
    for (const { messages, agentId } of bot.letta.requestsToModel) {
      if (agentId !== agents[0]?.agent) expect(JSON.stringify(messages)).not.toMatch(/lapsang/);
    }
  });

  test("is shared by all who are not named, since nobody knows them apart", async () => {
    await caller.says({ ...ADA, message: "my favourite colour is teal" });
    const { body } = await caller.says({ ...ADA, message: ASKING });
    expect(body.message).toMatch(/teal/i);
  });

  test("cannot be read under another name, nor without one", async () => {
    const where = { conversation_id: "diary" };
    await caller.says({ ...ADA, ...where, user: "alice", message: "dear diary" });
    const mine = await caller.gets("/api/conversation/history", { ...where, user: "alice" });
    expect(mine.status).toBe(200);
    for (const whose of [{ user: "bob" }, {}]) {
      const history = await caller.gets("/api/conversation/history", { ...where, ...whose });
      expect(history).toMatchObject({ status: 404, body: { code: "not_found" } });
      const memory = await caller.gets("/api/memory", { ...ADA, ...where, ...whose });
      expect(memory.status).toBe(404);
    }
    // A conversation of the same name is another one.
    const other = await caller.says({ ...ADA, ...where, user: "bob", message: "what did I say before?" });
    expect(other.body.message).not.toContain("dear diary");
  });

  test("stays apart from what a user with a confusing name says", async () => {
    const confusing = { user: "a|b", conversation_id: "c" };
    await caller.says({ ...ADA, ...confusing, message: "my favourite fruit is durian" });
    const places = await bot.storage.bindings.list("web.a|b/c/personal_assistant");
    expect(places).toHaveLength(1);
    for (const user of ["*", "a/b", "", "a b", "x".repeat(51)]) {
      const { status, body } = await caller.says({ ...ADA, user, message: "hello" });
      expect([status, body.detail.startsWith("`user`")]).toEqual([422, true]);
    }
    const longest = { user: "|".repeat(50), conversation_id: "c".repeat(48) };
    expect((await caller.says({ ...ADA, ...longest, message: "hello" })).status).toBe(200);
  });
});

test("what one user had remembered is not another's to find, forget or write over, also of a persona for everywhere", async () => {
  const shared = { name: "Commons", instructions: "You are Commons.", scope: "global" };
  await caller.sends("PUT", "/api/personas/commons", shared);
  const commons = { persona: "commons", conversation_id: "commons" };
  await caller.says({ ...commons, user: "alice", message: "!memory remember my dog is called Rex" });
  const { body: none } = await caller.says({ ...commons, user: "bob", message: "!memory forget Rex" });
  expect(none.message).not.toContain("dog");
  const { body: mine } = await caller.says({ ...commons, user: "alice", message: "!memory forget Rex" });
  expect(mine.message).toContain("dog is called Rex");
  expect(mine.message).not.toMatch(/to remove the rest/);
});

describe("the history of a conversation", () => {
  test("is read page by page, with names and without what was added for the model", async () => {
    const where = { conversation_id: "pages", user: "carol" };
    for (const message of ["one", "[Bob] two", "three"])
      await caller.says({ ...ADA, ...where, user_name: "Carol", message });
    const { body: newest } = await caller.gets("/api/conversation/history", { ...where, limit: "2" });
    expect(newest).toMatchObject({
      persona: "personal_assistant",
      messages: [
        { role: "person", name: "Carol", text: "three" },
        { role: "persona", name: "Ada" },
      ],
    });
    const { body: before } = await caller.gets("/api/conversation/history", {
      ...where,
      limit: "2",
      before: String(newest.older),
    });
    expect(before).toMatchObject({ messages: [{ role: "person", text: "[Bob] two" }, { role: "persona" }] });
    const nowhere = await caller.gets("/api/conversation/history", { ...where, before: "message-0" });
    expect(nowhere).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/^`before`: /) } });
    const { body: all } = await caller.gets("/api/conversation/history", where);
    expect(all.messages).toHaveLength(6);
    expect(all.older).toBeUndefined();
  });

  test("is one for each persona, by default that of the one spoken to last", async () => {
    const where = { conversation_id: "two-personas" };
    await caller.says({ ...ADA, ...where, message: "for Ada" });
    await caller.says({ persona: "story_keeper", ...where, message: "for Orin" });
    const last = await caller.gets("/api/conversation/history", where);
    expect(last.body).toMatchObject({ persona: "story_keeper", messages: [{ text: "for Orin" }, {}] });
    const first = await caller.gets("/api/conversation/history", { ...where, persona: "Ada" });
    expect(first.body).toMatchObject({ persona: "personal_assistant", messages: [{ text: "for Ada" }, {}] });
  });
});

describe("memory", () => {
  test("is shown in its five layers", async () => {
    const where = { conversation_id: "layers", user: "dora" };
    await caller.says({ ...ADA, ...where, message: "my dog is called Pixel" });
    const { status, body } = await caller.gets("/api/memory", { ...ADA, ...where });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      persona: "personal_assistant",
      scope: "person",
      archived_memory: { passages: [], more: false },
      recall_memory: { messages: 2, more: false },
      working_memory: { messages: expect.any(Number) },
    });
    expect(JSON.stringify(body.memory_blocks)).toContain("Pixel");
    expect(body.system_prompt).toEqual(expect.stringContaining("Ada"));
    const { body: general } = await caller.gets("/api/memory", { ...ADA, user: "dora" });
    expect(general.recall_memory).toBeUndefined();
    expect(JSON.stringify(general.memory_blocks)).toContain("Pixel");
  });

  test("is not there before the first word", async () => {
    const nothing = await caller.gets("/api/memory", { ...ADA, user: "newcomer" });
    expect(nothing).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(nothing.body.detail).toBe("Ada remembers nothing here yet. Say something first.");
  });
});
