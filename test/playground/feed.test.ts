import { expect, test } from "vitest";
import { Feed } from "../../src/playground/server/feed.ts";

const message = (id: string) => ({ type: "message", placeId: "1", id }) as const;

test("whoever was away is told each thing that changed once, in the order of the last change", () => {
  const feed = new Feed(1_000);
  const before = feed.at;
  feed.add("discord", message("7"));
  feed.add("discord", message("8"));
  feed.add("discord", message("7"));
  expect(feed.since(before)).toEqual([
    { ...message("8"), world: "discord", at: 1_002 },
    { ...message("7"), world: "discord", at: 1_003 },
  ]);
  expect(feed.since(feed.at)).toEqual([]);
});

test("what is from another start, or too long ago, cannot be told any more", () => {
  const feed = new Feed(1_000);
  expect(feed.since(999)).toBeUndefined();
  expect(feed.since(1_001)).toBeUndefined();
  for (let count = 0; count < 5_001; count += 1) feed.add("discord", message(String(count)));
  expect(feed.since(1_000)).toBeUndefined();
  expect(feed.since(1_001)).toHaveLength(5_000);
});

test("whoever waits is woken by a change, and let go when they leave", async () => {
  const feed = new Feed(1_000);
  const leaving = new AbortController();
  const woken = feed.next(feed.at, { waitMs: 60_000, signal: leaving.signal });
  feed.add("discord", { type: "commands" });
  await woken;
  const left = feed.next(feed.at, { waitMs: 60_000, signal: leaving.signal });
  leaving.abort();
  await left;
});
