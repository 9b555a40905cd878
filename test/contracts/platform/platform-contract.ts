import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/domain/errors.ts";
import type { Form } from "../../../src/core/domain/form.ts";
import { Event, type Place } from "../../../src/core/domain/model.ts";
import {
  type OutgoingMessage,
  type Platform,
  type ReplyChannel,
  ReplyTarget,
} from "../../../src/core/ports/platform.ts";
import type { RecordingInbox, Taken } from "./platform-fixtures.ts";

/** A platform on a service of its own, started with `inbox` and `testCommands`, and the people who use it. */
export interface PlatformStage {
  readonly platform: Platform;
  readonly inbox: RecordingInbox;
  /** The same bot in another process: never started, it only finishes answers. */
  another(): Platform;
  /** Where there are no channels, people address the bot directly. */
  readonly channels?: "none";
  /** Somebody who manages nothing addresses the bot in a channel; gives how to change it later, where one can. */
  mentions(text: string): Promise<{ edit(text: string): Promise<void>; delete(): Promise<void> } | undefined>;
  /** Writes to the bot alone. */
  writesDirectly(text: string): Promise<void>;
  /** Writes into a place, without addressing anybody. */
  says(place: Place, text: string): Promise<void>;
  /** `memory show`, where there are typed commands. */
  typesCommand?(): Promise<void>;
  /** `memory edit`, which has a form. */
  typesFormCommand?(): Promise<void>;
  /** Fills in the form that is open and sends it. */
  submitsForm?(values: Readonly<Record<string, string>>): Promise<void>;
  /** Half-types `chat`'s option `persona`. */
  halfTypes?(typed: string): Promise<readonly string[]>;
  /** Another person presses the button with this label. */
  otherPresses?(place: Place, label: string): Promise<void>;
  /** What the bot says in a place as the person or as another sees it, oldest first. */
  shown(place: Place, viewer?: "other"): readonly string[];
  /** How many messages of the bot pinged somebody. */
  pings(): number;
  /** The next event arrives twice. */
  redeliverNext(): void;
  /** The next message that is posted is taken, but the bot does not learn of it. */
  loseNextReceipt(): void;
  /** The service answers nothing, and does again. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** The bot may no longer write in the channel. */
  forbidWriting(): void;
  stop(): Promise<void>;
}

