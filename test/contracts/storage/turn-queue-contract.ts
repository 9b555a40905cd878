import { eventually } from "@rapport/testing";
import { expect, test } from "vitest";
import { MAX_ATTEMPTS, type QueuedTurn, RetryLater } from "../../../src/core/ports/turn-queue.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import type { LogLine } from "../../storage/servers/databases.ts";
import { eventId, turn as sampleTurn } from "../../storage/servers/samples.ts";

/** A new database, and any number of processes' storages on it; all are closed after the test. */
export interface LaneWorld {
  open(): Promise<{ storage: Storage; log: readonly LogLine[] }>;
}

/** How many events wait in a lane, those of a running turn included. */
async function waitingIn(storage: Storage, lane: string): Promise<number> {
  const { rows } = await storage.query("select from rapport.inbox where lane = $1", [lane]);
  return rows.length;
}

const LIMITS = { deadlineMs: 10_000, graceMs: 1_000 };

/** What holds for lanes, on every database. `world` gives a world of its own to each test. */
export function lanesContract(world: () => LaneWorld): void {
  test("a redelivered event is accepted once, also when its turn is long over", async () => {
    const { storage } = await world().open();
    expect(await accept(storage, "a", "e1")).toBe("accepted");
    expect(await accept(storage, "a", "e1")).toBe("repeated");
    const seen = await work(storage);
    await allDone(storage);
    expect(await accept(storage, "a", "e1")).toBe("repeated");
    expect(await accept(storage, "elsewhere", "e1")).toBe("repeated");
    expect(seen.flatMap(ids)).toEqual(["e1"]);
  });

  test("a full lane takes nothing more, and the event may come again", async () => {
    const { storage } = await world().open();
    for (const id of ["e1", "e2"]) await accept(storage, "a", id, 2);
    expect(await accept(storage, "a", "e3", 2)).toBe("full");
    expect(await accept(storage, "a", "e1", 2)).toBe("repeated");
    expect(await accept(storage, "b", "e4", 2)).toBe("accepted");
    expect(await waitingIn(storage, "a")).toBe(2);
    expect(await waitingIn(storage, "nobody's")).toBe(0);
    await work(storage);
    await allDone(storage);
    expect(await accept(storage, "a", "e3", 2)).toBe("accepted");
  });

  test("a burst becomes one turn, in the order it was accepted", async () => {
    const { storage } = await world().open();
    for (const id of ["e1", "e2", "e3"]) await accept(storage, "a", id);
    const seen = await work(storage);
    await allDone(storage);
    expect(seen.map(ids)).toEqual([["e1", "e2", "e3"]]);
    expect(seen[0]).toMatchObject({ lane: "a", attempt: 1, isLastAttempt: false });
    expect(seen[0]?.events[0]?.payload).toEqual({ said: "e1" });
  });

  test("an idle lane that is told to settle waits for the rest of a burst", async () => {
    const { storage } = await world().open();
    const seen = await work(storage);
    const settling = { lane: "a", payload: {}, cap: 9, debounceMs: 200 };
    for (const id of ["e1", "e2", "e3"]) await storage.turnQueue.accept({ ...settling, id: eventId(id) });
    await allDone(storage);
    expect(seen.map(ids)).toEqual([["e1", "e2", "e3"]]);
  });

  test("one turn at a time in a lane, while other lanes go on", async () => {
    const { storage } = await world().open();
    const held = gate();
    const seen = await work(storage, (turn) => (ids(turn).includes("a1") ? held.promise : Promise.resolve()));
    await accept(storage, "a", "a1");
    await eventually("the first turn runs", () => seen.length === 1);
    await accept(storage, "a", "a2");
    await accept(storage, "b", "b1");
    await accept(storage, "a", "a3");
    await eventually("the other lane is worked", () => seen.some((turn) => turn.lane === "b"));
    expect(seen.map(ids)).toEqual([["a1"], ["b1"]]);
    expect(await waitingIn(storage, "a")).toBe(3);
    held.open();
    await allDone(storage);
    expect(seen.map(ids)).toEqual([["a1"], ["b1"], ["a2", "a3"]]);
  });

  test("every attempt at a turn brings the same events under the same id", async () => {
    const { storage } = await world().open();
    const seen = await work(storage, async (turn) => {
      if (turn.attempt === 1 && ids(turn).includes("e1")) {
        await accept(storage, "a", "e2");
        throw new Error("planned");
      }
    });
    await accept(storage, "a", "e1");
    await allDone(storage);
    expect(seen.map((turn) => [turn.attempt, ids(turn)])).toEqual([
      [1, ["e1"]],
      [2, ["e1"]],
      [1, ["e2"]],
    ]);
    expect(seen[1]?.id).toBe(seen[0]?.id);
    expect(seen[2]?.id).not.toBe(seen[0]?.id);
  });

  test("a turn that always fails is given up after its last attempt, and its lane goes on", async () => {
    const { storage, log } = await world().open();
    const told: { readonly id: string; readonly lane: string; readonly said: unknown }[] = [];
    const seen = await work(
      storage,
      (turn) => (ids(turn).includes("bad") ? Promise.reject(new Error("planned")) : Promise.resolve()),
      async ({ id, lane, events }) => {
        told.push({ id, lane, said: events.map(({ payload }) => payload) });
        throw new Error("nobody could be told");
      },
    );
    await accept(storage, "a", "bad", 10, { said: "my secret" });
    await eventually("the turn runs", () => seen.length > 0);
    await accept(storage, "a", "good");
    await allDone(storage);
    expect(seen.map((turn) => turn.isLastAttempt)).toEqual([false, false, false, false, true, false]);
    expect(told).toEqual([{ id: seen[0]?.id, lane: "a", said: [{ said: "my secret" }] }]);
    expect(seen).toHaveLength(MAX_ATTEMPTS + 1);
    expect((await storage.queueStats()).dead).toBe(1);
    const givenUp = ["bad", "good", "never"].map((id) => storage.turnQueue.isDeadLettered(eventId(id)));
    expect(await Promise.all(givenUp)).toEqual([true, false, false]);
    const errors = log.filter(({ level }) => level === "error");
    expect(errors).toMatchObject([{ fields: { turn: seen[0]?.id, lane: "a" } }]);
    expect(JSON.stringify(log)).not.toContain("secret");
    const { rows } = await storage.query("select lane, event_id, attempts, error from rapport.dead_letter");
    expect(rows).toEqual([{ lane: "a", event_id: "bad", attempts: 5, error: "Error: planned" }]);
  });

  test("an outage does not use up the attempts", async () => {
    const { storage } = await world().open();
    const later = { delayMs: 1, counts: false };
    const seen = await work(storage, (turn) =>
      seen.length <= 20 ? Promise.reject(new RetryLater("Letta is down", later)) : Promise.resolve(void turn),
    );
    await accept(storage, "a", "e1");
    await allDone(storage);
    expect(seen).toHaveLength(21);
    expect(new Set(seen.map((turn) => turn.attempt))).toEqual(new Set([1]));
    expect((await storage.queueStats()).dead).toBe(0);
  });

  test("a retry that counts uses up the attempts", async () => {
    const { storage } = await world().open();
    const seen = await work(storage, () =>
      Promise.reject(new RetryLater("busy", { delayMs: 1, counts: true })),
    );
    await accept(storage, "a", "e1");
    await allDone(storage);
    expect(seen.map((turn) => turn.attempt)).toEqual([1, 2, 3, 4, 5]);
  });

  test("an event that still waits can be changed or taken back, one that was begun cannot", async () => {
    const { storage } = await world().open();
    const { turnQueue } = storage;
    const held = gate();
    const seen = await work(storage, async (turn) => {
      if (!ids(turn).includes("e1")) return;
      await held.promise;
      if (turn.attempt === 1) throw new Error("planned");
    });
    await accept(storage, "a", "e1");
    await eventually("the turn is begun", () => seen.length === 1);
    for (const id of ["e2", "e3"]) await accept(storage, "a", id);
    const edit = () => ({ said: "edited" });
    expect(await turnQueue.revise(eventId("e1"), edit)).toBe(false);
    expect(await turnQueue.revise(eventId("e2"), edit)).toBe(true);
    expect(await turnQueue.takeBack(eventId("e3"))).toBe(true);
    expect(await turnQueue.takeBack(eventId("e3"))).toBe(false);
    expect(await turnQueue.revise(eventId("e3"), edit)).toBe(false);
    expect(await turnQueue.revise(eventId("unknown"), edit)).toBe(false);
    expect(await waitingIn(storage, "a")).toBe(2);
    held.open();
    await eventually("the turn waits for its second attempt, or has it", () => seen.length >= 2);
    expect(await turnQueue.revise(eventId("e1"), edit)).toBe(false);
    expect(await turnQueue.takeBack(eventId("e1"))).toBe(false);
    await allDone(storage);
    expect(seen.map(ids)).toEqual([["e1"], ["e1"], ["e2"]]);
    expect(seen[2]?.events[0]?.payload).toEqual({ said: "edited" });
    expect(await accept(storage, "a", "e3")).toBe("repeated");
  });

  test("what waits or is begun can be changed all at once, and what is another platform's stays", async () => {
    const { storage } = await world().open();
    const { turnQueue } = storage;
    for (const [id, platform] of [
      ["e1", "here"],
      ["e2", "here"],
      ["e3", "there"],
    ] as const)
      await turnQueue.accept({ lane: id, id: eventId(id), payload: { said: id }, cap: 10, platform });
    const anew = (payload: unknown) =>
      JSON.stringify(payload).includes("e2") ? undefined : { said: "anew" };
    await turnQueue.reviseAll("here", anew);
    const seen = await work(storage);
    await allDone(storage);
    const payloads = seen.flatMap(({ events }) => events).map(({ id, payload }) => [id, payload]);
    expect(Object.fromEntries(payloads)).toEqual({
      e1: { said: "anew" },
      e2: { said: "e2" },
      e3: { said: "e3" },
    });
  });

  test("taking back the only event of a lane leaves nothing to work on", async () => {
    const { storage } = await world().open();
    await accept(storage, "a", "e1");
    expect(await storage.turnQueue.takeBack(eventId("e1"))).toBe(true);
    const seen = await work(storage);
    await accept(storage, "b", "e2");
    await allDone(storage);
    expect(seen.map(ids)).toEqual([["e2"]]);
    expect(await waitingIn(storage, "a")).toBe(0);
  });

  test("a revision that comes before its event is known to whichever process takes that", async () => {
    const [one, another] = [await world().open(), await world().open()];
    expect(await one.storage.turnQueue.takeBack(eventId("deleted"))).toBe(false);
    expect(await one.storage.turnQueue.revise(eventId("edited"), () => ({ said: "edited" }))).toBe(false);
    expect(await accept(another.storage, "a", "deleted")).toBe("repeated");
    expect(await accept(another.storage, "a", "edited", 10, { said: "first" })).toBe("accepted");
    expect(await accept(another.storage, "a", "whole", 10, { said: "whole" })).toBe("accepted");
    const seen = await work(another.storage);
    await allDone(another.storage);
    expect(seen.flatMap(({ events }) => events)).toEqual([
      { id: "edited", payload: { said: "first", isRevised: true } },
      { id: "whole", payload: { said: "whole" } },
    ]);
  });

  test("taking back and accepting at the same moment leave nothing to work on", async () => {
    const { storage } = await world().open();
    const all = Array.from({ length: 40 }, (_, index) => `e${index}`);
    await Promise.all(
      all.flatMap((id) => [accept(storage, id, id), storage.turnQueue.takeBack(eventId(id))]),
    );
    expect((await storage.queueStats()).waiting).toBe(0);
  });

  test("a payload may hold NUL and half an emoji", async () => {
    const { storage } = await world().open();
    const payload = { "na\0me": `a\0b${"🙂".slice(0, 1)}c`, whole: "🙂" };
    expect(await accept(storage, "a", "e1", 10, payload)).toBe("accepted");
    const seen = await work(storage);
    await allDone(storage);
    expect(seen[0]?.events[0]?.payload).toEqual({ name: "ab\uFFFDc", whole: "🙂" });
  });

  test("what one process accepts another works, and never both", async () => {
    const { open } = world();
    const [a, b, c] = [await open(), await open(), await open()];
    const seen = [await work(b.storage), await work(c.storage)];
    const all = Array.from({ length: 60 }, (_, index) => `e${index}`);
    await Promise.all(all.map((id, index) => accept(a.storage, `lane-${index % 20}`, id)));
    await allDone(a.storage);
    expectEach(seen.flat(), all);
  });

  test("stopping waits for a turn that runs, and claims nothing more", async () => {
    const { storage } = await world().open();
    const held = gate();
    const seen = await work(storage, () => held.promise);
    await accept(storage, "a", "e1");
    await eventually("the turn runs", () => seen.length === 1);
    const stopped = storage.turnQueue.stop(LIMITS);
    await accept(storage, "b", "e2");
    held.open();
    await stopped;
    expect(seen.map(ids)).toEqual([["e1"]]);
    expect(seen[0]?.signal.aborted).toBe(false);
    expect(await storage.queueStats()).toMatchObject({ waiting: 1, busy: 0 });
  });

  test("at the deadline turns are aborted, and given back uncounted even by a deaf handler", async () => {
    const { open } = world();
    const first = await open();
    const never = gate();
    const seen = await work(first.storage, (turn) => (turn.lane === "deaf" ? never.promise : aborted(turn)));
    await accept(first.storage, "deaf", "e1");
    await accept(first.storage, "listening", "e2");
    await eventually("both run", () => seen.length === 2);
    await first.storage.turnQueue.stop({ deadlineMs: 20, graceMs: 100 });
    expect(await first.storage.queueStats()).toMatchObject({ waiting: 2, busy: 0, dead: 0 });

    const second = await open();
    const again = await work(second.storage);
    await allDone(second.storage);
    expect(again.map((turn) => turn.attempt)).toEqual([1, 1]);
    expectEach(again, ["e1", "e2"]);
    never.open();
  });

  test("a handler that lost its lane is told so, and what it did counts for nothing", async () => {
    const { storage } = await world().open();
    const seen = await work(storage, (turn) => (turn.attempt === 1 ? aborted(turn) : Promise.resolve()));
    await accept(storage, "a", "e1");
    await eventually("the turn runs", () => seen.length === 1);
    await storage.query("update rapport.lane set worker = null where lane = 'a'");
    await allDone(storage);
    await eventually("the first handler is told", () => seen[0]?.signal.aborted);
    expect(seen.map((turn) => turn.attempt)).toEqual([1, 2]);
    expect((await storage.queueStats()).dead).toBe(0);
  });

  test("what is accepted into a free lane is worked at once, and stored as begun with its claim", async () => {
    const { storage } = await world().open();
    let stored: unknown;
    const seen = await work(storage, async ({ id, attempt }) => {
      if (attempt > 1) return;
      stored = await storage.turns.get(id);
      throw new Error("planned");
    });
    await acceptTurn(storage, "e1");
    // Without a notification and without a tick.
    expect(seen.map(ids)).toEqual([["e1"]]);
    await allDone(storage);
    expect(seen.map((turn) => [turn.attempt, turn.begun])).toEqual([
      [1, stored],
      [2, undefined],
    ]);
    // It ended with nothing to say.
    expect(await storage.turns.get(seen[0]!.id)).toEqual({ ...seen[0]!.begun, state: "delivered" });
    expect(seen[1]?.id).toBe(seen[0]?.id);
  });

  test("of what was edited before it came, nothing is stored as it was", async () => {
    const { storage } = await world().open();
    await storage.turnQueue.revise(eventId("e1"), (payload) => payload);
    const seen = await work(storage);
    await acceptTurn(storage, "e1");
    await allDone(storage);
    expect(seen.map((turn) => turn.begun)).toEqual([undefined]);
    expect(await storage.turns.get(seen[0]!.id)).toBeUndefined();
  });

  test("the end of a turn delivers what was answered, and whoever wants to know is told", async () => {
    const { storage } = await world().open();
    const ended: string[] = [];
    const seen = await work(storage, async ({ id, lane, onEnded }) => {
      await storage.turns.begin(sampleTurn(id, { state: lane === "good" ? "answered" : "failed" }));
      onEnded(() => ended.push(lane));
    });
    await accept(storage, "good", "e1");
    await accept(storage, "bad", "e2");
    await allDone(storage);
    await eventually("both are told", () => ended.length === 2);
    const { rows } = await storage.query("select state from rapport.turn where id = any($1) order by state", [
      seen.map(({ id }) => id),
    ]);
    expect(rows).toEqual([{ state: "delivered" }, { state: "failed" }]);
  });

  test("a turn whose lane is another's delivers nothing", async () => {
    const { storage } = await world().open();
    const ended: number[] = [];
    await work(storage, async ({ id, attempt, onEnded }) => {
      if (attempt === 1) await storage.turns.begin(sampleTurn(id, { state: "answered" }));
      if (attempt === 1) await storage.query("update rapport.lane set worker = null where lane = 'a'");
      else expect(await storage.turns.get(id)).toMatchObject({ state: "answered" });
      onEnded(() => ended.push(attempt));
    });
    await accept(storage, "a", "e1");
    await allDone(storage);
    await eventually("the second is told", () => ended.length > 0);
    expect(ended).toEqual([2]);
  });

  test("a sweep forgets idle lanes and old events, and disturbs nobody", async () => {
    const { storage } = await world().open();
    const seen = await work(storage);
    const all = Array.from({ length: 100 }, (_, index) => `e${index}`);
    const accepting = Promise.all(all.map((id, index) => accept(storage, `lane-${index % 10}`, id)));
    for (let round = 0; round < 10; round += 1) {
      await storage.query("update rapport.lane set ready_at = now() - interval '2 days' where pending = 0");
      await storage.sweep();
    }
    await accepting;
    await allDone(storage);
    expectEach(seen, all);
    await storage.query("update rapport.lane set ready_at = now() - interval '2 days'");
    await storage.query(
      "update rapport.seen_event set seen_at = now() - interval '8 days' where event_id <> 'e7'",
    );
    await storage.query(
      `insert into rapport.dead_letter select n, 1, 'a', n::text, '1', 5, '', now(), now() - make_interval(days => n)
         from unnest(array[29, 31]) n`,
    );
    await storage.sweep();
    const { rows } = await storage.query(
      `select (select count(*)::int from rapport.lane) as lanes, (select count(*)::int from rapport.seen_event) as seen,
              (select array_agg(id::int) from rapport.dead_letter) as dead`,
    );
    expect(rows).toEqual([{ lanes: 0, seen: 1, dead: [29] }]);
    expect(await accept(storage, "a", "e7")).toBe("repeated");
  });
}

