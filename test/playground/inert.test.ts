import { expect, test } from "vitest";
import { leadsOutside } from "../../src/playground/browser/pieces/address.ts";
import { parser } from "../../src/playground/browser/pieces/markdown-rules.ts";

test("an address that could run something on the page is no link", () => {
  const traps = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "blob:http://127.0.0.1/x",
    "//example.org",
    "",
  ];
  expect(traps.filter(leadsOutside)).toEqual([]);
  const links = ["https://example.org/", "HTTP://example.org", "mailto:ada@example.org"];
  expect(links.filter(leadsOutside)).toEqual(links);
});

const tagsIn = (text: string) =>
  parser
    .parseInline(text, {})
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === "tag")
    .map(({ markup, content }) => [markup, content]);

test("what Discord writes for people, places, commands, emoji and times is read as such, and HTML as text", () => {
  const real = "<@1> <@!2> <@&3> <#4> <#C0RRRR1CVS> </persona list:5> <:ada:6> <a:ada:7> <t:8> <t:9:R>";
  expect(tagsIn(real)).toEqual([
    ["@", "1"],
    ["@!", "2"],
    ["@&", "3"],
    ["#", "4"],
    // In Slack.
    ["#", "C0RRRR1CVS"],
    ["/", "persona list:5"],
    [":", "ada:6"],
    ["a:", "ada:7"],
    ["t:", "8"],
    ["t:", "9:R"],
  ]);
  expect(tagsIn("<b>bold</b> </script> <@everyone> <#general> <t:soon> <a:href>")).toEqual([]);
});
