import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MAX_ALONE_DEATHS, MAX_ATTEMPTS, MAX_DEATHS } from "../../../src/core/ports/turn-queue.ts";
import { openStorage, type Storage } from "../../../src/storage/storage.ts";
import { recordingLog, type TestServer, testServer } from "../servers/databases.ts";
import { Processes } from "../servers/processes.ts";
import { eventId } from "../servers/samples.ts";
import type { Noted } from "./queue-process.ts";

/*
 * Processes that die in the middle of their turns. The journal is what the handlers saw; a turn is begun again only
 * when its process died, whole and unchanged.
 */

let server: TestServer;
let url: string;
let folder: string;
let journal: string;
let storage: Storage;
const processes = new Processes();

beforeAll(async () => {
  server = await testServer();
});
afterEach(async () => {
  await processes.killAll();
  await storage.close();
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  await server.close();
});

test("no event is lost or out of order when workers are killed with turns in work", async () => {
  await setUp();
  const LANES = 12;
  const workers = await Promise.all([work(20), work(20), work(20)]);
  const killed: number[] = [];
  const accepting = acceptUntil(LANES, () => killed.length === 2);
  for (const victim of workers.slice(0, 2)) {
    await eventually("the victim has turns in work", async () => (await inWork(victim.pid)).length >= 2);
    await victim.kill();
    killed.push(victim.pid);
  }
  const each = await accepting;
  await nothingWaits();

  const lines = await noted();
  const cut = lines.filter(({ pid, what }) => what === "begun" && killed.includes(pid)).length;
  expect(cut).toBeGreaterThan(0);
  for (let lane = 0; lane < LANES; lane += 1) {
    const turns = firstSightings(lines.filter((line) => line.lane === `lane-${lane}`));
    expect(turns.flatMap(({ events }) => events)).toEqual(
      Array.from({ length: each }, (_, index) => `${lane}-${index}`),
    );
  }
  for (const again of lines.filter(({ attempt }) => attempt > 1)) {
    const first = lines.find(({ turn }) => turn === again.turn);
    expect(again.events).toEqual(first?.events);
  }
  expect((await storage.queueStats()).dead).toBe(0);
});

test("a turn that kills every process that takes it is given up, and its lane goes on", async () => {
  await setUp();
  const workers = await Promise.all([work(0), work(0), work(0)]);
  await accept("poisoned", "deadly");
  await eventually("it was taken once", async () => (await noted()).length === 1);
  await accept("poisoned", "harmless");
  // The deaths in between are left out: the second one is the last.
  await storage.query("update rapport.lane set deaths = $1, alone_deaths = $1", [MAX_ALONE_DEATHS - 2]);
  await eventually("it was taken twice", async () => {
    await cutShort();
    return (await noted()).length === 2;
  });
  await eventually("it is given up", async () => {
    await cutShort();
    return (await storage.queueStats()).dead === 1;
  });
  await nothingWaits();
  const { rows } = await storage.query("select event_id from rapport.dead_letter");
  expect(rows).toEqual([{ event_id: "deadly" }]);
  await eventually("somebody is told", async () => (await noted()).some(({ what }) => what === "given up"));
  const lines = await noted();
  const deadly = lines.find(({ events }) => events.includes("deadly"));
  expect(lines.filter(({ what }) => what === "given up")).toMatchObject([
    { turn: deadly?.turn, lane: "poisoned", events: ["deadly"] },
  ]);
  expect(lines.filter(({ what }) => what === "ended").map(({ events }) => events)).toEqual([["harmless"]]);
  expect(new Set(lines.map(({ pid }) => pid))).toEqual(new Set(workers.map(({ pid }) => pid)));
});

test("a turn whose process is killed more often than a turn may fail is done all the same", async () => {
  await setUp();
  await accept("unlucky", "harmless");
  for (let death = 1; death <= MAX_ATTEMPTS + 1; death += 1) {
    const slow = await work(60_000);
    await eventually("it is in work", async () => {
      await cutShort();
      return (await inWork(slow.pid)).length === 1;
    });
    await slow.kill();
  }
  await work(0);
  await eventually("it is done", async () => {
    await cutShort();
    return (await noted()).some(({ what }) => what === "ended");
  });
  expect((await storage.queueStats()).dead).toBe(0);
  expect((await noted()).at(-1)?.attempt).toBe(MAX_ATTEMPTS + 2);
});

