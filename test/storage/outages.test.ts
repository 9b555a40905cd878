import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { bindingKey } from "../../src/core/domain/stored-records.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import {
  cutConnections,
  emptyLanes,
  type LogLine,
  recordingLog,
  type TestServer,
  testServer,
} from "./servers/databases.ts";
import { binding, eventId, place } from "./servers/samples.ts";
import { startTcpProxy, type TcpProxy } from "./servers/tcp-proxy.ts";

/* The database goes away and comes back, under a process that goes on. */

let server: TestServer;
let direct: string;
let road: TcpProxy;
let storage: Storage;
let log: readonly LogLine[];

beforeAll(async () => {
  server = await testServer();
  direct = await server.emptyDatabase();
});
beforeEach(async () => {
  road = await startTcpProxy(direct);
  const kept = recordingLog();
  log = kept.lines;
  const laneTiming = { pollMs: 50, silentMs: 100, backoffMs: () => 5 };
  storage = await openStorage({ url: road.url, log: kept, laneTiming });
});
afterEach(async () => {
  await storage.close();
  await road.close();
  await emptyLanes(direct);
});
afterAll(async () => {
  await server.close();
});

test("an outage is an error and never reads as no binding", async () => {
  const { bindings, settings } = storage;
  const key = bindingKey(place("web:a"), binding().persona, binding().scope);
  await bindings.set(key, binding("web:a"));
  let made = 0;
  const make = () => {
    made += 1;
    return Promise.resolve(binding("web:a"));
  };

  await road.close();
  await expect(bindings.get(key)).rejects.toThrow();
  await expect(bindings.list()).rejects.toThrow();
  await expect(bindings.getOrCreate(key, make)).rejects.toThrow();
  await expect(bindings.update(key, make)).rejects.toThrow();
  await expect(bindings.set(key, binding("web:a"))).rejects.toThrow();
  await expect(settings.delete(key)).rejects.toThrow();
  const entry = { lane: "a", id: eventId("e1"), payload: {}, cap: 9 };
  await expect(storage.turnQueue.accept(entry)).rejects.toThrow();
  expect(made).toBe(0);

  await road.open();
  expect(await bindings.get(key)).toEqual(binding("web:a"));
  expect(await storage.turnQueue.accept(entry)).toBe("accepted");
});

test("idle connections that the server ends do not end the process", async () => {
  await Promise.all(Array.from({ length: 5 }, () => storage.query("select pg_sleep(0.02)")));
  const cut = await cutConnections(direct, "rapport");
  expect(cut).toBeGreaterThanOrEqual(5);
  await eventually("every loss is noticed", () => times("idle connection lost") === cut);
  expect((await storage.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("a control connection that is cut again and again costs no turn its lane", async () => {
  const seen = await work(15);
  const cutting = (async () => {
    for (let round = 0; round < 5; round += 1) {
      await eventually("it is there", () => times("lane control connection is back") === round);
      await cutConnections(direct, "rapport lanes");
      await eventually("it was lost", () => times("lane control connection lost") > round);
    }
  })();
  const sent = await acceptUntil(cutting);
  await allDone();
  expectEach(seen, sent);
  expect(times("worker lost, its lanes were freed")).toBe(0);
  // And it listens again.
  const other = await openStorage({ url: direct, log: recordingLog() });
  await other.turnQueue.accept({ lane: "z", id: eventId("after"), payload: {}, cap: 9 });
  await other.close();
  await allDone();
  expect(seen).toContain("after");
});

test("an outage while turns are in work loses none and repeats none", async () => {
  const seen = await work(30);
  const outage = (async () => {
    for (let round = 0; round < 2; round += 1) {
      await eventually("turns are in work", async () => (await storage.queueStats()).busy > 0);
      await road.close();
      await eventually("it was noticed", () => times("lane control connection lost") > round);
      await road.open();
      await eventually("it is over", () => times("lane control connection is back") > round);
    }
  })();
  const sent = await acceptUntil(outage);
  await allDone();
  expectEach(seen, sent);
  expect(await storage.queueStats()).toMatchObject({ waiting: 0, busy: 0, dead: 0, oldestSeconds: 0 });
});

test("a lock is one process's until that lets go of it or loses its connection", async () => {
  const other = await openStorage({ url: direct, log: recordingLog() });
  const held = await storage.tryProcessLock("gateway");
  expect(await other.tryProcessLock("gateway")).toBeUndefined();
  const different = await other.tryProcessLock("commands");
  expect(different).toBeDefined();
  await different?.release();

  expect(held?.lost.aborted).toBe(false);
  await cutConnections(direct, "rapport lock");
  await eventually("the holder knows", () => held?.lost.aborted);
  const taken = await eventually("the other gets it", () => other.tryProcessLock("gateway"));
  expect(await storage.tryProcessLock("gateway")).toBeUndefined();
  await taken.release();
  const again = await eventually("it is free", () => storage.tryProcessLock("gateway"));
  await again.release();
  await held?.release();
  await other.close();
});

test("a transaction is kept wholly or not at all, and so is one within it", async () => {
  await storage.query("create table public.note(text text)");
  const insert = "insert into public.note values ($1)";
  await storage.transaction(async (db) => {
    await db.query(insert, ["kept"]);
    const inner = db.transaction(async (nested) => {
      await nested.query(insert, ["undone"]);
      throw new Error("planned");
    });
    await expect(inner).rejects.toThrow("planned");
    await db.transaction((nested) => nested.query(insert, ["kept too"]));
  });
  const failing = storage.transaction(async (db) => {
    await db.query(insert, ["undone"]);
    throw new Error("planned");
  });
  await expect(failing).rejects.toThrow("planned");
  expect((await storage.query("select text from public.note")).rows).toEqual([
    { text: "kept" },
    { text: "kept too" },
  ]);
});

/** Works the lanes; gives the events of the turns that ended, as they end. */
async function work(slowMs: number): Promise<string[]> {
  const ended: string[] = [];
  await storage.turnQueue.start(async (turn) => {
    // Work takes its time.
    await new Promise((resolve) => setTimeout(resolve, slowMs));
    ended.push(...turn.events.map(({ id }) => id));
  });
  return ended;
}

/** Accepts one event after the other, each until it is accepted, while `meanwhile` goes on. */
async function acceptUntil(meanwhile: Promise<void>): Promise<string[]> {
  const sent: string[] = [];
  let over = false;
  const watched = meanwhile.finally(() => {
    over = true;
  });
  while (!over) {
    const id = `e${sent.length}`;
    sent.push(id);
    const entry = { lane: `lane-${sent.length % 7}`, id: eventId(id), payload: {}, cap: 1_000 };
    await eventually("it is accepted", () => storage.turnQueue.accept(entry).catch(() => undefined));
  }
  await watched;
  return sent;
}

async function allDone(): Promise<void> {
  await eventually("nothing waits in any lane", async () => (await storage.queueStats()).waiting === 0);
}

/** Every event came exactly once. */
function expectEach(came: readonly string[], sent: readonly string[]): void {
  expect(came).toHaveLength(sent.length);
  expect(new Set(came)).toEqual(new Set(sent));
}

/** How often this was logged. */
function times(message: string): number {
  return log.filter((line) => line.message === message).length;
}
