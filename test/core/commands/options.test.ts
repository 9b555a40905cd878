import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { chat } from "../../../commands/chat.ts";
import { action } from "../../../src/core/commands/declaration.ts";
import { optionSpecs, typedOptions } from "../../../src/core/commands/option-specs.ts";
import { strayOption } from "../../../src/core/commands/read-options.ts";
import { recordKey } from "../../../src/core/domain/record-key.ts";
import { fingerprint, shortKey } from "../../../src/core/text/fingerprint.ts";
import { truncate } from "../../../src/core/text/truncate.ts";
import { command, createWorld } from "../world/world.ts";

const schema = z.object({
  count: z.number().int().min(1).max(50).optional().describe("How many."),
  sure: z.boolean().optional().describe("Really."),
  name: z.string().max(5).describe("Which."),
  where: z.enum(["here", "there"]).optional().describe("Where."),
});

async function refusalOf(options: object): Promise<string> {
  const declared = action({ description: "A test.", options: schema, run: async () => ({ text: "fine" }) });
  const world = createWorld();
  const context = { ...world.parts, event: command("test", undefined, options) };
  const { place, author } = context.event;
  const replyChannel = world.platform.replyChannel({ channel: "here" });
  const ran = declared.run(options, { ...context, place, author, replyChannel, target: {} });
  return ran.then(
    () => "",
    (error: Error) => error.message,
  );
}

test("options that are required come first, in the order they were declared", () => {
  expect(optionSpecs(schema).map(({ name, required }) => [name, required])).toEqual([
    ["name", true],
    ["count", false],
    ["sure", false],
    ["where", false],
  ]);
});

test("text becomes what the schema wants; what does not fit is left for it to refuse", () => {
  const typed = (raw: unknown) => typedOptions(schema, raw);
  expect(typed({ count: "5", sure: "Yes", name: "12" })).toEqual({ count: 5, sure: true, name: "12" });
  expect(typed({ count: "", sure: "perhaps" })).toEqual({ count: "", sure: "perhaps" });
  expect(typed({ count: 5, unknown: "x" })).toEqual({ count: 5, unknown: "x" });
  expect(typed("nothing")).toBe("nothing");
});

test.each([
  ["private:yes I have a secret", "private"],
  ["I have a secret private: true", "private"],
  ["I have --private a secret", "private"],
  ["persona:romy hello", "persona"],
  ["hello persona=romy", "persona"],
  ["(private) I have a secret", "(private)"],
  ["#private I have a secret", "#private"],
  ["I have a secret [private]", "[private]"],
  ["private, I have a secret", "private,"],
  ["PRIVATE: I have a secret", "PRIVATE"],
  ["private = yes I have a secret", "private"],
  ["privat:ja I have a secret", "privat"],
  ["приватно:да I have a secret", "приватно"],
  ["secret:true I have a secret", "secret"],
  ["private：yes I have a secret", "private：yes"],
  ["ｐｒｉｖａｔｅ：yes I have a secret", "ｐｒｉｖａｔｅ：yes"],
  ["pri\u200bvate:yes I have a secret", "pri\u200bvate:yes"],
  ["“private”:yes I have a secret", "private"],
  ["**private:yes** I have a secret", "**private:yes**"],
  ["private lessons are dear", undefined],
  ["Pirate, tell me a story", undefined],
  ["is that #private?", undefined],
  ["Please: yes or no", undefined],
  ["class A { private:int b; persona:c }; is that right?", undefined],
  ['"private:yes" is what I typed', undefined],
  ["What does persona mean?", undefined],
])("%j, in the field of what is said, has an option in it: %s", (message, option) => {
  const said = strayOption(chat.action, { message });
  expect(said?.includes(`because \`${option}\` inside \`message\` looks like an option`) ?? false).toBe(
    option !== undefined,
  );
  expect(strayOption(chat.action, { persona: message })).toBe(undefined);
});

test("a wrong option is named, with what it takes", async () => {
  expect(await refusalOf({})).toBe(
    "`name`: is needed\nIt goes like this: `/test <name> [count:number] [sure:yes] [where:here|there]`",
  );
  expect(await refusalOf({ name: "abcdef" })).toBe("`name`: takes at most 5 characters");
  expect(await refusalOf({ name: "a", count: "many" })).toBe("`count`: takes a number, such as 20");
  expect(await refusalOf({ name: "a", count: "51" })).toBe("`count`: takes at most 50");
  expect(await refusalOf({ name: "a", count: "1.5" })).toBe("`count`: takes a number, such as 20");
  expect(await refusalOf({ name: "a", sure: "perhaps" })).toBe("`sure`: takes yes or no");
  expect(await refusalOf({ name: "a", where: "up" })).toBe("`where`: takes one of `here`, `there`");
  expect(await refusalOf({ name: "a", where: "up", sure: "?" })).toMatch(/^`sure`.*\n`where`/);
});

test("different keys never meet, and none holds a colon", () => {
  const parts = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (one, two) => {
      expect(recordKey(...one)).not.toContain(":");
      expect(recordKey(...one) === recordKey(...two)).toBe(JSON.stringify(one) === JSON.stringify(two));
    }),
  );
});

test("a key for posting leaves room for the number of a part", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(shortKey(name)).toMatch(/^[0-9a-z]{2,14}$/);
      expect(shortKey(name)).toBe(shortKey(name));
    }),
  );
  expect(shortKey("turn-1/1")).not.toBe(shortKey("turn-2/1"));
  expect(fingerprint("tea")).not.toBe(fingerprint("eat"));
});

test("a shortened text is no longer than it may be and holds no half characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 20 }), (text, length) => {
      const short = truncate(text, length);
      expect(short.length).toBeLessThanOrEqual(length);
      expect(short).not.toMatch(/\p{Cs}/u);
      if (text.length <= length) expect(short).toBe(text);
    }),
  );
});
