import type { Shown } from "@rapport/testing";
import { expect, test } from "vitest";
import { planFrom } from "./plan.ts";
import { Random } from "./random.ts";
import { isGood, tableOf } from "./table.ts";
import type { SaidWord } from "./talk.ts";
import { judge } from "./verdict.ts";

/** A soak that finds nothing is worth what its judge would have found. */

const answer = (text: string, state: Shown["state"] = "whole"): Shown => ({
  ...{ id: text, place: "thread", author: "Ada", text, state },
  ...{ isBot: true, isPrivate: false, buttons: [] },
});
const said = (...words: string[]): SaidWord[] => words.map((word) => ({ word }));
const judged = (words: readonly SaidWord[], shown: readonly Shown[], isScattered = false) =>
  judge([{ platform: "slack", place: () => "thread", shown: () => shown, said: [...words], isScattered }]);

test("what is answered once and in order, alone or with others, is all right", () => {
  const verdict = judged(said("w1w", "w2w", "w3w"), [answer("echo: w1w"), answer("echo: w2w w3w")]);
  expect(Object.values(verdict).flat()).toEqual([]);
});

test("what is not answered is lost, unless a sentence stands for it; a sentence stands for one", () => {
  expect(judged(said("w1w", "w2w"), [answer("w2w")]).lost).toEqual(["slack thread: w1w"]);
  const excused = judged(said("w1w", "w2w"), [answer("⚠️ This could not be answered.")]);
  expect(excused.lost).toEqual(["slack thread: w2w"]);
  expect(excused.sentences).toHaveLength(1);
});

test("a burst that was one turn ends in one sentence, and nothing else hides behind it", () => {
  const sentence = [answer("⚠️ This could not be answered.")];
  const burst = ["w1w DRIP w2w"];
  const lost = (shown: readonly Shown[], failed: readonly string[]) =>
    judge(
      [{ platform: "slack", place: () => "thread", shown: () => shown, said: said("w1w", "w2w", "w3w") }],
      failed,
    ).lost;
  expect(lost([...sentence, answer("w3w")], burst)).toEqual([]);
  expect(lost(sentence, burst)).toEqual(["slack thread: w3w"]);
  expect(lost([answer("w3w")], burst)).toHaveLength(2);
});

test("what people said themselves is no answer", () => {
  expect(judged(said("w1w"), [{ ...answer("w1w"), isBot: false }]).lost).toHaveLength(1);
});

test("what is answered twice is found, also in one message and after an edit", () => {
  expect(judged(said("w1w"), [answer("w1w"), answer("w1w")]).doubled).toHaveLength(1);
  expect(judged(said("w1w"), [answer("w1w w1w")]).doubled).toHaveLength(1);
  expect(judged([{ word: "w1w", other: "w2w" }], [answer("w1w"), answer("w2w")]).doubled).toHaveLength(1);
  expect(judged([{ word: "w1w", other: "w2w" }], [answer("w2w")]).lost).toEqual([]);
});

test("what is answered before what was said before it is found, where there is an order", () => {
  const early = [answer("w2w"), answer("w1w")];
  expect(judged(said("w1w", "w2w"), early).disordered).toEqual(["slack thread: w2w before w1w"]);
  expect(judged(said("w1w", "w2w"), early, true).disordered).toEqual([]);
});

test("what was deleted need not be answered", () => {
  expect(judged([{ word: "w1w", isDeleted: true }], []).lost).toEqual([]);
});

test("an answer that can still be stopped is growing", () => {
  expect(judged(said("w1w"), [answer("w1w", "growing")]).growing).toHaveLength(1);
});

test("a line with anything in it fails, unless it is allowed", () => {
  const lines = [
    { name: "lost", found: ["w1w"] },
    { name: "dead", found: 0 },
    { name: "ended in a sentence", found: ["w2w"], isAllowed: true },
  ];
  expect(lines.map(isGood)).toEqual([false, true, true]);
  expect(
    tableOf(lines)
      .split("\n")
      .map((line) => line.trim().slice(0, 6)),
  ).toEqual(["✗ lost", "w1w", "✓ dead", "· ende", "w2w"]);
});

test("the plan is told by its arguments, and the same seed is the same", () => {
  expect(planFrom(["--help"])).toBeUndefined();
  expect(planFrom(["--minutes", "2", "--kills", "3"])).toMatchObject({
    ...{ seed: 1, withinMs: 120_000, messages: 400 },
    faults: { kills: 3, doubles: 2, awayMs: 10_000 },
  });
  expect(() => planFrom(["--kills", "many"])).toThrow('--kills must be a number, not "many".');
  const [one, other] = [new Random(7), new Random(7)];
  expect([one.next(), one.next()]).toEqual([other.next(), other.next()]);
});
