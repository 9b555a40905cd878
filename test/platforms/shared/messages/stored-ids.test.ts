import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { commandId, commandOf, partsOf } from "../../../../src/platforms/shared/messages/button-id.ts";
import { storedTarget } from "../../../../src/platforms/shared/messages/stored-target.ts";

const word = fc.stringMatching(/^[a-z]{1,12}$/);
const command = fc.record({
  name: word,
  action: word,
  options: fc.dictionary(word, fc.string({ unit: "grapheme", minLength: 1 }), {
    maxKeys: 3,
  }),
});
const part = fc.stringMatching(/^[a-z0-9.@]{1,12}$/);

test("a button's id brings back its command and what stands behind it", () => {
  fc.assert(
    fc.property(command, fc.array(part, { maxLength: 3 }), (line, parts) => {
      const id = commandId(line, 10_000, ...parts);
      expect(commandOf(id)).toEqual(line);
      expect(partsOf(id)).toEqual(parts);
    }),
  );
});

test("an id that is too long is no id, and one that is not ours is no command", () => {
  const line = { name: "memory", action: "forget", options: { block: "x".repeat(60) } };
  expect(() => commandId(line, 50)).toThrow(/for \/memory/);
  expect(() => commandId(line, commandId(line, 100).length, "k")).toThrow(/for \/memory/);
  expect(commandOf("")).toBeUndefined();
});

test("where an answer goes is plain JSON, without what is undefined", () => {
  const { readTarget, writeTarget } = storedTarget(
    z.object({ channel: z.string(), thread: z.string().optional(), at: z.number() }),
  );
  const written = writeTarget({ channel: "C1", thread: undefined, at: 7 });
  expect(Object.keys(written)).toEqual(["channel", "at"]);
  expect(readTarget(JSON.parse(JSON.stringify(written)))).toEqual({ channel: "C1", at: 7 });
  expect(() => readTarget({ channel: 1, at: 7 })).toThrow(z.ZodError);
});