function accept(storage: Storage, lane: string, id: string, cap = 1_000, payload: unknown = { said: id }) {
  return storage.turnQueue.accept({ lane, id: eventId(id), payload, cap });
}

/** An event that is a turn by itself. */
function acceptTurn(storage: Storage, id: string) {
  const { place, target, persona, at, events } = sampleTurn("t-new");
  const turn = { place, target, persona, at, events };
  return storage.turnQueue.accept({ lane: "a", id: eventId(id), payload: { said: id }, cap: 9, turn });
}

/** Starts to work, and keeps every turn in the order they began. */
async function work(
  storage: Storage,
  behave: (turn: QueuedTurn) => Promise<void> = () => Promise.resolve(),
  onDeadLetter?: Parameters<Storage["turnQueue"]["start"]>[1],
): Promise<QueuedTurn[]> {
  const seen: QueuedTurn[] = [];
  await storage.turnQueue.start((turn) => {
    seen.push(turn);
    return behave(turn);
  }, onDeadLetter);
  return seen;
}

/** Holds a handler up until it is opened. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** A handler that stops when it is told to. */
function aborted(turn: QueuedTurn): Promise<never> {
  return new Promise((_resolve, reject) => {
    turn.signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
}

const ids = (turn: QueuedTurn): string[] => turn.events.map(({ id }) => id);

/** Every event came exactly once. */
function expectEach(turns: readonly QueuedTurn[], events: readonly string[]): void {
  const came = turns.flatMap(ids);
  expect(came).toHaveLength(events.length);
  expect(new Set(came)).toEqual(new Set(events));
}

async function allDone(storage: Storage): Promise<void> {
  await eventually("nothing waits in any lane", async () => (await storage.queueStats()).waiting === 0);
}
