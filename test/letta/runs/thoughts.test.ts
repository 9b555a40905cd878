import fc from "fast-check";
import { expect, test } from "vitest";
import { ThoughtFilter, withoutThoughts } from "../../../src/letta/thoughts/thought-filter.ts";
import { plainly } from "./plain-thoughts.ts";

function inPieces(pieces: readonly string[]): string {
  const filter = new ThoughtFilter();
  let shown = "";
  for (const { text, replaces } of [...pieces.map((piece) => filter.push(piece)), filter.end()])
    shown = replaces ? text : shown + text;
  return shown;
}

test.each([
  ["<think>SECRET</think>Hello", "Hello"],
  ["<thinking>SECRET</thinking>\n\nHello", "Hello"],
  ["<reasoning>\nSECRET\n</reasoning>\nHello", "Hello"],
  ["\n  <Think>SECRET</THINK> Hello", "Hello"],
  ["<think >SECRET</think >Hello", "Hello"],
  ["<think>SECRET</think><think>SECRET</think>Hello", "Hello"],
  ["<think>SECRET\n<think>SECRET</think>SECRET</think>Hello", "Hello"],
  ["<think>SECRET, is it a <think>?</think>Hello", "Hello"],
  ["<think>SECRET </thinking> SECRET</think>Hello", "Hello"],
  ["<think>SECRET < 3 <b>SECRET</b></think>Hello", "Hello"],
  ["Hello\n<think>SECRET</think>\nagain", "Hello\nagain"],
  ["Hello\n   <think>SECRET</think>again", "Hello\nagain"],
  ["```\ncode\n```\n<think>SECRET</think>Hello", "```\ncode\n```\nHello"],
  ["<think\n<think>SECRET</think>Hello", "<think\nHello"],
  ["<think>SECRET", ""],
  ["<THOUGHT>SECRET</thought>Hello", "Hello"],
  ["<thoughts>SECRET</thoughts>Hello", "Hello"],
  ['<think time="3">SECRET</think>Hello', "Hello"],
  ["<thinking budget=low >SECRET</thinking>Hello", "Hello"],
  ["<seed:think>SECRET</seed:think>Hello", "Hello"],
  ["<antThinking>SECRET</antThinking>Hello", "Hello"],
  ["<scratchpad>SECRET</scratchpad>Hello", "Hello"],
  ["<inner_monologue>SECRET</inner_monologue>Hello", "Hello"],
  ["[THINK]SECRET [x] </think>[/THINK]Hello", "Hello"],
  ["◁think▷SECRET ◁/thin ▷◁/think▷Hello", "Hello"],
  ["<|begin_of_thought|>\nSECRET\n<|end_of_thought|>\n\nHello", "Hello"],
  ["Hello\n<reasoning>SECRET</reasonin", "Hello\n"],
  ["</think> alone", "alone"],
  ["SECRET</think>Hello", "Hello"],
  ["SECRET, or `code`\n\nSECRET\n</think>\n\nHello", "Hello"],
  ["SECRET, no `<think>` here.</think>Hello", "Hello"],
  ["SECRET</think>SECRET</think>Hello", "Hello"],
  ["SECRET[/THINK]Hello", "Hello"],
  ["SECRET\n```\nSECRET\n</think>\n\nHello", "Hello"],
  ["a stray ` SECRET</think>Hello\n\nand on", "Hello\n\nand on"],
  ["a stray ` SECRET\n</think>Hello `x`", "Hello `x`"],
  ["<think>SECRET</think>SECRET</think>Hello", "Hello"],
  ["<|channel|>analysis<|message|>SECRET<|end|><|start|>assistant<|channel|>final<|message|>Hello", "Hello"],
  [
    "<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
    "Hello",
  ],
  ["<|start|>assistant<|channel|>analysis<|message|>SECRET <think>\n<|end|>\nHello", "Hello"],
  ["<|start|>assistant<|message|>Hello<|end|>", "Hello"],
  ["SECRET<|end|><|start|>assistant<|channel|>final<|message|>Hello", "Hello"],
  ["<|channel|>analysis<|message|>SECRET, and no end", ""],
  ["<|channel|>ana", ""],
])("%j is shown as %j", (said, shown) => {
  expect(withoutThoughts(said)).toBe(shown);
});

