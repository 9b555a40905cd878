import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import {
  AnswerRenderer,
  type Delivery,
  type RendererOptions,
} from "../../../src/core/delivery/answer-renderer.ts";
import type { StreamingText } from "../../../src/core/delivery/streaming-text.ts";
import { silentLog } from "../world/fakes.ts";
import { RecordingPlatform } from "../world/recording-platform.ts";
import { failure } from "../world/scripted-agents.ts";

const stop = { label: "Stop", style: "plain", command: { name: "stop" } } as const;

/** A text that the test lets grow. */
class GrowingText implements StreamingText {
  text = "";
  #wake: () => void = () => undefined;
  #changed = Promise.resolve();

  constructor() {
    this.#next();
  }

  nextChange(): Promise<void> {
    return this.#changed;
  }

  async becomes(text: string): Promise<void> {
    this.text = text;
    this.#wake();
    this.#next();
    await new Promise(setImmediate);
  }

  #next(): void {
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function easel(more: Partial<RendererOptions> = {}) {
  const platform = new RecordingPlatform();
  const clock = new ManualClock();
  const noted: Delivery[] = [];
  const paint = (again: Partial<RendererOptions> = {}) =>
    new AnswerRenderer({
      replyChannel: platform.replyChannel({ channel: "here" }),
      limits: platform.limits,
      clock,
      log: silentLog,
      author: { name: "Ada", avatar: undefined },
      key: "key",
      deliveries: [],
      isRetry: false,
      onPosted: async (delivery) => {
        noted.push(delivery);
      },
      ...more,
      ...again,
    });
  const growing = new GrowingText();
  const until = new AbortController();
  /** So that there is a first picture of it. */
  const begins = async (text: string) => {
    await growing.becomes(text);
    await clock.advance(100);
  };
  const edits = () => platform.calls.filter(({ type }) => type === "edit").length;
  return { platform, clock, noted, paint, growing, until, begins, edits };
}

test("an answer that is whole within a moment is one message, sent once", async () => {
  const { platform, clock, paint, growing, until } = easel();
  const renderer = paint();
  const painting = renderer.renderStream(growing, [stop], until.signal);
  await growing.becomes("One");
  await clock.advance(60);
  await growing.becomes("One two");
  until.abort();
  await painting;
  await renderer.render({ text: "One two", buttons: [] });
  expect(platform.calls.map(({ type }) => type)).toEqual(["post"]);
  expect(platform.messages).toMatchObject([{ text: "One two", buttons: [] }]);
});

test("what is long enough to be read is shown at once", async () => {
  const { platform, paint, growing, until } = easel();
  const painting = paint().renderStream(growing, [stop], until.signal);
  await growing.becomes("word ".repeat(12));
  expect(platform.messages).toHaveLength(1);
  until.abort();
  await painting;
});

test("first words are shown after a moment, further ones at the platform's pace", async () => {
  const { platform, clock, paint, growing, until, edits, begins } = easel();
  const painting = paint().renderStream(growing, [stop], until.signal);
  await begins("One");
  expect(platform.messages).toMatchObject([{ text: "One", buttons: [stop] }]);
  for (let words = 0; words < 20; words += 1) {
    await growing.becomes(`${growing.text} more`);
    await clock.advance(100);
  }
  expect(edits()).toBe(2);
  expect(platform.texts[0]?.startsWith("One more")).toBe(true);
  until.abort();
  await painting;
});

test("an unchanged text is not painted again", async () => {
  const { clock, paint, growing, until, edits, begins } = easel();
  const painting = paint().renderStream(growing, [], until.signal);
  await begins("One");
  await clock.advance(60_000);
  expect(edits()).toBe(0);
  until.abort();
  await painting;
});

test("white space alone is not painted", async () => {
  const { platform, paint, growing, until } = easel();
  const painting = paint().renderStream(growing, [], until.signal);
  await growing.becomes("\n ");
  expect(platform.messages).toEqual([]);
  until.abort();
  await painting;
});

test("one edit is in flight at a time, and the end waits for it", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  let inFlight = 0;
  let most = 0;
  let land: () => void = () => undefined;
  platform.editing = async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise<void>((resolve) => {
      land = resolve;
    });
    inFlight -= 1;
  };
  const renderer = paint();
  const painting = renderer.renderStream(growing, [], until.signal);
  await begins("One");
  await clock.advance(1_000);
  await growing.becomes("One two");
  await clock.advance(5_000);
  await growing.becomes("One two three");
  await clock.advance(5_000);
  until.abort();
  let hasEnded = false;
  const end = painting.then(() => {
    hasEnded = true;
  });
  await clock.advance(0);
  expect(hasEnded).toBe(false);
  land();
  await end;
  platform.editing = async () => undefined;
  await renderer.render({ text: "One two three.", buttons: [] });
  expect(most).toBe(1);
  expect(platform.texts).toEqual(["One two three."]);
});

