import { expect, test } from "vitest";
import type { Outgoing } from "../../src/core/platform.ts";
import type { Ask } from "../../src/platforms/slack/api.ts";
import { Outage, Refusal, SlowDown } from "../../src/platforms/slack/failure.ts";
import { createStreams } from "../../src/platforms/slack/streams.ts";
import { keepingLog } from "../contracts/platform-fixtures.ts";
import { ManualClock } from "../harness/manual-clock.ts";

const spot = { team: "T1", channel: "C1", thread: "1.000001", person: "U1", personTeam: "T1" };
const how = { key: "k", ownName: true };
const growing = (text: string): Outgoing => ({ text, visibility: "public", growing: true });
const final = (text: string, more: Partial<Outgoing> = {}): Outgoing => ({
  text,
  visibility: "public",
  ...more,
});

/** A Slack that shows what was streamed into its one message. */
function stage() {
  const clock = new ManualClock();
  const asked: Ask[] = [];
  const shown = { text: "", ended: false };
  let failure: Error | undefined;
  const streams = createStreams({
    clock,
    log: keepingLog(),
    async api(ask) {
      asked.push(ask);
      if (failure) throw failure;
      shown.text += String(ask.args.markdown_text ?? "");
      if (ask.method === "chat.stopStream") shown.ended = true;
      return { channel: "C1", ts: `2.00000${asked.length}` };
    },
  });
  return {
    clock,
    asked,
    shown,
    streams,
    fail(error: Error | undefined) {
      failure = error;
    },
    async begin(text: string) {
      const ref = await streams.begin(spot, growing(text), how);
      if (!ref) throw new Error("no stream");
      return ref;
    },
  };
}

test("what is new is appended, and the end brings buttons and the key", async () => {
  const { streams, shown, asked, begin } = stage();
  const ref = await begin("Hello");
  expect(await streams.paint(ref, growing("Hello wor"))).toBe(true);
  const buttons = [{ label: "Again", style: "plain", command: { name: "chat" } }] as const;
  expect(await streams.paint(ref, final("Hello world", { buttons }))).toBe(true);
  expect(shown).toEqual({ text: "Hello world", ended: true });
  expect(asked.at(-1)?.args).toMatchObject({
    metadata: { event_payload: { key: "k" } },
    blocks: [{ type: "actions" }],
  });
  // Whatever comes after is an edit.
  expect(await streams.paint(ref, final("Hello world!"))).toBe(false);
});

test("a fence that is closed for show is not shown as closed", async () => {
  const { streams, shown, begin } = stage();
  const ref = await begin("Look:\n```js\nlet a\n```");
  await streams.paint(ref, growing("Look:\n```js\nlet a = 1;\n```"));
  await streams.paint(ref, final("Look:\n```js\nlet a = 1;\n```\nDone."));
  expect(shown.text).toBe("Look:\n```js\nlet a = 1;\n```\nDone.");
});

test("a text that changed otherwise ends the stream and is edited", async () => {
  const { streams, shown, begin } = stage();
  const ref = await begin("One two three");
  expect(await streams.paint(ref, growing("One two"))).toBe(false);
  expect(shown.ended).toBe(true);
  expect(streams.isLive(ref)).toBe(false);
});

test("a stream is ended before Slack would, and the answer goes on by edits", async () => {
  const { streams, shown, clock, begin } = stage();
  const ref = await begin("One");
  await clock.advance(4 * 60_000);
  expect(await streams.paint(ref, growing("One two"))).toBe(true);
  expect(shown).toEqual({ text: "One two", ended: true });
  expect(await streams.paint(ref, growing("One two three"))).toBe(false);
});

test.each([
  ["that Slack ended", new Refusal("chat.appendStream", { code: "message_not_in_streaming_state" })],
  ["whose append may have landed", new Outage("chat.appendStream", { mayHaveLanded: true })],
])("a stream %s is not appended to again: the whole text is edited in", async (_what, error) => {
  const { streams, fail, asked, begin } = stage();
  const ref = await begin("One");
  fail(error);
  expect(await streams.paint(ref, growing("One two"))).toBe(false);
  fail(undefined);
  const count = asked.length;
  expect(await streams.paint(ref, growing("One two three"))).toBe(false);
  expect(asked.length).toBe(count);
});

test("where no stream can begin, the answer is an ordinary message", async () => {
  const { streams, fail } = stage();
  for (const error of [
    new Refusal("chat.startStream", { code: "missing_recipient_team_id" }),
    new SlowDown("chat.startStream", 3_000),
  ]) {
    fail(error);
    expect(await streams.begin(spot, growing("x"), how)).toBeUndefined();
  }
});

test("a receipt that was lost is not taken for a refusal", async () => {
  const { streams, fail } = stage();
  fail(new Outage("chat.startStream", { mayHaveLanded: true }));
  await expect(streams.begin(spot, growing("x"), how)).rejects.toThrow(Outage);
});

test("of thirty answers in a minute some are streamed and none waits", async () => {
  const { streams, asked, clock } = stage();
  const begun = await Promise.all(Array.from({ length: 30 }, () => streams.begin(spot, growing("x"), how)));
  expect(begun.filter(Boolean).length).toBe(asked.length);
  expect(asked.length).toBeLessThan(20);
  await clock.advance(60_000);
  expect(await streams.begin(spot, growing("x"), how)).toBeDefined();
});
