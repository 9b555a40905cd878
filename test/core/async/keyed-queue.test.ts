import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyedQueue } from "../../../src/core/async/keyed-queue.ts";

const byNumber = (left: number, right: number) => left - right;
const soon = () => new Promise(setImmediate);

const job = fc.record({
  keys: fc.uniqueArray(fc.constantFrom<string>("a", "b", "c"), { minLength: 1, maxLength: 3 }),
  order: fc.nat(9),
  turns: fc.nat(3),
  fails: fc.boolean(),
});

interface TestJob {
  readonly keys: readonly string[];
  readonly turns: number;
  readonly fails: boolean;
}

/** Works jobs for some turns of the loop each, notes in which order, and refuses two of one line at a time. */
function worker(begun: number[]) {
  const busy = new Set<string>();
  return async ({ keys, turns, fails }: TestJob, index: number): Promise<number> => {
    begun.push(index);
    expect(keys.filter((key) => busy.has(key))).toEqual([]);
    for (const key of keys) busy.add(key);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    for (const key of keys) busy.delete(key);
    if (fails) throw new Error("failed");
    return index;
  };
}

test("in every line one is worked at a time, the first of those that wait, and all are worked", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 14 }), async (jobs) => {
      const queue = new KeyedQueue<number>({ compare: byNumber, gathered: soon });
      const begun: number[] = [];
      const work = worker(begun);
      const results = jobs.map((each, index) => queue.add(each.keys, each.order, () => work(each, index)));
      expect(queue.size).toBe(jobs.length);
      const ends = await Promise.allSettled(results);
      expect(ends).toEqual(
        jobs.map(({ fails }, index) =>
          fails ? { status: "rejected", reason: new Error("failed") } : { status: "fulfilled", value: index },
        ),
      );
      await queue.idle();
      expect(queue.size).toBe(0);
      // All were added in one moment: in each line they were worked by their order, and equals as they came.
      for (const key of ["a", "b", "c"]) {
        const worked = begun.filter((index) => jobs[index]?.keys.includes(key));
        const expected = jobs
          .map(({ order }, index) => ({ order, index }))
          .filter(({ index }) => jobs[index]?.keys.includes(key))
          .sort((left, right) => left.order - right.order || left.index - right.index);
        expect(worked).toEqual(expected.map(({ index }) => index));
      }
    }),
    { numRuns: 300 },
  );
});

/** Work that a test ends. */
function held(queue: KeyedQueue, keys: readonly string[], name: string, log: string[]) {
  let end: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    end = resolve;
  });
  const done = queue.add(keys, undefined, async () => {
    log.push(name);
    await until;
  });
  return { end, done };
}

test("lines do not wait for each other, but for what stands in both", async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const first = held(queue, ["channel", "thread 1"], "root", log);
  const elsewhere = held(queue, ["thread 2"], "elsewhere", log);
  const answer = held(queue, ["thread 1"], "answer", log);
  const next = held(queue, ["channel", "thread 3"], "next", log);
  await soon();
  expect(log).toEqual(["root", "elsewhere"]);
  first.end();
  await first.done;
  await soon();
  expect(log).toHaveLength(4);
  expect(log).toEqual(expect.arrayContaining(["answer", "next"]));
  for (const { end, done } of [elsewhere, answer, next]) {
    end();
    await done;
  }
  await queue.idle();
  expect(queue.size).toBe(0);
});

test("while it is paused nothing is begun, and what came meanwhile is sorted", async () => {
  const queue = new KeyedQueue<number>({ compare: byNumber });
  const log: number[] = [];
  const add = (order: number) =>
    queue.add(["a"], order, async () => {
      log.push(order);
    });
  const goOn = queue.pause();
  const other = queue.pause();
  const added = [add(2), add(3), add(1)];
  await soon();
  goOn();
  goOn();
  await soon();
  expect(log).toEqual([]);
  other();
  await Promise.all(added);
  expect(log).toEqual([1, 2, 3]);
});

test("who waits for the queue to be idle waits for what is added meanwhile", async () => {
  const queue = new KeyedQueue();
  let isIdle = false;
  await queue.idle();
  const log: string[] = [];
  const first = held(queue, ["a"], "first", log);
  void queue.idle().then(() => {
    isIdle = true;
  });
  const second = held(queue, ["a"], "second", log);
  first.end();
  await first.done;
  await soon();
  expect(isIdle).toBe(false);
  second.end();
  await second.done;
  await soon();
  expect(isIdle).toBe(true);
});