test("failing edits neither stop the painting nor the turn, and the last one makes them good", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  const renderer = paint();
  const painting = renderer.renderStream(growing, [stop], until.signal);
  await begins("One");
  platform.fails = ({ type }) => (type === "edit" ? failure("platform_unavailable") : undefined);
  await clock.advance(1_000);
  await growing.becomes("One two");
  await clock.advance(3_000);
  platform.fails = () => undefined;
  until.abort();
  await painting;
  await renderer.render({ text: "One two", buttons: [] });
  expect(platform.messages).toMatchObject([{ text: "One two", buttons: [] }]);
});

test("what is refused for good is not painted again until the answer is whole", async () => {
  const { platform, clock, paint, growing, until, edits, begins } = easel();
  const renderer = paint();
  const painting = renderer.renderStream(growing, [stop], until.signal);
  await begins("One");
  platform.fails = () => failure("platform_rejected");
  for (const text of ["One two", "One two three", "One two three four"]) {
    await clock.advance(1_000);
    await growing.becomes(text);
  }
  expect(edits()).toBe(1);
  until.abort();
  await painting;
  await expect(renderer.render({ text: "One two", buttons: [] })).rejects.toMatchObject({
    code: "platform_rejected",
  });
  expect(edits()).toBe(2);
});

test("a message that can be changed no more is left, and the answer goes on in another, as often as it must", async () => {
  const { platform, noted, paint } = easel();
  const renderer = paint();
  await renderer.render({ text: "One", buttons: [stop] });
  for (const text of ["One two", "One two three"]) {
    platform.fails = ({ type }) => (type === "edit" ? failure("not_found") : undefined);
    await renderer.render({ text, buttons: [] });
  }
  platform.fails = () => undefined;
  await renderer.render({ text: "One two three.", buttons: [] });
  expect(platform.texts).toEqual(["One", "One two", "One two three."]);
  expect(noted.at(-1)).toMatchObject({ part: 0, message: "m3" });
});

test("what can be changed no more while it grows is left, and the whole answer stands in another message", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  const renderer = paint();
  const painting = renderer.renderStream(growing, [stop], until.signal);
  await begins("One");
  platform.fails = ({ type }) => (type === "edit" ? failure("not_found") : undefined);
  for (const text of ["One two", "One two three"]) {
    await clock.advance(1_000);
    await growing.becomes(text);
  }
  until.abort();
  await painting;
  await renderer.render({ text: "One two three.", buttons: [] });
  expect(platform.texts).toEqual(["One", "One two three."]);
});

test("a first post that failed and landed all the same is not posted twice", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  platform.landsAnyway = true;
  platform.fails = () => failure("platform_unavailable");
  const renderer = paint();
  const painting = renderer.renderStream(growing, [], until.signal);
  await begins("One");
  platform.fails = () => undefined;
  await clock.advance(1_000);
  await growing.becomes("One two");
  until.abort();
  await painting;
  await renderer.render({ text: "One two", buttons: [] });
  expect(platform.texts).toEqual(["One two"]);
});

test("a long answer becomes several messages, each noted before the next; only the last has buttons", async () => {
  const { platform, noted, paint } = easel();
  const text = Array.from({ length: 200 }, (_, index) => `word${index}`).join(" ");
  await paint().render({ text, buttons: [stop] });
  expect(platform.texts.join(" ")).toBe(text);
  expect(platform.messages.map(({ buttons }) => buttons?.length)).toEqual([0, 0, 1]);
  expect(noted.map(({ part, message }) => [part, message])).toEqual([
    [0, "m1"],
    [1, "m2"],
    [2, "m3"],
  ]);
});

