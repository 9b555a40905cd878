import fc from "fast-check";
import { expect, test } from "vitest";
import { type Inline, isFrame } from "../../../../src/core/text/markdown/nodes.ts";
import { parse } from "../../../../src/core/text/markdown/parse.ts";
import { readableText, usersIn } from "../../../../src/platforms/slack/reading/mentions.ts";

/*
 * What people type, made from its parts, each with what it is: the CommonMark that the model reads is parsed and must
 * hold the same parts.
 */

type Part = { readonly typed: string; readonly told: string; readonly users: readonly string[] };

const names = { bot: "UBOT", user: (id: string) => `N${id}`, channel: () => "general" };

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const words: fc.Arbitrary<Part> = fc
  .array(fc.oneof(word, fc.constantFrom("2 * 3", "~", "snake_case")), { minLength: 1, maxLength: 3 })
  .map((each) => ({ typed: `a ${each.join(" ")} z`, told: `a ${each.join(" ")} z`, users: [] }));
const mention: fc.Arbitrary<Part> = fc
  .constantFrom("U1", "U2")
  .map((id) => ({ typed: `<@${id}>`, told: `@N${id}`, users: [id] }));
const link: fc.Arbitrary<Part> = word.map((label) => ({
  typed: `<https://x.y/*a*|${label}>`,
  told: `link(https://x.y/*a*: ${label})`,
  users: [],
}));
const code: fc.Arbitrary<Part> = fc
  .constantFrom("*a*", "~b~", "x < y && z", "<@U9>", "_c_", "let a = 2 * b;")
  .map((text) => ({
    typed: `\`${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}\``,
    told: `code(${text})`,
    users: [],
  }));

const sentence = (parts: fc.Arbitrary<Part>): fc.Arbitrary<Part> =>
  fc.array(parts, { minLength: 1, maxLength: 4 }).map((each) => ({
    typed: each.map(({ typed }) => typed).join(" and "),
    told: each.map(({ told }) => told).join(" and "),
    users: each.flatMap(({ users }) => users),
  }));

const marked = (sign: string, name: string, inside: fc.Arbitrary<Part>): fc.Arbitrary<Part> =>
  sentence(inside).map(({ typed, told, users }) => ({
    typed: `${sign}a ${typed} z${sign}`,
    told: `${name}(a ${told} z)`,
    users,
  }));

const plain = words.filter(({ typed }) => !/[*~]/.test(typed));
const text = sentence(
  fc.oneof(
    words,
    mention,
    link,
    code,
    marked("*", "strong", fc.oneof(plain, mention, link, code, marked("~", "strike", plain))),
    marked("~", "strike", fc.oneof(plain, mention, link, marked("_", "em", plain))),
    marked("_", "em", fc.oneof(plain, mention)),
  ),
);

function toldOf(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (isFrame(node)) {
        const inside = toldOf(node.children);
        return node.kind === "link" ? `link(${node.address}: ${inside})` : `${node.style}(${inside})`;
      }
      return node.kind === "code" ? `code(${node.text})` : node.raw;
    })
    .join("");
}

test("the CommonMark of what is typed holds the same parts, and code to the byte", () => {
  fc.assert(
    fc.property(text, ({ typed, told }) => {
      const [paragraph] = parse(readableText({ text: typed }, names));
      expect(paragraph?.kind === "paragraph" && toldOf(paragraph.inlines())).toBe(told);
    }),
    { numRuns: 300 },
  );
});

test("who is mentioned is who is mentioned outside of code", () => {
  fc.assert(
    fc.property(text, text, ({ typed, users }, { typed: other }) => {
      expect([...usersIn({ text: typed })].sort()).toEqual([...new Set(users)].sort());
      expect(usersIn({ text: `\`\`\`\n${other.replaceAll("`", "")}\n\`\`\`` })).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

const codeLine = fc.oneof(word, fc.constantFrom("", "  x", "*a*", "> b", "- c", "<@U9>", "&lt;", "a `b` c"));
test("code of several lines is the same to the byte wherever it begins", () => {
  fc.assert(
    fc.property(
      fc.array(codeLine, { minLength: 2, maxLength: 6 }).filter(([first, ...others]) => {
        return first !== "" && others.at(-1) !== "";
      }),
      fc.constantFrom("", "see ", "*a*\n"),
      fc.constantFrom("", " there", "\nbelow"),
      (lines, before, after) => {
        const escaped = lines
          .join("\n")
          .replaceAll("&", "&amp;")
          .replaceAll("<", "&lt;")
          .replaceAll(">", "&gt;");
        const read = readableText({ text: `${before}\`\`\`\n${escaped}\n\`\`\`${after}` }, names);
        const blocks = parse(read).filter(({ kind }) => kind === "fence");
        expect(blocks).toMatchObject([{ kind: "fence", lines, isClosed: true }]);
      },
    ),
    { numRuns: 300 },
  );
});
