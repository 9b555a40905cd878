import { expect, test } from "vitest";
import { mayGoOn } from "../../../src/core/turn/enqueue.ts";
import { message } from "../world/world.ts";

test("only what sounds unfinished waits for more of the same burst", () => {
  const waits = (text: string) => mayGoOn(message(text));
  expect(
    ["hey", "quick question", "so I was thinking,", "1) first", "", "a, b and…c"].filter(waits),
  ).toHaveLength(6);
  const whole = [
    "Are you there?",
    "Do it now!",
    "It is done.  ",
    'She said "no."',
    "元気ですか？",
    "**Really?**",
    "Well…",
  ];
  expect(whole.filter(waits)).toEqual([]);
  expect(waits(`${"word ".repeat(40)}and`)).toBe(false);
});

test("who sends a file may say what to do with it in the next message", () => {
  const file = { name: "cat.png", url: "https://example.org/cat.png", contentType: "image/png", bytes: 1 };
  expect(mayGoOn(message("Look!", { attachments: [file] }))).toBe(true);
});
