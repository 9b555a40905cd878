import { ManualClock } from "@rapport/testing";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { EventId, PlaceId } from "../../../src/core/domain/model.ts";
import type { Exchange } from "../../../src/platforms/http-api/answers/exchange.ts";
import type {
  ExchangeState,
  ExchangeStates,
} from "../../../src/platforms/http-api/answers/exchange-state.ts";
import { growth } from "../../../src/platforms/http-api/answers/reply-body.ts";
import { followAnswer } from "../../../src/platforms/http-api/answers/respond.ts";
import { eventsOf } from "../../harness/caller.ts";
import { recordingLog } from "../../storage/servers/databases.ts";

const exchange: Exchange = {
  event: EventId.parse("web.e"),
  place: { id: PlaceId.parse("web.*/c/p"), platform: "web", tenant: "local", kind: "direct" },
  conversation: "c",
  persona: "p",
  digest: "d",
  at: 0,
  shown: [],
};
const waiting: ExchangeState = { state: "waiting", text: "", turn: undefined, files: [], isHeldUp: false };

function stream(follow: ExchangeStates["follow"]) {
  const clock = new ManualClock();
  const leaving = new AbortController();
  const outcomes = { read: async () => waiting, follow };
  const app = new Hono().get("/", (context) =>
    followAnswer({ outcomes, clock, log: recordingLog(), leaving: leaving.signal }, context, exchange),
  );
  return { clock, leaving, response: app.request("/") };
}

test("a silent stream is kept alive, and ends when those who wait must be let go", async () => {
  const { clock, leaving, response } = stream(async function* (_exchange, signal) {
    yield waiting;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  });
  const { body } = await response;
  if (!body) throw new Error("no body");
  const events = eventsOf(body);
  expect((await events.next()).value).toMatchObject({ event: "accepted" });
  await clock.advance(15_000);
  expect((await events.next()).value).toEqual({ event: "", data: {} });
  leaving.abort();
  expect((await events.next()).value).toMatchObject({ event: "pending", data: { state: "waiting" } });
  expect((await events.next()).done).toBe(true);
  expect(clock.sleeping).toBe(0);
});

test("a stream whose database goes away says that the answer is still to come", async () => {
  // biome-ignore lint/correctness/useYield: it fails before it can.
  const { response } = stream(async function* () {
    await Promise.reject(new Error("Connection terminated unexpectedly"));
  });
  const text = await (await response).text();
  expect(text).toContain("event: pending");
  expect(text).not.toContain("Connection");
});

test("what grows is appended, what changes is put anew", () => {
  expect(growth("", "one")).toEqual({ event: "text", data: '{"delta":"one"}' });
  expect(growth("one", "one two")).toEqual({ event: "text", data: '{"delta":" two"}' });
  expect(growth("one", "two")).toEqual({ event: "replace", data: '{"text":"two"}' });
  expect(growth("one", "one")).toBeUndefined();
});