test("turns that are lost together are not given up where one that is lost alone would be", async () => {
  await setUp();
  const slow = await work(60_000);
  for (const lane of ["one", "another", "third"]) await accept(lane, lane);
  await eventually("all are in work", async () => (await inWork(slow.pid)).length === 3);
  await storage.query("update rapport.lane set deaths = $1, alone_deaths = $1", [MAX_ALONE_DEATHS - 1]);
  await slow.kill();
  await work(0);
  await eventually("all are done", async () => {
    await cutShort();
    return (await noted()).filter(({ what }) => what === "ended").length === 3;
  });
  expect((await storage.queueStats()).dead).toBe(0);
});

test("a turn that kills its process among others is given up alone, in the end", async () => {
  await setUp();
  const NEIGHBOURS = ["one", "another", "third"];
  for (const lane of NEIGHBOURS) await accept(lane, lane);
  await accept("poisoned", "deadly");
  for (let death = 1; death <= 2; death += 1) await (await work(60_000)).exited;
  // Its deaths in between are left out: after that of the second process one more is the last. All four come at random times now.
  await storage.query("update rapport.lane set deaths = $1 where lane = 'poisoned'", [MAX_DEATHS - 2]);
  const workers = await Promise.all([work(0), work(0)]);
  await eventually("the neighbours are done", async () => {
    const ended = (await noted()).filter(({ what }) => what === "ended");
    return NEIGHBOURS.every((lane) => ended.some((line) => line.lane === lane));
  });
  await eventually("it is given up, and somebody is told", async () => {
    await cutShort();
    return (await noted()).some(({ what }) => what === "given up");
  });
  const lines = await noted();
  expect(lines.filter(({ what }) => what === "given up").map(({ lane }) => lane)).toEqual(["poisoned"]);
  const killed = lines.filter(({ lane, what }) => lane === "poisoned" && what === "begun");
  expect(killed).toHaveLength(3);
  expect(workers.map(({ pid }) => pid)).toContain(killed.at(-1)?.pid);
  const { rows } = await storage.query("select event_id from rapport.dead_letter");
  expect(rows).toEqual([{ event_id: "deadly" }]);
});

async function setUp(): Promise<void> {
  url = await server.emptyDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), "rapport-lanes-"));
  journal = path.join(folder, "journal");
  await writeFile(journal, "");
  storage = await openStorage({ url, log: recordingLog() });
}

function work(slowMs: number) {
  return processes.start(new URL("./queue-process.ts", import.meta.url), { url, journal, slowMs });
}

/** Lanes that were lost more than once wait for a random time; it is cut short. */
const cutShort = () => storage.query("update rapport.lane set ready_at = now() where worker is null");

function accept(lane: string, id: string) {
  return storage.turnQueue.accept({ lane, id: eventId(id), payload: {}, cap: 1_000 });
}

/** One event after the other in each lane; resolves with how many each was given. */
async function acceptUntil(lanes: number, enough: () => boolean): Promise<number> {
  let index = 0;
  for (; !enough(); index += 1) {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => accept(`lane-${lane}`, `${lane}-${index}`)));
  }
  return index;
}

async function noted(): Promise<Noted[]> {
  const text = await readFile(journal, "utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): Noted => JSON.parse(line));
}

async function inWork(pid: number): Promise<Noted[]> {
  const lines = (await noted()).filter((line) => line.pid === pid);
  return lines.filter(
    ({ what, turn }) => what === "begun" && !lines.some((end) => end.what === "ended" && end.turn === turn),
  );
}

function firstSightings(lines: readonly Noted[]): Noted[] {
  const begun = lines.filter(({ what }) => what === "begun");
  return begun.filter((line, index) => begun.findIndex(({ turn }) => turn === line.turn) === index);
}

async function nothingWaits(): Promise<void> {
  await eventually(
    "nothing waits in any lane",
    async () => (await storage.queueStats()).waiting === 0,
    20_000,
  );
}