/** What every platform must do, whatever it is. `start` gives a fresh stage for each test. */
export function platformContract(name: string, start: () => Promise<PlatformStage>): void {
  describe(`${name} as a platform`, () => {
    let stage: PlatformStage;
    beforeEach(async () => {
      stage = await start();
    });
    afterEach(() => stage.stop());

    const saying = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
      text,
      visibility: "public",
      ...more,
    });
    const once = (key: string, again = false) => ({ key, isRetry: again });
    const sinkOf = ({ target }: Taken, platform = stage.platform): ReplyChannel =>
      platform.replyChannel(target);

    async function mentioned(text = "hello") {
      const written = await stage.mentions(text);
      return { ...(await stage.inbox.message(text)), written };
    }

    async function commanded(): Promise<Taken> {
      const count = stage.inbox.taken.length;
      await stage.typesCommand?.();
      return stage.inbox.nth(count);
    }

    test("limits are of use to who keeps them", () => {
      const { limits } = stage.platform;
      expect(limits.messageLength).toBeGreaterThanOrEqual(1_000);
      expect(limits.typingLastsMs).toBeGreaterThan(3_000);
      expect(stage.platform.connected).toBe(true);
    });

    test("what a person says is an event that can be stored, without the mention that called the bot", async () => {
      const { event, target } = await mentioned("hello there");
      expect(Event.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
      expect(ReplyTarget.parse(JSON.parse(JSON.stringify(target)))).toEqual(target);
      const [addressed, kind] = stage.channels === "none" ? ["direct", "direct"] : ["mention", "channel"];
      expect(event).toMatchObject({
        type: "message",
        text: "hello there",
        addressed,
        author: { manages: false },
        place: { platform: stage.platform.name, kind },
      });
      expect(Math.abs(event.at - Date.now())).toBeLessThan(60 * 60_000);
    });

    test("a direct message is addressed to the bot and opens no thread", async () => {
      await stage.writesDirectly("psst");
      const { event, target } = await stage.inbox.message("psst");
      expect(event).toMatchObject({ addressed: "direct", place: { kind: "direct" } });
      expect(event.thread).toBeUndefined();
      await stage.platform.replyChannel(target).post(saying("yes?"), once("k"));
      expect(stage.shown(event.place)).toEqual(["yes?"]);
    });

    test("the same person is the same everywhere, and places are told apart", async () => {
      const { event } = await mentioned();
      await stage.writesDirectly("psst");
      const direct = await stage.inbox.message("psst");
      expect(direct.event.author.id).toBe(event.author.id);
      expect(direct.event.place.id).not.toBe(event.place.id);
      expect(direct.event.id).not.toBe(event.id);
    });

    test("an event that is delivered twice has one id", async () => {
      stage.redeliverNext();
      await mentioned("once");
      await mentioned("later");
      expect(stage.inbox.texts()).toEqual(["once", "later"]);
    });

    test("edits and deletions name the event they change", async () => {
      const { event, written } = await mentioned();
      if (!written) return;
      await written.edit("changed");
      await written.delete();
      await mentioned("later");
      expect(stage.inbox.revised).toEqual([
        { event: event.id, text: "changed" },
        { event: event.id, text: undefined },
      ]);
    });

    test("what the bot itself says starts nothing", async () => {
      const taken = await mentioned();
      const speaker = { name: "Mira", avatar: "🦉" };
      await sinkOf(taken).post(saying("as itself"), once("a"));
      await sinkOf(taken).post(saying("as somebody", { author: speaker }), once("b"));
      await mentioned("later");
      expect(stage.inbox.texts()).toEqual(["hello", "later"]);
    });

    test("a message is posted, found again by its key, and edited in place", async () => {
      const taken = await mentioned();
      const place = taken.event.place;
      const posted = await sinkOf(taken).post(saying("one"), once("k"));
      expect(await sinkOf(taken).post(saying("one"), once("k", true))).toBe(posted);
      const other = stage.another();
      expect(await sinkOf(taken, other).post(saying("one"), once("k", true))).toBe(posted);
      await sinkOf(taken, other).edit?.(posted, saying("two"));
      await other.close();
      expect(stage.shown(place)).toEqual(["two"]);
    });

    test("a message whose receipt is lost is posted once", async () => {
      const taken = await mentioned();
      const speaker = { name: "Mira", avatar: "🦉" };
      for (const [index, message] of [saying("one"), saying("two", { author: speaker })].entries()) {
        stage.loseNextReceipt();
        await sinkOf(taken).post(message, once(`k${index}`));
      }
      expect(stage.shown(taken.event.place).map((text) => text.split("\n").at(-1))).toEqual(["one", "two"]);
    });

    test("nothing that is posted or edited pings anybody", async () => {
      const taken = await mentioned();
      const text = `@everyone @here @channel <!channel> <!everyone> ${taken.event.author.name}`;
      const posted = await sinkOf(taken).post(saying(text), once("k"));
      await sinkOf(taken).edit?.(posted, saying(`${text}!`));
      expect(stage.pings()).toBe(0);
    });

    test("the longest message is taken whole", async () => {
      const taken = await mentioned();
      const text = "x".repeat(stage.platform.limits.messageLength);
      const speaker = { name: "A name of eighty characters ".repeat(3).slice(0, 80), avatar: "🦉" };
      await sinkOf(taken).post(saying(text, { author: speaker }), once("k"));
      expect(stage.shown(taken.event.place).at(-1)).toContain(text);
    });

    test("answers to a mention go to a thread, opened once, whose words are events of that place", async () => {
      if (stage.channels === "none") return;
      const taken = await mentioned();
      const draft = { title: "hello", opening: "", private: false, idempotencyKey: once("t") };
      const opened = await sinkOf(taken).openThread?.(draft);
      expect(opened).toBeDefined();
      if (!opened) return;
      const other = stage.another();
      const again = await sinkOf(taken, other).openThread?.({ ...draft, idempotencyKey: once("t", true) });
      await other.close();
      expect(again?.place.id).toBe(opened.place.id);
      expect(taken.event.thread?.id).toBe(opened.place.id);
      expect(opened.place).toMatchObject({ kind: "thread", parent: taken.event.place.id });
      await stage.platform.replyChannel(opened.target).post(saying("hi"), once("k"));
      expect(stage.shown(opened.place)).toEqual(["hi"]);
      await stage.says(opened.place, "in the thread");
      const { event } = await stage.inbox.message("in the thread");
      expect(event.place).toMatchObject({
        id: opened.place.id,
        kind: "thread",
        parent: taken.event.place.id,
      });
    });

    test("a command is an event, and its private answer is seen by who gave it alone", async () => {
      if (!stage.typesCommand) return;
      const taken = await commanded();
      expect(taken.event).toMatchObject({
        type: "command",
        name: "memory",
        action: "show",
        submitted: false,
      });
      await sinkOf(taken).post(saying("only you", { visibility: "private" }), once("k"));
      await sinkOf(taken).post(saying("you too", { visibility: "private" }), once("l"));
      expect(stage.shown(taken.event.place)).toEqual(["only you", "you too"]);
      expect(stage.shown(taken.event.place, "other")).toEqual([]);
    });

    test("a command that cannot be stored is said, privately, and nothing is thrown", async () => {
      if (!stage.typesCommand) return;
      const { event } = await mentioned();
      stage.inbox.answer = () => Promise.reject(new Error("no database"));
      await stage.typesCommand();
      await eventually("something is said", () => stage.shown(event.place).length > 0);
      expect(stage.shown(event.place, "other")).toEqual([]);
    });

    test("a message that finds no room is turned away where it was said", async () => {
      // Who calls the API is refused in the answer.
      if (stage.channels === "none") return;
      stage.inbox.answer = async () => "full";
      await stage.mentions("one too many");
      const late = await eventually("it is turned away", () => stage.inbox.turnedAway[0]);
      expect(late.event).toMatchObject({ type: "message", text: "one too many" });
      expect(stage.inbox.taken).toEqual([]);
      await sinkOf(late).post(saying("no room"), once("k"));
      expect(stage.shown(late.event.place)).toEqual(["no room"]);
    });

    test("a button runs its command as whoever presses it", async () => {
      if (!stage.otherPresses) return;
      const taken = await mentioned();
      const buttons = [
        { label: "Stop it", style: "plain", command: { name: "memory", action: "stop" } },
      ] as const;
      const posted = await sinkOf(taken).post(saying("working", { buttons }), once("k"));
      await stage.otherPresses(taken.event.place, "Stop it");
      const pressed = await stage.inbox.nth(1);
      expect(pressed.event).toMatchObject({ type: "command", name: "memory", action: "stop", options: {} });
      expect(pressed.event.author.id).not.toBe(taken.event.author.id);
      await sinkOf(taken).edit?.(posted, saying("done"));
      expect(stage.shown(taken.event.place)).toEqual(["done"]);
      await expect(stage.otherPresses(taken.event.place, "Stop it")).rejects.toThrow();
    });

    test("a form is opened in answer to a command and comes back as that command", async () => {
      if (!stage.typesFormCommand || !stage.submitsForm) return;
      const form: Form = {
        title: "Edit a block",
        command: { name: "memory", action: "edit", options: { block: "human" } },
        fields: [{ name: "text", label: "Text", kind: "paragraph", value: "tea", required: true }],
      };
      const answering = stage.inbox.nth(0).then((taken) => sinkOf(taken).openForm?.(form));
      await stage.typesFormCommand();
      await answering;
      await stage.submitsForm({ text: "coffee" });
      expect((await stage.inbox.nth(1)).event).toMatchObject({
        name: "memory",
        action: "edit",
        options: { block: "human", text: "coffee" },
        submitted: true,
      });
    });

    test("suggestions come by label, at most as many as fit, and none when they fail", async () => {
      if (!stage.halfTypes) return;
      stage.inbox.choices = async ({ typed }) =>
        Array.from({ length: 100 }, (_, index) => ({ label: `${typed} ${index}`, value: String(index) }));
      const labels = await stage.halfTypes("pi");
      expect(labels.slice(0, 2)).toEqual(["pi 0", "pi 1"]);
      expect(labels.length).toBeLessThanOrEqual(100);
      stage.inbox.choices = () => Promise.reject(new Error("no database"));
      expect(await stage.halfTypes("pi")).toEqual([]);
    });

    test("an outage is one that passes, a refusal is for good, and both are said without a token", async () => {
      const taken = await mentioned();
      await stage.goDown();
      const outage = await failure(() => sinkOf(taken).post(saying("x"), once("a")));
      await stage.comeBack();
      stage.forbidWriting();
      const refusal = await failure(() => sinkOf(taken).post(saying("x"), once("b")));
      expect([outage.code, refusal.code]).toEqual(["platform_unavailable", "platform_rejected"]);
      for (const { userMessage } of [outage, refusal]) expect(userMessage).toMatch(/^[A-Z][^/{}]*[.]$/);
    });

    test("after stopping nothing is taken, but answers are finished", async () => {
      const taken = await mentioned();
      await stage.platform.stop();
      await stage.mentions("too late");
      await sinkOf(taken).post(saying("bye"), once("k"));
      expect(stage.shown(taken.event.place)).toEqual(["bye"]);
      expect(stage.inbox.texts()).toEqual(["hello"]);
    });
  });
}

async function failure(work: () => Promise<unknown>): Promise<AppError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was taken");
}
