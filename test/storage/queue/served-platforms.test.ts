import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MAX_ATTEMPTS, type QueuedTurn, RetryLater } from "../../../src/core/ports/turn-queue.ts";
import type { QueueTiming } from "../../../src/storage/queue/timing.ts";
import { openStorage, type Storage } from "../../../src/storage/storage.ts";
import { recordingLog, type TestServer, testServer } from "../servers/databases.ts";
import { eventId } from "../servers/samples.ts";

let server: TestServer;
const opened: Storage[] = [];
beforeAll(async () => {
  server = await testServer();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
});
afterAll(() => server.close());

const log = recordingLog();

/** As a process that ends. */
async function close(storage: Storage): Promise<void> {
  opened.splice(opened.indexOf(storage), 1);
  await storage.close();
}

async function open(url: string, timing: Partial<QueueTiming> = {}): Promise<Storage> {
  const storage = await openStorage({
    url,
    log,
    laneTiming: { pollMs: 50, silentMs: 50, unservedMs: 0, reportEveryMs: 0, ...timing },
  });
  opened.push(storage);
  return storage;
}

let count = 0;
const accept = (storage: Storage, platform: string, lane = `${platform}/${++count}`) =>
  storage.turnQueue.accept({
    lane,
    id: eventId(`${lane}-${++count}`),
    payload: { platform },
    cap: 9,
    platform,
  });

/** Works, and keeps what came. */
async function work(
  storage: Storage,
  serves: readonly string[],
  behave: (turn: QueuedTurn) => Promise<void> = async () => undefined,
): Promise<QueuedTurn[]> {
  const turns: QueuedTurn[] = [];
  const handler = (turn: QueuedTurn) => {
    turns.push(turn);
    return behave(turn);
  };
  await storage.turnQueue.start(handler, undefined, serves);
  return turns;
}

const platforms = (turns: readonly QueuedTurn[]) =>
  new Set(turns.flatMap(({ events }) => events.map(({ payload }) => JSON.stringify(payload))));

test("of two processes on one database each works what it serves, and nothing is lost", async () => {
  const url = await server.migratedDatabase();
  const [one, other] = [await open(url), await open(url)];
  const discord = await work(one, ["discord", "web"]);
  const slack = await work(other, ["slack", "web"]);
  for (let message = 0; message < 30; message += 1) {
    await accept(other, "discord");
    await accept(one, "slack");
  }
  await eventually("all is worked", async () => (await one.queueStats()).waiting === 0);
  expect(platforms(discord)).toEqual(new Set(['{"platform":"discord"}']));
  expect(platforms(slack)).toEqual(new Set(['{"platform":"slack"}']));
  expect([discord.length, slack.length, (await one.queueStats()).dead]).toEqual([30, 30, 0]);
});

test("what nobody serves waits, is reported, and is worked when somebody does", async () => {
  const url = await server.migratedDatabase();
  const one = await open(url);
  await accept(one, "slack");
  await accept(one, "slack");
  await accept(one, "discord");
  const worked = await work(one, ["discord"]);
  const reports = () => log.lines.filter(({ message }) => message.includes("no process serves"));
  await eventually("it is reported", () => reports().length > 0);
  expect(reports()[0]).toMatchObject({ level: "warn", fields: { platform: "slack", waiting: 2 } });
  expect(await one.queueStats()).toMatchObject({ waiting: 2, unserved: [{ platform: "slack", waiting: 2 }] });
  expect(platforms(worked)).toEqual(new Set(['{"platform":"discord"}']));

  const other = await open(url);
  const late = await work(other, ["slack"]);
  await eventually("it is worked", async () => (await one.queueStats()).waiting === 0);
  expect(late.flatMap(({ events }) => events)).toHaveLength(2);
  expect((await one.queueStats()).unserved).toEqual([]);
  await close(other);
  await accept(one, "slack");
  expect((await one.queueStats()).unserved).toEqual([{ platform: "slack", waiting: 1 }]);
});

