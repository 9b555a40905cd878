import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { Caller } from "../../harness/caller.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
let bot: TestBot;
let caller: Caller;

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model: scriptedModel({ clock: systemClock }) });
  caller = new Caller(bot);
});

afterAll(async () => {
  await bot.stop();
  await server.close();
});

const MIRA = {
  name: "Mira",
  description: "Captain of a small freighter.",
  instructions: "You are Mira. You talk in short, dry sentences.",
};
const promptOf = () => JSON.stringify(bot.letta.requestsToModel.at(-1)?.messages);

test("all are listed, and one is shown with its instructions", async () => {
  const { body } = await caller.gets("/api/personas");
  expect(body.personas).toHaveLength(4);
  expect(JSON.stringify(body)).toContain("story_keeper");
  expect(JSON.stringify(body)).not.toContain("instructions");
  const { body: ada } = await caller.gets("/api/personas/personal_assistant");
  expect(ada).toMatchObject({
    key: "personal_assistant",
    name: "Ada",
    instructions: expect.stringMatching(/\w/),
  });
  expect((await caller.gets("/api/personas/nobody")).status).toBe(404);
});

test("one that is written anew answers so in the same conversation, with what it remembers", async () => {
  const said = { persona: "study_partner", conversation_id: "edited", user: "alice" };
  const { body: before } = await caller.gets("/api/personas/study_partner");
  await caller.says({ ...said, message: "before" });
  const [binding] = await bot.storage.bindings.list("web.alice/edited/study_partner");
  const { key: _, ...body } = before;
  const instructions = "You are a heron and answer like one.";
  const put = await caller.sends("PUT", "/api/personas/study_partner", {
    ...pick(body),
    instructions,
  });
  expect(put).toMatchObject({ status: 200, body: { key: "study_partner", instructions } });
  await caller.says({ ...said, message: "after" });
  expect(promptOf()).toContain("You are a heron");
  const after = await bot.storage.bindings.list("web.alice/edited/study_partner");
  expect(after).toHaveLength(1);
  expect(after[0]).toMatchObject({ agent: binding?.agent, conversation: binding?.conversation });
  await caller.says({ persona: "study_partner", message: "nobody in particular" });
  expect(promptOf()).toContain("You are a heron");
  const thread = await bot.alice.begins("#general", "hello");
  await bot.alice.uses(thread, "/persona use", { name: "study_partner" });
  await bot.alice.asks(thread, "who are you?");
  expect(promptOf()).not.toContain("heron");
});

test("one that is new can be talked to, by every user", async () => {
  const made = await caller.sends("PUT", "/api/personas/mira", MIRA);
  expect(made).toMatchObject({ status: 201, body: { key: "mira", scope: "workspace", greeting: "" } });
  for (const user of ["alice", "bob"]) {
    const { status } = await caller.says({ persona: "mira", user, message: "ahoy" });
    expect(status).toBe(200);
    expect(promptOf()).toContain("short, dry sentences");
  }
  const twice = await caller.sends("PUT", "/api/personas/mira", { ...MIRA, greeting: "Ahoy." });
  expect(twice).toMatchObject({ status: 200, body: { greeting: "Ahoy." } });
  const emptied = await caller.sends("PUT", "/api/personas/mira", MIRA);
  expect(emptied.body.greeting).toBe("");
  const { body } = await caller.gets("/api/personas", { user: "carol" });
  expect(JSON.stringify(body)).toContain("Mira");
});

test.each([
  ["a key that nobody can type", "Captain%20Mira", MIRA, "`key`"],
  ["a persona without instructions", "mira2", { name: "Mira", description: "" }, "`instructions`"],
  ["a field there is none of", "mira2", { ...MIRA, tools: [] }, "tools"],
  ["instructions that are too long", "mira2", { ...MIRA, instructions: "x".repeat(4_001) }, "4,000"],
])("%s is refused", async (_what, key, body, named) => {
  const { status, body: refusal } = await caller.sends("PUT", `/api/personas/${key}`, body);
  expect(status).toBe(422);
  expect(refusal.detail).toContain(named);
});

function pick({
  name,
  description,
  instructions,
  greeting,
  avatar,
  scope,
}: Readonly<Record<string, unknown>>) {
  return { name, description, instructions, greeting, avatar, scope };
}
