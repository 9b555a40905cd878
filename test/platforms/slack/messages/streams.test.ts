import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import type { OutgoingMessage } from "../../../../src/core/ports/platform.ts";
import { PlatformUnavailable } from "../../../../src/platforms/shared/unavailable.ts";
import { AnswerStreams } from "../../../../src/platforms/slack/messages/answer-streams.ts";
import type { ApiRequest } from "../../../../src/platforms/slack/web-api/api.ts";
import { PlatformRejection, RateLimited } from "../../../../src/platforms/slack/web-api/errors.ts";
import { recordingLog } from "../../../contracts/platform/platform-fixtures.ts";

const spot = { team: "T1", channel: "C1", thread: "1.000001", person: "U1", personTeam: "T1" };
const how = { key: "k", ownName: true };
const growing = (text: string): OutgoingMessage => ({ text, visibility: "public", isStreaming: true });
const final = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  text,
  visibility: "public",
  ...more,
});

/** A Slack that shows what was streamed into its one message. */
function stage({ hasStop = true } = {}) {
  const clock = new ManualClock();
  const asked: ApiRequest[] = [];
  const shown = { text: "", ended: false };
  let failure: Error | undefined;
  const streams = new AnswerStreams({
    clock,
    log: recordingLog(),
    hasStop: async () => hasStop,
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
  expect(await streams.update(ref, growing("Hello wor"))).toBe(true);
  const buttons = [{ label: "Again", style: "plain", command: { name: "chat" } }] as const;
  expect(await streams.update(ref, final("Hello world", { buttons }))).toBe(true);
  expect(shown).toEqual({ text: "Hello world", ended: true });
  expect(asked.at(-1)?.args).toMatchObject({
    metadata: { event_payload: { key: "k" } },
    blocks: [{ type: "actions" }],
  });
  // Whatever comes after is an edit.
  expect(await streams.update(ref, final("Hello world!"))).toBe(false);
});

test("a fence that is closed for show is not shown as closed", async () => {
  const { streams, shown, begin } = stage();
  const ref = await begin("Look:\n```js\nlet a\n```");
  await streams.update(ref, growing("Look:\n```js\nlet a = 1;\n```"));
  await streams.update(ref, final("Look:\n```js\nlet a = 1;\n```\nDone."));
  expect(shown.text).toBe("Look:\n```js\nlet a = 1;\n```\nDone.");
});

test("a text that changed otherwise ends the stream and is edited", async () => {
  const { streams, shown, begin } = stage();
  const ref = await begin("One two three");
  expect(await streams.update(ref, growing("One two"))).toBe(false);
  expect(shown.ended).toBe(true);
  expect(streams.liveKey(ref)).toBeUndefined();
});

test("a stream is ended before Slack would, and the answer goes on by edits", async () => {
  const { streams, shown, clock, begin } = stage();
  const ref = await begin("One");
  await clock.advance(4 * 60_000);
  expect(await streams.update(ref, growing("One two"))).toBe(true);
  expect(shown).toEqual({ text: "One two", ended: true });
  expect(await streams.update(ref, growing("One two three"))).toBe(false);
});

test.each([
  [
    "that Slack ended",
    new PlatformRejection("chat.appendStream", { code: "message_not_in_streaming_state" }),
  ],
  ["whose append may have landed", new PlatformUnavailable("chat.appendStream", { mayHaveSucceeded: true })],
])("a stream %s is not appended to again: the whole text is edited in", async (_what, error) => {
  const { streams, fail, asked, begin } = stage();
  const ref = await begin("One");
  fail(error);
  // That it ended is told after it: the next picture shows what is known then.
  expect(await streams.update(ref, growing("One two"))).toBe(true);
  fail(undefined);
  const count = asked.length;
  expect(await streams.update(ref, growing("One two three"))).toBe(false);
  expect(asked.length).toBe(count);
});

test("where no stream can begin, the answer is an ordinary message", async () => {
  const { streams, fail } = stage();
  for (const error of [
    new PlatformRejection("chat.startStream", { code: "missing_recipient_team_id" }),
    new RateLimited("chat.startStream", 3_000),
  ]) {
    fail(error);
    expect(await streams.begin(spot, growing("x"), how)).toBeUndefined();
  }
});

test("a receipt that was lost is not taken for a refusal", async () => {
  const { streams, fail } = stage();
  fail(new PlatformUnavailable("chat.startStream", { mayHaveSucceeded: true }));
  await expect(streams.begin(spot, growing("x"), how)).rejects.toThrow(PlatformUnavailable);
});

test("of thirty answers in a minute some are streamed and none waits", async () => {
  const { streams, asked, clock } = stage();
  const begun = await Promise.all(Array.from({ length: 30 }, () => streams.begin(spot, growing("x"), how)));
  expect(begun.filter(Boolean).length).toBe(asked.length);
  expect(asked.length).toBeLessThan(20);
  await clock.advance(60_000);
  expect(await streams.begin(spot, growing("x"), how)).toBeDefined();
});

test("a stream that a person stopped shows nothing more but how it ended", async () => {
  const { streams, asked, begin } = stage();
  const ref = await begin("One");
  streams.halt(ref);
  const count = asked.length;
  expect(await streams.update(ref, growing("One two"))).toBe(true);
  expect(await streams.update(ref, growing("One two three"))).toBe(true);
  expect(asked.length).toBe(count);
  expect(await streams.update(ref, final("One two three\n\n*Stopped.*"))).toBe(false);
});

test("a stop that is told after the append it refused revives nothing", async () => {
  const { streams, fail, begin } = stage();
  const ref = await begin("One");
  fail(new PlatformRejection("chat.appendStream", { code: "message_not_in_streaming_state" }));
  expect(await streams.update(ref, growing("One two"))).toBe(true);
  streams.halt(ref);
  expect(await streams.update(ref, growing("One two three"))).toBe(true);
  expect(await streams.update(ref, final("One two three"))).toBe(false);
});

test("where Slack shows no Stop of its own, the answer is an ordinary message with our button", async () => {
  const { streams, asked } = stage({ hasStop: false });
  expect(await streams.begin(spot, growing("x"), how)).toBeUndefined();
  expect(asked).toEqual([]);
});

test("what is done on the way stands as cards, each once, and the end leaves none open", async () => {
  const { streams, asked } = stage();
  const steps = (...states: ("running" | "done")[]) =>
    states.map((state, index) => ({ title: `Step ${index + 1}`, state }));
  const ref = await streams.begin(spot, { ...growing(""), steps: steps("running") }, how);
  if (!ref) throw new Error("no stream");
  await streams.update(ref, { ...growing("Found"), steps: steps("done", "running") });
  await streams.update(ref, final("Found it."));
  const card = (id: string, title: string, status: string) => ({ type: "task_update", id, title, status });
  expect(asked.map(({ args }) => args.chunks)).toEqual([
    [card("step-1", "Step 1", "in_progress")],
    [
      card("step-1", "Step 1", "complete"),
      { type: "markdown_text", text: "Found" },
      card("step-2", "Step 2", "in_progress"),
    ],
    [card("step-2", "Step 2", "complete"), { type: "markdown_text", text: " it." }],
  ]);
});
