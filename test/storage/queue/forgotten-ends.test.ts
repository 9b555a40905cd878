import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openStorage, type Storage } from "../../../src/storage/storage.ts";
import {
  cutConnections,
  emptyLanes,
  type LogLine,
  recordingLog,
  type TestServer,
  testServer,
} from "../servers/databases.ts";
import { eventId } from "../servers/samples.ts";
import { startTcpProxy, type TcpProxy } from "../servers/tcp-proxy.ts";

/* How a turn ended is not in the database: it was away for too long, or crashed with what it had not written to disk. */

let server: TestServer;
let direct: string;
let road: TcpProxy;
let storage: Storage;
let log: readonly LogLine[];
/** The attempts at each event. */
let attempts: Map<string, number[]>;

beforeAll(async () => {
  server = await testServer();
  direct = await server.emptyDatabase();
});
beforeEach(async () => {
  road = await startTcpProxy(direct);
  attempts = new Map();
});
afterEach(async () => {
  await storage.close();
  await road.close();
  await emptyLanes(direct);
});
afterAll(async () => {
  await server.close();
});

test("what was begun while the database went away for longer than its lease is no first attempt again", async () => {
  const end = await work({ leaseMs: 300 });
  await storage.turnQueue.accept({ lane: "a", id: eventId("e1"), payload: {}, cap: 9 });
  await eventually("it is begun", () => attempts.has("e1"));
  await road.close();
  end();
  await eventually("its end is given up", () => times("outcome of a turn could not be stored") === 1);
  await road.open();
  await eventually("it is taken again", () => attempts.get("e1")?.length === 2);
  expect(attempts.get("e1")).toEqual([1, 2]);
});

test("what the server forgot to have ended is taken again at once, and is no first attempt", async () => {
  const end = await work({ leaseMs: 600_000 });
  await storage.turnQueue.accept({ lane: "a", id: eventId("e1"), payload: {}, cap: 9 });
  await eventually("it is begun", () => attempts.has("e1"));
  await storage.query("create table public.lane_before as select * from rapport.lane");
  await storage.query("create table public.inbox_before as select * from rapport.inbox");
  end();
  await eventually("it has ended", async () => (await storage.queueStats()).waiting === 0);
  await storage.transaction(async (db) => {
    await db.query("delete from rapport.lane");
    await db.query("insert into rapport.lane select * from public.lane_before");
    await db.query("insert into rapport.inbox overriding system value select * from public.inbox_before");
  });
  await cutConnections(direct, "rapport");
  await eventually("it is taken again", () => attempts.get("e1")?.length === 2);
  expect(attempts.get("e1")).toEqual([1, 2]);
  await eventually("it has ended", async () => (await storage.queueStats()).waiting === 0);
});

test("what was claimed by a statement whose answer never came is a first attempt", async () => {
  const end = await work({ leaseMs: 600_000 });
  end();
  await storage.turnQueue.accept({ lane: "a", id: eventId("e1"), payload: {}, cap: 9 });
  await eventually("it has ended", async () => (await storage.queueStats()).waiting === 0);
  const entering = { lane: "b", id: eventId("e2"), payload: {}, cap: 9 };
  const blocker = await openStorage({ url: direct, log: recordingLog() });
  await blocker.transaction(async (db) => {
    // The statement waits for this row, and goes on when the connection that it came through is gone.
    await db.query("insert into rapport.lane(lane) values ('b')");
    const refused = expect(storage.turnQueue.accept(entering)).rejects.toThrow();
    await eventually("it waits", async () => {
      const { rows } = await blocker.query(
        "select 1 from pg_stat_activity where query like '%lane_enter%' and wait_event_type = 'Lock' and datname = current_database()",
      );
      return rows.length > 0;
    });
    await road.close();
    await refused;
  });
  await blocker.close();
  await road.open();
  await eventually("it is done", () => attempts.has("e2"));
  expect(await storage.turnQueue.accept(entering)).toBe("repeated");
  expect(attempts.get("e2")).toEqual([1]);
});

/** Works the lanes; the first attempt at an event goes on until `end` is called. */
async function work({ leaseMs }: { readonly leaseMs: number }): Promise<() => void> {
  const kept = recordingLog();
  log = kept.lines;
  const laneTiming = { pollMs: 50, silentMs: 100, leaseMs, backoffMs: () => 5 };
  storage = await openStorage({ url: road.url, log: kept, laneTiming });
  const ending = new AbortController();
  const mayEnd = new Promise((resolve) => ending.signal.addEventListener("abort", resolve));
  await storage.turnQueue.start(async ({ attempt, events }) => {
    for (const { id } of events) attempts.set(id, [...(attempts.get(id) ?? []), attempt]);
    await mayEnd;
  });
  return () => ending.abort();
}

/** How often this was logged. */
function times(message: string): number {
  return log.filter((line) => line.message === message).length;
}
