import { expect, test } from "vitest";
import type { OutgoingMessage } from "../../../../src/core/ports/platform.ts";
import { commandOf } from "../../../../src/platforms/shared/messages/button-id.ts";
import { buttonId, encode, MESSAGE_LENGTH } from "../../../../src/platforms/slack/messages/encode-message.ts";
import { plainText, slackMarkdown } from "../../../../src/platforms/slack/messages/markdown.ts";
import { mentions, readableText } from "../../../../src/platforms/slack/reading/mentions.ts";
import { WireMessage, WireSlash } from "../../../../src/platforms/slack/wire.ts";

const names = {
  bot: "UBOT",
  user: (id: string) => (id === "U1" ? "Bob" : undefined),
  channel: (id: string) => (id === "C1" ? "general" : undefined),
};

test.each([
  ["<@UBOT> hello", "hello"],
  ["hello <@UBOT>", "hello"],
  ["hello <@UBOT>, who are you?", "hello, who are you?"],
  ["<@UBOT>, memory show", "memory show"],
  ["<@U1> and <@U2|x>", "@Bob and @x"],
  ["<#C1> <#C2|random>", "#general #random"],
  ["<!here> <!channel|channel> <!subteam^S1|@team> <!subteam^S1>", "@here channel @team @a group"],
  ["<https://example.org|a page> <https://example.org>", "[a page](https://example.org) https://example.org"],
  [
    "<mailto:bob@example.org|bob@example.org> <mailto:bob@example.org|Bob>",
    "bob@example.org [Bob](mailto:bob@example.org)",
  ],
  [
    "<!date^1392734382^{date}|a day> <!date^1392734382^{date}> <!date^x^{date}>",
    "a day 2014-02-18 14:39 UTC some time",
  ],
  ["1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"],
  ["&lt;@U1&gt;", "<@U1>"],
  ["*bold* _it_ ~gone~ `*code*`", "**bold** _it_ ~~gone~~ `*code*`"],
  ["*<https://x.y/*a*|the page>* 2 * 3 * 4 a*b*c", "**[the page](https://x.y/*a*)** 2 * 3 * 4 a*b*c"],
  ["*a ~b~ <@U1>*, *c*", "**a ~~b~~ @Bob**, **c**"],
  ["• one\n    ◦ two", "- one\n    - two"],
  ["&gt; said\n&gt; more\nmine", "> said\n> more\n\nmine"],
  ["see ```let *a* = 1 &lt; 2;\n  b;``` there", "see \n```\nlet *a* = 1 < 2;\n  b;\n```\n there"],
  ["```ts\nlet a;\n```\nok", "```ts\nlet a;\n```\nok"],
  ["`<@U1> <@UBOT>` and `<http://x.y|x.y>`", "`<@U1> <@UBOT>` and `x.y`"],
])("%s is read as %s", (text, expected) => {
  expect(readableText({ text }, names)).toBe(expected);
});

test("a mention of the bot is one, whoever else is mentioned", () => {
  expect(mentions({ text: "hi <@U1> and <@UBOT|rapport>" }, "UBOT")).toBe(true);
  expect(mentions({ text: "hi <@U1>" }, "UBOT")).toBe(false);
  expect(mentions({ text: "write `<@UBOT>` or ```\n<@UBOT>\n```" }, "UBOT")).toBe(false);
});

test("nothing a model writes is read as a mention", () => {
  for (const ping of ["<!channel>", "<!here|here>", "<@U1>", "<!subteam^S1>", "<<b>@U1>", "[x](<!here>)"])
    expect(slackMarkdown(`${ping} **${ping}** > ${ping}`)).not.toMatch(/<[!@]/);
  expect(slackMarkdown("if (a < b && c > d) <#C1>")).toBe("if (a < b && c > d) <#C1>");
  expect(plainText("<@U1> & <b>")).toBe("&lt;\u2060@U1&gt; &amp; &lt;b&gt;");
});

test.each([
  ["I no longer answer in **<#C1>**.", "I no longer answer in <#C1>."],
  ["**in <#C1> and <#C2>!**", "**in** <#C1> **and** <#C2>**!**"],
  ["***<#C1> here*** _a <#C1>_", "<#C1> ***here*** _a_ <#C1>"],
  ["~~gone: <#C1>~~ **bold** <#C1>", "~~gone:~~ <#C1> **bold** <#C1>"],
  ["**`<#C1>`** [**<#C1>**](https://x.y)", "**`<#C1>`** [**<#C1>**](https://x.y)"],
])("a link to a channel stands outside of marks: %s", (text, shown) => {
  expect(slackMarkdown(text)).toBe(shown);
});

