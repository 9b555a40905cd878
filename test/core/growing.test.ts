import { expect, test } from "vitest";
import type { ReplyEvent } from "../../src/core/agents.ts";
import { AppError } from "../../src/core/errors.ts";
import { MessageId } from "../../src/core/model.ts";
import { createPainter } from "../../src/core/paint.ts";
import type { Outgoing, ReplySink } from "../../src/core/platform.ts";
import { createReading } from "../../src/core/reading.ts";
import { keepingLog } from "../contracts/platform-fixtures.ts";
import { ManualClock } from "../harness/manual-clock.ts";

function stage() {
  const shown: Outgoing[] = [];
  const ended: string[] = [];
  const noted: string[] = [];
  let isRefusing = false;
  const sink: ReplySink = {
    async post(message) {
      if (isRefusing) throw new AppError("platform_rejected", "Not here.");
      shown.push(message);
      return MessageId.parse("m");
    },
    async edit(_id, message) {
      shown.push(message);
    },
    typing: async () => undefined,
    async doneTyping() {
      ended.push("typing");
      throw new Error("no answer");
    },
  };
  const clock = new ManualClock();
  const painter = createPainter({
    sink,
    limits: { messageLength: 1_000, editEveryMs: 1_000, typingLastsMs: 10_000 },
    clock,
    log: keepingLog(),
    speaker: { name: "Mira", avatar: undefined },
    key: "k",
    deliveries: [],
    again: false,
    posted: async ({ text }) => {
      noted.push(text);
    },
  });
  const refuse = () => {
    isRefusing = true;
  };
  return { shown, ended, noted, clock, painter, refuse };
}

test("what is painted of a growing answer says that more will come, and the last picture does not", async () => {
  const { shown, painter } = stage();
  const until = new AbortController();
  const following = painter.follow(
    { text: "One", changed: () => new Promise(() => undefined) },
    [],
    until.signal,
  );
  await new Promise(setImmediate);
  until.abort();
  await following;
  // The very same text is shown once more, so that who streams it knows that it is whole.
  await painter.show({ text: "One", buttons: [] });
  expect(shown.map(({ text, growing }) => [text, growing])).toEqual([
    ["One", true],
    ["One", undefined],
  ]);
});

test("typing is ended also where the answer is refused", async () => {
  const { ended, painter, refuse } = stage();
  refuse();
  await expect(painter.show({ text: "One", buttons: [] })).rejects.toMatchObject({
    code: "platform_rejected",
  });
  expect(ended).toEqual(["typing"]);
});

test("typing is ended once the answer is shown, and that may fail", async () => {
  const { ended, painter } = stage();
  const until = new AbortController();
  const following = painter.follow(
    { text: "", changed: () => new Promise(() => undefined) },
    [],
    until.signal,
  );
  until.abort();
  await following;
  expect(ended).toEqual([]);
  await painter.show({ text: "One", buttons: [] });
  expect(ended).toEqual(["typing"]);
});

test("what is withdrawn while it is shown goes with the next edit, also from what is noted", async () => {
  const { shown, noted, clock, painter } = stage();
  const until = new AbortController();
  const reading = createReading(() => undefined);
  const events = new TransformStream<ReplyEvent, ReplyEvent>();
  const writer = events.writable.getWriter();
  const comes = async (event: ReplyEvent) => {
    await writer.write(event);
    await clock.advance(1_000);
  };
  const read = reading.read(events.readable, async () => undefined);
  const following = painter.follow(reading, [], until.signal);
  await comes({ type: "text", delta: "SECRET" });
  await comes({ type: "withdrawn", length: 6 });
  await comes({ type: "text", delta: "Hello" });
  await comes({ type: "text", delta: " there" });
  expect(shown.map(({ text }) => text)).toEqual(["SECRET", "*(…)*", "Hello", "Hello there"]);
  expect(noted).toEqual(["SECRET", "*(…)*", "Hello"]);
  until.abort();
  await writer.close();
  await Promise.all([read, following]);
  expect(reading.text).toBe("Hello there");
});