test("a later attempt edits what is there instead of posting it", async () => {
  const { platform, noted, paint } = easel();
  await paint().render({ text: "Half", buttons: [stop] });
  await paint({ deliveries: [...noted], isRetry: true }).render({ text: "Half and whole", buttons: [] });
  expect(platform.messages).toMatchObject([{ text: "Half and whole", buttons: [] }]);
});

test("a later attempt trusts no note of a text, since edits are not noted", async () => {
  const { platform, noted, paint } = easel();
  const renderer = paint();
  await renderer.render({ text: "First", buttons: [] });
  await renderer.render({ text: "Second", buttons: [] });
  await paint({ deliveries: [...noted], isRetry: true }).render({ text: "First", buttons: [] });
  expect(platform.texts).toEqual(["First"]);
});

test("where messages cannot be edited the answer is posted once, when it is whole", async () => {
  const { platform, paint, growing, until, clock, begins } = easel();
  platform.without = ["edit"];
  const renderer = paint();
  const painting = renderer.renderStream(growing, [], until.signal);
  await begins("One");
  await clock.advance(5_000);
  until.abort();
  await painting;
  expect(platform.messages).toEqual([]);
  await renderer.render({ text: "One two", buttons: [] });
  expect(platform.texts).toEqual(["One two"]);
});

test("typing is not shown for an answer that is there at once, nor renewed beside its words", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  const painting = paint().renderStream(growing, [], until.signal);
  await begins("One");
  await clock.advance(24_000);
  expect(platform.calls.filter(({ type }) => type === "typing")).toEqual([]);
  until.abort();
  await painting;
  expect(clock.sleeping).toBe(0);
});

test("typing is kept alive until the answer is there, and its failures are nobody's", async () => {
  const { platform, clock, paint, growing, until } = easel();
  platform.fails = ({ type }) => (type === "typing" ? new Error("no typing today") : undefined);
  const painting = paint().renderStream(growing, [], until.signal);
  await clock.advance(299);
  expect(platform.calls).toEqual([]);
  await clock.advance(1);
  await clock.advance(24_000);
  const typed = platform.calls.length;
  expect(typed).toBe(4);
  until.abort();
  await painting;
  await clock.advance(60_000);
  expect(platform.calls).toHaveLength(typed);
  expect(clock.sleeping).toBe(0);
});

test("where typing outlasts the words it is shown only for what takes longer", async () => {
  const { platform, clock, paint, growing, until } = easel();
  const limits = { ...platform.limits, typingAfterMs: 2_000 };
  const painting = paint({ limits }).renderStream(growing, [], until.signal);
  await clock.advance(1_999);
  expect(platform.calls).toEqual([]);
  await clock.advance(1);
  expect(platform.calls).toEqual([{ type: "typing" }]);
  until.abort();
  await painting;
});

test("typing is not shown below what is there already, such as that the answer takes longer", async () => {
  const { platform, clock, paint, growing, until } = easel();
  const renderer = paint();
  await renderer.render({ text: "It takes longer.", buttons: [] });
  const painting = renderer.renderStream(growing, [], until.signal);
  await clock.advance(30_000);
  until.abort();
  await painting;
  expect(platform.calls).toEqual([{ type: "post", text: "It takes longer." }]);
});

test("a sign of typing that is on its way lands before the first words", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  let land: () => void = () => undefined;
  platform.signing = () =>
    new Promise((resolve) => {
      land = resolve;
    });
  const painting = paint().renderStream(growing, [], until.signal);
  await clock.advance(300);
  await begins("One");
  expect(platform.calls).toEqual([]);
  land();
  await clock.advance(0);
  expect(platform.calls).toEqual([{ type: "typing" }, { type: "post", text: "One" }]);
  until.abort();
  await painting;
  expect(clock.sleeping).toBe(0);
});

test("first words do not wait long for a sign of typing that hangs", async () => {
  const { platform, clock, paint, growing, until, begins } = easel();
  platform.signing = () => new Promise(() => undefined);
  const painting = paint().renderStream(growing, [], until.signal);
  await clock.advance(300);
  await begins("One");
  await clock.advance(500);
  expect(platform.texts).toEqual(["One"]);
  until.abort();
  await painting;
});
