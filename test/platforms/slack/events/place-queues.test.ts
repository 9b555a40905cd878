import { setImmediate } from "node:timers/promises";
import { ManualClock } from "@rapport/testing";
import { beforeEach, expect, test } from "vitest";
import { EarlierLeft, PlaceQueues } from "../../../../src/platforms/slack/events/place-queues.ts";

let clock: ManualClock;
let queues: PlaceQueues;
let done: string[];
beforeEach(() => {
  clock = new ManualClock();
  queues = new PlaceQueues(clock);
  done = [];
});

const thread = "1.000000";
const said = (ts: string) => ({ ts, thread, isMessage: true });
const edited = (ts: string) => ({ ts, thread, isMessage: false });
const taken = (what: string) => async () => {
  done.push(what);
};
const notStored = async () => {
  throw new Error("the database is away");
};

test("what was said after something that was left to Slack is left too, until that is taken", async () => {
  const first = queues.add("C1", said("2.000000"), notStored);
  const second = queues.add("C1", said("2.000001"), taken("second"));
  await expect(first).rejects.toThrow("the database is away");
  await expect(second).rejects.toThrow(EarlierLeft);
  await expect(queues.add("C1", said("2.000002"), taken("third"))).rejects.toThrow(EarlierLeft);

  await queues.add("C1", said("2.000000"), taken("first"));
  await queues.add("C1", said("2.000001"), taken("second"));
  await queues.add("C1", said("2.000002"), taken("third"));
  expect(done).toEqual(["first", "second", "third"]);
});

test("what was said before it, and elsewhere, is taken meanwhile", async () => {
  await expect(queues.add("C1", said("2.000005"), notStored)).rejects.toThrow("the database is away");
  await queues.add("C1", said("2.000004"), taken("before"));
  await queues.add("C1", { ts: "3.000000", thread: "2.500000", isMessage: true }, taken("another thread"));
  await queues.add("C2", said("3.000000"), taken("another channel"));
  expect(done).toEqual(["before", "another thread", "another channel"]);
});

test("an edit of what was left is stored, and lets nothing later pass", async () => {
  await expect(queues.add("C1", said("2.000000"), notStored)).rejects.toThrow("the database is away");
  await queues.add("C1", edited("2.000000"), taken("edit"));
  await expect(queues.add("C1", said("2.000001"), taken("second"))).rejects.toThrow(EarlierLeft);
  expect(done).toEqual(["edit"]);
});

test("an edit that could not be stored holds nobody back", async () => {
  await expect(queues.add("C1", edited("2.000000"), notStored)).rejects.toThrow("the database is away");
  await queues.add("C1", said("2.000001"), taken("second"));
  expect(done).toEqual(["second"]);
});

test("what Slack brings no more holds nobody back for ever", async () => {
  await expect(queues.add("C1", said("2.000000"), notStored)).rejects.toThrow("the database is away");
  await clock.advance(6 * 60_000);
  await queues.add("C1", said("2.000001"), taken("second"));
  expect(done).toEqual(["second"]);
});

test("while the process is slow, what is read later and was said before still comes first", async () => {
  const slowly = () => {
    for (const since = performance.now(); performance.now() - since < 20; );
  };
  const second = queues.add("C1", said("2.000001"), taken("second"));
  await Promise.resolve();
  slowly();
  await setImmediate();
  const first = queues.add("C1", said("2.000000"), taken("first"));
  await Promise.all([first, second]);
  expect(done).toEqual(["first", "second"]);
});
