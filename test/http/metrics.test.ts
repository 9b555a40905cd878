import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { AppError } from "../../src/core/domain/errors.ts";
import { EventId, PlaceId, TurnId } from "../../src/core/domain/model.ts";
import type { TurnPhase } from "../../src/core/ports/bot-events.ts";
import { readiness } from "../../src/http/health.ts";
import { Metrics } from "../../src/http/metrics.ts";

const place = { id: PlaceId.parse("p"), platform: "web", tenant: "local", kind: "direct" } as const;
const unserved = [{ platform: "chat", waiting: 2 }];
const lanes = async () => ({ waiting: 3, busy: 2, dead: 1, oldestSeconds: 4.5, unserved });

function metricsOf(figures = lanes) {
  const metrics = new Metrics({
    lanes: figures,
    platforms: () =>
      new Map([
        ["web", true],
        ["chat", false],
      ]),
  });
  const step = (turn: string, which: TurnPhase, at: number) =>
    metrics.notice({ type: "turn", place, turn: TurnId.parse(turn), events: [], phase: which, at });
  return { metrics, step };
}

test("turns are counted by how they ended, with how long they took and when they began to speak", async () => {
  const { metrics, step } = metricsOf();
  metrics.notice({ type: "accepted", place, event: EventId.parse("e"), at: 0 });
  step("t1", "begun", 1_000);
  step("t1", "asked", 1_100);
  step("t1", "first words", 1_400);
  step("t1", "answered", 3_000);
  step("t1", "delivered", 3_000);
  step("t2", "begun", 1_000);
  step("t2", "waiting for an outage", 2_000);
  step("t2", "begun", 4_000);
  step("t2", "failed", 8_000);
  const page = await metrics.text();
  for (const line of [
    'rapport_events_accepted_total{platform="web"} 1',
    'rapport_turns_total{platform="web",outcome="delivered"} 1',
    'rapport_turns_total{platform="web",outcome="failed"} 1',
    'rapport_turn_outages_total{platform="web"} 1',
    'rapport_turn_duration_seconds_sum{platform="web",outcome="delivered"} 2',
    // From its first attempt on.
    'rapport_turn_duration_seconds_sum{platform="web",outcome="failed"} 7',
    'rapport_first_word_seconds_sum{platform="web"} 0.4',
    'rapport_first_word_seconds_count{platform="web"} 1',
  ])
    expect(page.split("\n")).toContain(line);
});

test("lanes, platforms and the process are looked at when they are asked for", async () => {
  const page = await metricsOf().metrics.text();
  for (const line of [
    "rapport_lane_events_waiting 3",
    "rapport_lanes_busy 2",
    "rapport_dead_letters 1",
    "rapport_lane_oldest_seconds 4.5",
    'rapport_events_unserved{platform="chat"} 2',
    "rapport_database_up 1",
    'rapport_platform_connected{platform="web"} 1',
    'rapport_platform_connected{platform="chat"} 0',
  ])
    expect(page.split("\n")).toContain(line);
  expect(page).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(page).toMatch(/^nodejs_eventloop_lag_seconds /m);
});

test("without the database the other figures are still there", async () => {
  const page = await metricsOf(() => Promise.reject(new Error("no database"))).metrics.text();
  expect(page).toContain("rapport_database_up 0");
  expect(page).toContain("rapport_lanes_busy Nan");
});

test("two apps in one process count for themselves", async () => {
  const [one, two] = [metricsOf().metrics, metricsOf().metrics];
  one.notice({ type: "accepted", place, event: EventId.parse("e"), at: 0 });
  expect(await two.text()).not.toContain('rapport_events_accepted_total{platform="web"}');
});

test("ready is who answers in time; the parts are asked now and then, however often one looks", async () => {
  const clock = new ManualClock();
  let asked = 0;
  let isThere: boolean = true;
  const ready = readiness(
    () => ({
      database: async () => {
        asked += 1;
        if (!isThere) throw new Error("no database");
      },
      silent: () => (isThere ? Promise.resolve() : new Promise(() => undefined)),
      platform: async () => isThere,
    }),
    clock,
  );
  expect(await ready()).toEqual({
    ready: true,
    parts: { database: "ready", silent: "ready", platform: "ready" },
  });
  isThere = false;
  expect((await ready()).ready).toBe(true);
  expect(asked).toBe(1);
  await clock.advance(10_000);
  const [answer] = await Promise.all([ready(), clock.advance(3_000)]);
  expect(answer).toEqual({ ready: false, parts: { database: "away", silent: "away", platform: "away" } });
  expect(asked).toBe(2);
});

test("what a platform has closed is told without the ids of its channels", async () => {
  const until = Date.UTC(2026, 10, 30);
  const closed = () => [{ part: "discord", route: "POST /channels/1234567890/messages", until }];
  const answer = await readiness(() => ({ discord: async () => true }), new ManualClock(), closed)();
  expect(answer).toEqual({
    ready: true,
    parts: { discord: "ready" },
    closed: [{ part: "discord", isWhole: false, until: "2026-11-30T00:00:00.000Z" }],
  });
});

test("a part that is away says why, where that is understood", async () => {
  const full = new AppError("misconfigured", "The database's disk is full: make room on it.");
  const checks = { database: () => Promise.reject(full), letta: () => Promise.reject(new Error("SECRET")) };
  expect(await readiness(() => checks, new ManualClock())()).toEqual({
    ready: false,
    parts: { database: "away", letta: "away" },
    reasons: { database: full.userMessage },
  });
});
