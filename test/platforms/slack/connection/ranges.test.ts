import { expect, test } from "vitest";
import { backfillRanges } from "../../../../src/platforms/slack/backfill/ranges.ts";
import { tsAt } from "../../../../src/platforms/slack/ids.ts";
import { placeOf } from "../../../../src/platforms/slack/messages/reply-target.ts";

const workspace = {
  ...{ team: "T1", enterprise: undefined, token: "xoxb-1", bot: "U1" },
  url: "https://x.slack.com/",
};
const MINUTE = 60_000;
const now = 1_796_000_000_000;

test("one talk that went on hides for an hour nothing that was said elsewhere while a process was killed again and again", () => {
  const thread = placeOf(workspace, { channel: "C1", thread: tsAt(now - 50 * MINUTE) });
  const [talked, quiet] = backfillRanges(workspace, {
    places: [{ place: thread, at: now }],
    channels: ["D2"],
    seen: new Map(),
    listeningSince: undefined,
    heardUntil: undefined,
    now,
  });
  expect([talked?.channel, quiet?.channel]).toEqual(["C1", "D2"]);
  expect(Number(quiet?.since)).toBeLessThanOrEqual(Number(tsAt(now - 59 * MINUTE)));
  // In the thread itself nothing is older than what was asked there.
  expect([...(talked?.threads.values() ?? [])]).toEqual([tsAt(now)]);
});

test("whoever has listened since looks back to that, and on a first start there is nothing to look for", () => {
  const nothing = { seen: new Map<string, string>(), heardUntil: undefined };
  const known = { ...nothing, places: [], channels: ["D2"], now };
  const [gap] = backfillRanges(workspace, { ...known, listeningSince: now - MINUTE });
  expect(gap?.since).toBe(tsAt(now - MINUTE));
  expect(backfillRanges(workspace, { ...known, listeningSince: undefined })).toEqual([]);
});

test("where it was noted how far was heard, it is looked back to that, for a day at most", () => {
  const thread = placeOf(workspace, { channel: "C1", thread: tsAt(now - 50 * MINUTE) });
  const known = { channels: ["D2"], seen: new Map<string, string>(), listeningSince: undefined, now };
  const heardUntil = now - 5 * MINUTE;
  const quiet = backfillRanges(workspace, { ...known, places: [{ place: thread, at: now }], heardUntil }).at(
    -1,
  );
  expect([quiet?.channel, quiet?.since]).toEqual(["D2", tsAt(heardUntil)]);
  const [gap] = backfillRanges(workspace, { ...known, places: [], heardUntil: now - 60 * 24 * 2 * MINUTE });
  expect(gap?.since).toBe(tsAt(now - 60 * 24 * MINUTE));
});
