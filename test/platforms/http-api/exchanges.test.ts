import { afterAll, beforeAll, expect, test } from "vitest";
import { EventId, PlaceId } from "../../../src/core/domain/model.ts";
import { Exchange, Exchanges } from "../../../src/platforms/http-api/answers/exchange.ts";
import { openStorage, type Storage } from "../../../src/storage/storage.ts";
import { storyServer } from "../../harness/bot.ts";
import { recordingLog, type TestServer } from "../../storage/servers/databases.ts";

const DAY_MS = 24 * 60 * 60_000;

let server: TestServer;
let storage: Storage;
let exchanges: Exchanges;

beforeAll(async () => {
  server = await storyServer();
  storage = await openStorage({ url: await server.migratedDatabase(), log: recordingLog() });
  exchanges = new Exchanges(storage.records("exchange", Exchange));
});

afterAll(async () => {
  await storage.close();
  await server.close();
});

const event = (name: string) => EventId.parse(`web.${name}`);
const exchange = (name: string, at: number): Exchange => ({
  event: event(name),
  place: { id: PlaceId.parse("web.*/c/p"), platform: "web", tenant: "local", kind: "direct" },
  conversation: "c",
  persona: "p",
  digest: "d",
  at,
  shown: [],
});

test("what was answered is forgotten after a week", async () => {
  await exchanges.begin(exchange("old", Date.now() - 8 * DAY_MS));
  await exchanges.begin(exchange("new", Date.now() - 6 * DAY_MS));
  await storage.sweep();
  expect(await exchanges.get(event("old"))).toBeUndefined();
  expect(await exchanges.get(event("new"))).toBeDefined();
});

test("messages stand in the order in which they were first posted, however they are changed", async () => {
  await exchanges.begin(exchange("order", Date.now()));
  const say = (text: string) => ({ text, visibility: "public" }) as const;
  const { message } = await exchanges.post(event("order"), "a", say("one"));
  await exchanges.post(event("order"), "b", say("two"));
  await exchanges.edit(event("order"), message, say("one, changed"));
  const { exchange: kept } = await exchanges.post(event("order"), "a", say("one"));
  expect(kept.shown.map(({ text }) => text)).toEqual(["one, changed", "two"]);
});