test.each([
  "Put `<think>` before it, and `</think>` behind.",
  "`<think>x</think>` is how models think.",
  "A tag such as <think>x</think> is hidden.",
  "```xml\n<think>x</think>\n```\nThat is it.",
  "```xml\n</think>\n```\nThat is it.",
  "```xml\n<think>\nx\n</think>\nThat is it.",
  "``x </think> ` x`` is how it ends.",
  "Like this:\n\n    <think>\n    x\n    </think>\n\nand on.",
  "`<|channel|>analysis<|message|>` begins it, `<|end|>` ends it.",
  "```\n<|start|>assistant<|channel|>final<|message|>Hi<|return|>\n```",
  "It is <|start|>{who}<|message|>{what}.",
  "~~~~\n<think>\n~~~\n<think>x</think>\n~~~~",
  "Like this:\n\n    <think>x</think>\n\nand on.",
  "<thinker>x</thinker>",
  "<thinking about you> Hm.",
  "[think] of it",
  "[link](https://example.com)",
  "<|begin_of_text|>",
  "a < b\n< c\n<thi",
  "  \n",
  "",
])("%j stays as it is", (said) => {
  expect(withoutThoughts(said)).toBe(said);
});

const bit = fc.constantFrom(
  "<",
  "</",
  ">",
  "think",
  "thinking",
  "reasoning",
  "<think>",
  "</think>",
  "<think a=",
  "[THINK]",
  "[/THINK]",
  "◁think▷",
  "◁/think▷",
  "<Reasoning >",
  "</reasoning>",
  "[/THINK]",
  "</think>",
  "<|channel|>analysis<|message|>",
  "<|channel|>final<|message|>",
  "<|start|>",
  "assistant",
  "<|channel|>",
  "<|message|>",
  "<|end|>",
  "```",
  "\n```\n",
  "~~~",
  "``",
  "`",
  "`",
  "\n",
  " ",
  "    ",
  "word",
  "🦜",
);

test("in whatever pieces it comes, the same is shown", () => {
  const cut = fc.tuple(
    fc.array(bit, { maxLength: 40 }).map((bits) => bits.join("")),
    fc.array(fc.nat(200), { maxLength: 12 }),
  );
  fc.assert(
    fc.property(cut, ([text, places]) => {
      const ends = [
        0,
        ...places.map((place) => Math.min(place, text.length)).sort((a, b) => a - b),
        text.length,
      ];
      const pieces = ends.slice(1).map((end, index) => text.slice(ends[index], end));
      expect(pieces.join("")).toBe(text);
      expect(inPieces(pieces)).toBe(withoutThoughts(text));
      expect(inPieces([...text])).toBe(withoutThoughts(text));
    }),
    { numRuns: 500 },
  );
});

test("a plain reading of the whole text comes to the same", () => {
  fc.assert(
    fc.property(
      // What is left out between backticks joins them to one run for those who see the result alone.
      fc.array(bit, { maxLength: 30 }).map((bits) => bits.join("").replace(/`(?:<\|end\|>)+`/g, "` `")),
      (text) => {
        expect([text, withoutThoughts(text)]).toEqual([text, plainly(text)]);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("nothing that is thought at the beginning comes out, and all that is said does", () => {
  // Without what could be a tag of its own: one within a thought needs an end of its own.
  const thought = fc
    .array(fc.oneof(bit, fc.constantFrom("SECRET", "< ")), { maxLength: 20 })
    .map((bits) => bits.join("").replaceAll(/[<[◁](?! )/g, ""));
  const said = fc
    .array(fc.constantFrom("word", " ", ", ", "🦜"), { maxLength: 20 })
    .map((bits) => bits.join(""));
  fc.assert(
    fc.property(thought, said, (secret, answer) => {
      expect(withoutThoughts(`<think>${secret}</think>${answer}`)).toBe(answer.trimStart());
    }),
    { numRuns: 500 },
  );
});

test.each([
  "<think>",
  "<",
  "</think",
  "\n<think",
  "<think>\n<think>",
  "<think a=",
  "[THINK]\n[THINK]",
  "◁think▷◁/",
  " ",
  "\n",
  "```\n",
  "<think>a</think>",
])("100 kB of %j are read in no time", (bits) => {
  const text = bits.repeat(Math.ceil(100_000 / bits.length));
  withoutThoughts(text);
  const before = process.cpuUsage();
  withoutThoughts(text);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(50);
});
