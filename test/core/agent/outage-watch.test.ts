import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { PollingOutageWatch, recordingOutages } from "../../../src/core/agent/outage-watch.ts";
import { TurnId } from "../../../src/core/domain/model.ts";
import { silentLog } from "../world/fakes.ts";
import { failure } from "../world/scripted-agents.ts";

function watching({ goesOn = false } = {}) {
  const clock = new ManualClock();
  const happened: string[] = [];
  let hear: () => void = () => undefined;
  let isAway: false | "gone" | "silent" = false;
  const watch = new PollingOutageWatch({
    health: {
      onUnreachable: (listener) => {
        hear = listener;
        return () => undefined;
      },
      ping: async () => {
        happened.push("asked");
        if (isAway === "gone") hear();
        if (isAway) throw failure("agent_unavailable");
      },
    },
    outages: {
      begin: async ({ gone }) => void happened.push(gone ? "gone" : "away"),
      end: async () => void happened.push("over"),
      isOngoing: async () => goesOn,
      wasDownSince: async () => true,
    },
    lanes: { wake: async (what) => void happened.push(`${what} woken`) },
    clock,
    log: silentLog,
  });
  return {
    watch,
    clock,
    /** What happened since it was asked last. */
    news: () => happened.splice(0),
    away: (how: typeof isAway) => {
      isAway = how;
    },
  };
}

test("a server that is gone is noted and asked every second; when it is back, who waits is woken", async () => {
  const { watch, clock, news, away } = watching();
  away("gone");
  watch.report();
  watch.report();
  await clock.advance(0);
  expect(news()).toEqual(["asked", "gone", "away"]);
  expect(await watch.wasDownSince(TurnId.parse("turn-1"))).toBe(true);
  away("silent");
  await clock.advance(1_000);
  expect(news()).toEqual(["asked", "away"]);
  away(false);
  await clock.advance(1_000);
  expect(news()).toEqual(["asked", "over", "agents woken"]);
  await clock.advance(10_000);
  // A turn may just have begun to wait.
  expect(news()).toEqual(["over", "agents woken"]);
  await watch.stop();
});

test("an outage that another process saw is looked after from the start on", async () => {
  const { watch, clock, news } = watching({ goesOn: true });
  await watch.start();
  await clock.advance(0);
  expect(news()).toEqual(["asked", "over", "agents woken"]);
  await watch.stop();
});

test("where there was no outage nothing is asked", async () => {
  const { watch, clock, news } = watching();
  await watch.start();
  await clock.advance(10_000);
  expect(news()).toEqual([]);
  await watch.stop();
});

test("whoever asks at the start and finds nobody there notes it, and fails all the same", async () => {
  const noted: boolean[] = [];
  let hear: () => void = () => undefined;
  const agents = {
    onUnreachable: (listener: () => void) => {
      hear = listener;
      return () => undefined;
    },
  };
  const outages = { begin: async ({ gone }: { gone: boolean }) => void noted.push(gone) };
  await recordingOutages(agents, outages, async () => undefined);
  expect(noted).toEqual([]);
  const asking = recordingOutages(agents, outages, async () => {
    hear();
    throw failure("agent_unavailable");
  });
  await expect(asking).rejects.toMatchObject({ code: "agent_unavailable" });
  expect(noted).toEqual([true]);
});
