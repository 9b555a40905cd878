import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { personaFile } from "../../src/core/personas/file-format.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "rapport-box-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

test("the personas of the box can be read, and each is worth a description and a greeting", () => {
  const box = readPersonaFolder("personas");
  expect(box.map(({ key }) => key)).toEqual([
    "dating_coach",
    "personal_assistant",
    "story_keeper",
    "study_partner",
  ]);
  for (const { description, greeting, instructions } of box) {
    expect(description).not.toBe("");
    expect(greeting).not.toBe("");
    expect(instructions.length).toBeGreaterThan(400);
  }
});

test("an exported persona is a file of the folder again", () => {
  for (const persona of readPersonaFolder("personas")) {
    const { name, text } = personaFile(persona);
    write(name, text);
  }
  expect(readPersonaFolder(folder)).toEqual(readPersonaFolder("personas"));
});

test.each([
  ["---\nname: [\n---\nx", /personas\/bad\.md: its front matter is no YAML/],
  ["---\nname: Bad\nscope: planet\n---\nYou are bad.", /personas\/bad\.md: .*scope/s],
  ["---\nname: Bad\n---\n", /personas\/bad\.md: .*say who it is/s],
  ["---\nnome: Bad\n---\nYou are bad.", /personas\/bad\.md: `name` is missing\.$/],
])("a file that does not fit is named with what is wrong", (text, sentence) => {
  write("bad.md", text);
  expect(() => readPersonaFolder(folder)).toThrow(sentence);
});

test("a file whose name is no key is named with what it should be", () => {
  write("Bad Name.md", "---\nname: Bad\n---\nYou are bad.");
  expect(() => readPersonaFolder(folder)).toThrow(
    /^personas\/Bad Name\.md: its file name should be a short name/,
  );
});

test("an empty folder is refused", () => {
  expect(() => readPersonaFolder(folder)).toThrow("There are no personas");
});
