import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { AnswerStream } from "../../../src/core/agent/answer-stream.ts";
import { AnswerRenderer } from "../../../src/core/delivery/answer-renderer.ts";
import { AppError } from "../../../src/core/domain/errors.ts";
import { MessageId } from "../../../src/core/domain/model.ts";
import type { ReplyEvent } from "../../../src/core/ports/agent/runs.ts";
import type { OutgoingMessage, ReplyChannel } from "../../../src/core/ports/platform.ts";
import { recordingLog } from "../../contracts/platform/platform-fixtures.ts";

function stage() {
  const shown: OutgoingMessage[] = [];
  const ended: string[] = [];
  const noted: string[] = [];
  let isRefusing = false;
  const replyChannel: ReplyChannel = {
    async post(message) {
      if (isRefusing) throw new AppError("platform_rejected", "Not here.");
      shown.push(message);
      return MessageId.parse("m");
    },
    async edit(_id, message) {
      shown.push(message);
    },
    typing: async () => undefined,
    async stopTyping() {
      ended.push("typing");
      throw new Error("no answer");
    },
  };
  const clock = new ManualClock();
  const renderer = new AnswerRenderer({
    replyChannel,
    limits: { messageLength: 1_000, editEveryMs: 1_000, typingLastsMs: 10_000 },
    clock,
    log: recordingLog(),
    author: { name: "Mira", avatar: undefined },
    key: "k",
    deliveries: [],
    isRetry: false,
    onPosted: async ({ text }) => {
      noted.push(text);
    },
  });
  const refuse = () => {
    isRefusing = true;
  };
  return { shown, ended, noted, clock, painter: renderer, refuse };
}

test("what is painted of a growing answer says that more will come, and the last picture does not", async () => {
  const { shown, clock, painter: renderer } = stage();
  const until = new AbortController();
  const following = renderer.renderStream(
    { text: "One", nextChange: () => new Promise(() => undefined) },
    [],
    until.signal,
  );
  await clock.advance(100);
  until.abort();
  await following;
  // The very same text is shown once more, so that who streams it knows that it is whole.
  await renderer.render({ text: "One", buttons: [] });
  expect(shown.map(({ text, isStreaming }) => [text, isStreaming])).toEqual([
    ["One", true],
    ["One", undefined],
  ]);
});

test("typing is ended also where the answer is refused", async () => {
  const { ended, painter: renderer, refuse } = stage();
  refuse();
  await expect(renderer.render({ text: "One", buttons: [] })).rejects.toMatchObject({
    code: "platform_rejected",
  });
  expect(ended).toEqual(["typing"]);
});

test("typing is ended once the answer is shown, and that may fail", async () => {
  const { ended, painter: renderer } = stage();
  const until = new AbortController();
  const following = renderer.renderStream(
    { text: "", nextChange: () => new Promise(() => undefined) },
    [],
    until.signal,
  );
  until.abort();
  await following;
  expect(ended).toEqual([]);
  await renderer.render({ text: "One", buttons: [] });
  expect(ended).toEqual(["typing"]);
});

test("what is withdrawn while it is shown goes with the next edit, also from what is noted", async () => {
  const { shown, noted, clock, painter: renderer } = stage();
  const until = new AbortController();
  const stream = new AnswerStream(() => undefined);
  const events = new TransformStream<ReplyEvent, ReplyEvent>();
  const writer = events.writable.getWriter();
  const comes = async (event: ReplyEvent) => {
    await writer.write(event);
    await clock.advance(1_000);
  };
  const read = stream.read(events.readable, () => undefined);
  const following = renderer.renderStream(stream, [], until.signal);
  await comes({ type: "text", delta: "SECRET" });
  await comes({ type: "withdrawn", length: 6 });
  await comes({ type: "text", delta: "Hello" });
  await comes({ type: "text", delta: " there" });
  expect(shown.map(({ text }) => text)).toEqual(["SECRET", "*(…)*", "Hello", "Hello there"]);
  expect(noted).toEqual(["SECRET", "*(…)*", "Hello"]);
  until.abort();
  await writer.close();
  await Promise.all([read, following]);
  expect(stream.text).toBe("Hello there");
});
