import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { personasAt } from "../../../src/core/personas/catalogue.ts";
import { ensureAgent } from "../../../src/core/personas/conversation-binding.ts";
import { openStorage } from "../../../src/storage/storage.ts";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* A Letta without Redis takes whatever comes at once, and forgets what crossed: order is then the bot's affair alone. */

let server: TestServer;
let bot: TestBot;
beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model: scriptedModel({ clock: systemClock }), redis: false });
});
afterAll(async () => {
  await bot.stop();
  await server.close();
});

const context = () =>
  (bot.letta.requestsToModel.at(-1)?.messages ?? []).map(({ content }) => content).join("\n");
const sends = () =>
  bot.letta.journal.entries.filter(
    ({ method, path }) => method === "POST" && /^\/v1\/conversations\/[^/]+\/messages$/.test(path),
  );

test("what is said while an answer is written waits for it, and the next answer knows all of it", async () => {
  const thread = await bot.alice.begins("#general", "SLOW1 apples");
  await bot.alice.says(thread, "SLOW1 pears");
  await bot.bob.reads(thread, "apples");
  await bot.bob.says(thread, "plums");
  await bot.bob.reads(thread, "plums");
  await bot.idle();
  await bot.alice.asks(thread, "which fruit?", "which fruit?");
  for (const said of ["apples", "pears", "plums"]) {
    expect(context()).toContain(`${said}`);
    expect(context()).toMatch(new RegExp(`echo: [^]*${said}`));
  }
});

test("the same words in two threads are two questions, each under an otid of its own", async () => {
  const before = sends().length;
  const threads = await Promise.all(
    ["#general", "#random"].map((where) => bot.alice.begins(where, "the same")),
  );
  for (const thread of threads) await bot.alice.reads(thread, "the same");
  await bot.idle();
  const asked = sends().slice(before);
  const otids = asked.flatMap(({ body }) => JSON.stringify(body).match(/"otid":"[^"]+"/g) ?? []);
  expect(new Set(otids).size).toBe(2);
});

test("two processes that meet a persona at once make one agent of it", async () => {
  const other = await openStorage({ url: bot.databaseUrl, log: bot.log });
  const { services } = bot.app;
  const [binding] = await bot.storage.bindings.list();
  const author = { id: binding!.createdBy, name: "Alice", manages: false };
  const all = await personasAt(services, binding!.place, author);
  const tomo = all.find(({ persona }) => persona.key === "study_partner")!;
  const made = () =>
    bot.letta.journal.entries.filter(({ method, path }) => method === "POST" && path === "/v1/agents/");
  const before = made().length;
  const agents = await Promise.all(
    [bot.storage, other, bot.storage, other].map(({ agents: agentRecords }) =>
      ensureAgent({ ...services, agentRecords }, tomo, { scope: "workspace/at-once", place: binding!.place }),
    ),
  );
  expect(new Set(agents).size).toBe(1);
  expect(made().length - before).toBe(1);
  await other.close();
});