test("a turn that only waits takes no place, and a death meanwhile is no attempt", async () => {
  const url = await server.migratedDatabase();
  const storage = await open(url, { concurrency: 1 });
  let isBack: () => void = () => undefined;
  const back = new Promise<void>((resolve) => {
    isBack = resolve;
  });
  const turns = await work(storage, ["test"], async (turn) => {
    if (turn.lane === "waits") await turn.whileWaiting(() => back);
  });
  await accept(storage, "test", "waits");
  await eventually("it waits", () => turns.length === 1);
  await accept(storage, "test", "works");
  await eventually("another is worked", () => turns.some(({ lane }) => lane === "works"));
  for (let death = 0; death <= MAX_ATTEMPTS; death += 1) {
    const waiting = turns.filter(({ lane }) => lane === "waits").length;
    await storage.query("update rapport.lane set worker = null where lane = 'waits'");
    await eventually(
      "it is worked anew",
      () => turns.filter(({ lane }) => lane === "waits").length > waiting,
    );
    await eventually("it waits again", async () => {
      const { rows } = await storage.query("select from rapport.lane where lane = 'waits' and not counted");
      return rows.length === 1;
    });
  }
  expect(new Set(turns.map(({ attempt }) => attempt))).toEqual(new Set([1]));
  isBack();
  await eventually("all is worked", async () => (await storage.queueStats()).waiting === 0);
  expect((await storage.queueStats()).dead).toBe(0);
});

test("what waits for something is handed out when that is back", async () => {
  const storage = await open(await server.migratedDatabase());
  const turns = await work(storage, ["test"], async ({ attempt }) => {
    if (attempt === 1 && turns.length === 1)
      throw new RetryLater("away", { delayMs: 100_000, counts: false, waitsFor: "agents" });
  });
  await accept(storage, "test");
  await eventually("it waits", async () => {
    const { rows } = await storage.query("select from rapport.lane where waits_for = 'agents'");
    return rows.length === 1;
  });
  await storage.turnQueue.wake("agents");
  await eventually("all is worked", async () => (await storage.queueStats()).waiting === 0);
  expect(turns.map(({ attempt }) => attempt)).toEqual([1, 1]);
});

test("what waits when the server's clock is set back an hour does not wait that hour", async () => {
  const storage = await open(await server.migratedDatabase());
  await accept(storage, "test");
  await storage.query("update rapport.lane set ready_at = ready_at + interval '1 hour'");
  const turns = await work(storage, ["test"]);
  await eventually("all is worked", async () => (await storage.queueStats()).waiting === 0);
  expect(turns).toHaveLength(1);
});

test("people are told of a turn that was given up though whoever should tell them dies", async () => {
  const url = await server.migratedDatabase();
  const one = await open(url, { backoffMs: () => 0 });
  const told: string[] = [];
  await one.turnQueue.start(() => Promise.reject(new Error("planned")), async () => {
    throw new Error("nobody could be told");
  }, ["test"]);
  await accept(one, "test");
  await eventually("it is given up", async () => (await one.queueStats()).dead === 1);
  await close(one);
  const other = await open(url);
  await other.query("update rapport.dead_letter set tell_at = now()");
  await other.turnQueue.start(
    async () => undefined,
    async ({ id }) => {
      told.push(id);
    },
    ["test"],
  );
  await eventually("they are told", () => told.length === 1);
  await eventually("that is noted", async () => {
    const { rows } = await other.query("select from rapport.dead_letter where tell_at is null");
    return rows.length === 1;
  });
});

test("what a worker serves no more waits for another one, and its turn that runs goes on", async () => {
  const url = await server.migratedDatabase();
  const storage = await open(url);
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const turns = await work(storage, ["a", "b"], () => held);
  await accept(storage, "a");
  await eventually("it is worked", () => turns.length === 1);
  await storage.turnQueue.serveNoMore("a");
  finish();
  await accept(storage, "a");
  await accept(storage, "b");
  await eventually("the other platform's is worked", () => turns.length === 2);
  expect(turns[0]?.signal.aborted).toBe(false);
  await eventually("nothing else is", async () => (await storage.queueStats()).waiting === 1);
  expect((await storage.queueStats()).unserved).toEqual([{ platform: "a", waiting: 1 }]);
  const other = await open(url);
  expect(platforms(await untilWorked(await work(other, ["a"])))).toEqual(new Set(['{"platform":"a"}']));
});

async function untilWorked(turns: QueuedTurn[]): Promise<QueuedTurn[]> {
  await eventually("it is worked", () => turns.length > 0);
  return turns;
}

test("a process of the version before goes on working beside this one", async () => {
  const storage = await open(await server.migratedDatabase());
  await accept(storage, "a", "old");
  // As it claims.
  const { rows } = await storage.query("select * from rapport.lane_claim($1, $2, $3, $4, $5, $6)", [
    ...[7, 30, 5, 9, MAX_ATTEMPTS, ["a"]],
  ]);
  expect(rows).toEqual([
    expect.objectContaining({ lane: "old", attempt: 1, buried: false, events: [expect.anything()] }),
  ]);
});