test("nothing is read as a mention in code that Slack may not take for code", () => {
  const ping = "<!channel> <@U1>";
  const fenced = `\`\`\`\n${ping}\n\`\`\``;
  for (const text of [
    `a\n\n    ${ping}`,
    `a\n\n\t${ping}`,
    `a\n\n~~~\n${ping}\n~~~`,
    `a\n\n\`\`\`\`\n${ping}`,
  ])
    expect(slackMarkdown(text)).toBe(`a\n\n${fenced}`);
  for (const text of [`    \`\`\`\n    ${ping}`, `~~~\n\`\`\`\n${ping}\n~~~`])
    expect(slackMarkdown(text)).not.toMatch(/<[!@]/);
});

test("code stays as it is", () => {
  for (const code of ["<!DOCTYPE html>", "List<@NonNull String>", "<!channel>", "a <b>c</b>"])
    for (const text of [
      `so: \`${code}\` & <x`,
      `\`\`\`\n${code}\n\`\`\`\n<x`,
      `- a\n  \`\`\`\n  ${code}\n  \`\`\`\n\n<x`,
    ])
      expect(slackMarkdown(text)).toBe(text);
});

test("what Slack's markdown block shows raw is written otherwise", () => {
  expect(slackMarkdown("<https://x.y|the page> <b>bold</b><br>next")).toBe(
    "[the page](https://x.y) **bold**\nnext",
  );
  expect(slackMarkdown("| a | b |\n|---|--:|\n| x | 1 |")).toBe("```\na │ b\n──┼──\nx │ 1\n```");
});

test("a notification holds no marks", () => {
  const text =
    "# Hi\n\n**Bob** _said_ `x < 1`:\n- [a page](https://x.y)\n1. &amp; \\*\n\n> ~~gone~~\n\n```ts\nlet a;\n```";
  expect(plainText(text)).toBe("Hi\n\nBob said x &lt; 1:\n• a page\n1. &amp; *\n\n&gt; gone\n\nlet a;");
});

const saying = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  text,
  visibility: "public",
  ...more,
});

test("what grows by escaping keeps to Slack's limits and is shown whole", () => {
  const text = "<&>".repeat(MESSAGE_LENGTH / 3);
  const body = encode(saying(text, { author: { name: "Mira", avatar: undefined } }), { ownName: false });
  expect(body.text.length).toBeLessThanOrEqual(3_900);
  expect(body.text).not.toMatch(/&[a-z]*…$/);
  expect(body.blocks).toEqual([{ type: "markdown", text: `**Mira**\n${text}` }]);
});

test("a name stands above the text, or beside the message, never both", () => {
  const message = saying("hi", { author: { name: "Mi<!here>ra", avatar: "🦉" } });
  expect(encode(message, { ownName: true })).toMatchObject({ username: "🦉 Mi !here ra", text: "hi" });
  const plain = encode(message, { ownName: false });
  expect(plain.text).toContain("Mi !here ra");
  expect(plain).not.toHaveProperty("username");
});

test("an empty message says something", () => {
  expect(encode(saying(" "), { ownName: true }).text).toBe("…");
});

test("a link is never fetched by Slack, nor a picture", () => {
  const body = encode(saying("![](https://evil.example/?said=4711)"), { ownName: true });
  expect(body).toMatchObject({ unfurl_links: false, unfurl_media: false });
});

test("buttons bring back their command, and two with one command are told apart", () => {
  const command = { name: "memory", action: "forget", options: { what: "tea & “cake” |1" } };
  const ids = [buttonId(command, 0), buttonId(command, 1)];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(commandOf(id)).toEqual(command);
  expect(commandOf("foreign")).toBeUndefined();
  expect(() => buttonId({ name: "x", options: { y: "z".repeat(300) } }, 0)).toThrow(/command line/);
});

test("a message with nothing for words is heard by its files", () => {
  const files = [{ id: "F1", name: "boat.png" }];
  expect(WireMessage.parse({ user: "U1", text: null, ts: "1.1", files })).toMatchObject({ text: "", files });
  expect(WireMessage.parse({ user: "U1", ts: "1.1" }).text).toBe("");
});

test("a text that is longer than any of Slack's is cut before anything reads it, and the cut is told", () => {
  const text = "<@U1|".repeat(30_000);
  const typed = { command: "/chat", channel_id: "C1", user_id: "U1", trigger_id: "1" };
  for (const read of [WireMessage.parse({ text, ts: "1.1" }), WireSlash.parse({ ...typed, text })])
    expect(read.text).toBe(`${text.slice(0, 100_000)}\n(cut: 50,000 more characters were not read)`);
});

test("a mark that stands open while an answer grows is shown closed", () => {
  const growing = encode(saying("_Hello", { isStreaming: true }), { ownName: true });
  expect(growing.blocks).toEqual([{ type: "markdown", text: "_Hello_" }]);
  expect(encode(saying("_Hello"), { ownName: true }).blocks).toEqual([{ type: "markdown", text: "_Hello" }]);
});
