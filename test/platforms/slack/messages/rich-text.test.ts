import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "../../../../src/core/text/markdown/parse.ts";
import { plainInlines } from "../../../../src/core/text/markdown/plain.ts";
import { mentions, readableText, usersIn } from "../../../../src/platforms/slack/reading/mentions.ts";
import { WireMessage } from "../../../../src/platforms/slack/wire.ts";

const names = {
  bot: "UBOT",
  user: (id: string) => (id === "U1" ? "Bob" : undefined),
  channel: (id: string) => (id === "C1" ? "general" : undefined),
};

/** As Slack sends it. */
const messageOf = (elements: readonly object[], text = "what Slack made of it") =>
  WireMessage.parse({
    user: "U1",
    ts: "1.1",
    text,
    blocks: [{ type: "rich_text", block_id: "b", elements }],
  });
const section = (...elements: readonly object[]) => ({ type: "rich_text_section", elements });
const said = (text: string, style?: object) => ({ type: "text", text, ...(style && { style }) });
const list = (style: string, indent: number, items: readonly string[], more: object = {}) => ({
  type: "rich_text_list",
  style,
  indent,
  border: 0,
  elements: items.map((item) => section(said(item))),
  ...more,
});
const read = (...parts: readonly object[]) => readableText(messageOf(parts), names);

test.each([
  [[said("2 * 3 * 4 and snake_case")], "2 * 3 * 4 and snake_case"],
  [[said("bold ", { bold: true }), said("plain")], "**bold** plain"],
  [[said("a"), said("b", { italic: true }), said("c")], "a*b*c"],
  [[said("a "), said("b", { italic: true }), said(", c")], "a _b_, c"],
  [
    [
      said("all ", { bold: true }),
      said("both", { bold: true, italic: true }),
      said(" gone", { strike: true }),
    ],
    "**all _both_** ~~gone~~",
  ],
  [[said("let `a`", { code: true }), said(" is code")], "`` let `a` `` is code"],
  [[said("a", { code: true }), { type: "user", user_id: "UBOT", style: { code: true } }], "`a`"],
  [[{ type: "user", user_id: "UBOT", style: { bold: true } }, said(" hello")], "hello"],
  [[{ type: "user", user_id: "U1" }, said(" & "), { type: "user", user_id: "U2" }], "@Bob & @somebody"],
  [
    [{ type: "channel", channel_id: "C1" }, said(" "), { type: "channel", channel_id: "C2" }],
    "#general #random",
  ],
  [
    [{ type: "usergroup", usergroup_id: "S1" }, said(" "), { type: "broadcast", range: "here" }],
    "@team @here",
  ],
  [
    [{ type: "link", url: "https://x.y", text: "a page" }, said(" "), { type: "link", url: "mailto:b@x.y" }],
    "[a page](https://x.y) b@x.y",
  ],
  [
    [
      { type: "emoji", name: "wave", unicode: "1f44b" },
      { type: "color", value: "#FF0000" },
    ],
    ":wave:#FF0000",
  ],
  [
    [
      { type: "date", timestamp: 1_392_734_382, format: "{date}", fallback: "a day" },
      said(" "),
      { type: "date", timestamp: 1_392_734_382 },
    ],
    "a day 2014-02-18 14:39 UTC",
  ],
  [[{ type: "hologram", text: "new" }, { type: "other" }, said(" thing")], "new thing"],
])("%j is read as %s", (elements, expected) => {
  const message = messageOf([section(...elements)], "<#C1|> <#C2|random> <!subteam^S1|@team>");
  expect(readableText(message, names)).toBe(expected);
});

test("lists, quotes and code stand as CommonMark would have them", () => {
  const text = read(
    section(said("See:")),
    list("bullet", 0, ["one", "two\nlines"]),
    list("ordered", 1, ["three"], { offset: 4 }),
    list("bullet", 4, ["deep"]),
    section(said("\nthen")),
    { type: "rich_text_quote", elements: [said("said\n\nmore")] },
    section(said("mine")),
    { type: "rich_text_preformatted", elements: [said("a ``` b\n  <c>\n")] },
    section(said("\nend")),
  );
  expect(text).toBe(
    [
      "See:\n- one\n- two\n  lines\n    5. three\n        - deep\n\nthen",
      "> said\n>\n> more\n\nmine",
      "````\na ``` b\n  <c>\n````\nend",
    ].join("\n"),
  );
});

test("a list that begins deep is no code, and one that begins with another number ends a paragraph", () => {
  expect(read(list("bullet", 3, ["one"]))).toBe("- one");
  expect(read(section(said("so")), list("ordered", 0, ["three"], { offset: 2 }))).toBe("so\n\n3. three");
});

test("who is mentioned is who is mentioned outside of code", () => {
  const user = (id: string, style?: object) => ({ type: "user", user_id: id, ...(style && { style }) });
  const message = messageOf(
    [
      section(user("U1"), user("UBOT", { code: true })),
      list("bullet", 0, [], { elements: [section(user("U2"))] }),
      { type: "rich_text_preformatted", elements: [user("U3")] },
    ],
    "<@UBOT> <@U9>",
  );
  expect(usersIn(message)).toEqual(["U1", "U2"]);
  expect(mentions(message, "UBOT")).toBe(false);
  expect(mentions(messageOf([section(user("UBOT"))]), "UBOT")).toBe(true);
});

test("blocks that nobody typed leave the text as it came", () => {
  for (const blocks of [
    undefined,
    null,
    [],
    [{ type: "markdown", text: "x" }],
    [{ type: "rich_text" }],
    "x",
  ]) {
    const message = WireMessage.parse({ user: "U1", ts: "1.1", text: "*so* <@U1>", blocks });
    expect(readableText(message, names)).toBe("**so** @Bob");
  }
});

test("what stands in marks is what was typed, in whatever order marks begin and end", () => {
  const style = fc.record({ bold: fc.boolean(), italic: fc.boolean(), strike: fc.boolean() });
  const run = fc.tuple(fc.stringMatching(/^ ?[a-z]{1,6} ?$/), style);
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 8 }), (runs) => {
      // Words in one piece may not be told apart by marks; those set apart by blanks always are.
      const elements = runs.map(([text, each]) => said(`${text} `, each));
      const [paragraph] = parse(read(section(...elements)));
      const shown = paragraph?.kind === "paragraph" ? plainInlines(paragraph.inlines()) : "";
      expect(shown).toBe(
        elements
          .map(({ text }) => text)
          .join("")
          .trim(),
      );
    }),
  );
});
