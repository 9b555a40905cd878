import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { commands } from "../../commands/index.ts";
import { action, type Command } from "../../src/core/command.ts";
import {
  findCommandText,
  readCommandLine,
  readCommandText,
  writeCommandLine,
} from "../../src/core/command-text.ts";
import { HIDDEN } from "../../src/core/option-specs.ts";

const options = (text: string) => findCommandText(commands, text)?.options;

test("a command line is read back as it was written", () => {
  const name = fc.stringMatching(/^[a-z]{1,12}$/);
  const values = fc.dictionary(fc.stringMatching(/^\w{1,8}$/), fc.string({ unit: "grapheme" }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(name, fc.option(name, { nil: undefined }), values, (command, act, given) => {
      const line = writeCommandLine({ name: command, ...(act && { action: act }), options: given });
      expect(readCommandLine(line)).toEqual({ name: command, action: act, options: given });
      expect(line).not.toContain("|");
    }),
  );
});

test("a line that is not ours is nothing", () => {
  for (const line of ["", "stop", "a b c", "a b c=%E0%A4%A", "a b c=d=e"])
    expect(readCommandLine(line)).toBeUndefined();
});

test("options are given in order, by name, or in quotes", () => {
  expect(options("!persona use orin")).toEqual({ name: "orin" });
  expect(options("!persona use orin channel")).toEqual({ name: "orin", where: "channel" });
  expect(options('persona use where=here name="Captain Mira"')).toEqual({
    name: "Captain Mira",
    where: "here",
  });
  expect(options("persona use “Captain Mira”")).toEqual({ name: "Captain Mira" });
  expect(options("PERSONA Use orin")).toEqual({ name: "orin" });
});

test("the last option takes the rest of the line as it stands, line breaks and quotes and all", () => {
  expect(options('!memory remember Bob said "tea"\n  or coffee')).toEqual({
    text: 'Bob said "tea"\n  or coffee',
  });
  expect(options("memory remember tea")).toEqual({ text: "tea" });
  expect(options('memory remember "green tea"')).toEqual({ text: "green tea" });
  expect(options("memory remember 1=2 or x=y")).toEqual({ text: "1=2 or x=y" });
});

test("talk takes the rest of the line, and what comes after it is given by name", () => {
  expect(options("!chat how are you today?")).toEqual({ message: "how are you today?" });
  expect(options("!chat persona=orin tell me a story private=yes")).toEqual({
    persona: "orin",
    private: "yes",
    message: "tell me a story",
  });
});

test("hidden options cannot be typed: nobody notes something down under another's name", () => {
  expect(options("!memory remember said_by=Bob I owe Alice money")).toEqual({
    text: "said_by=Bob I owe Alice money",
  });
  expect(options("!persona delete orin sure=yes")).not.toHaveProperty("sure");
});

test("talk is not taken for a command", () => {
  const talk = [
    "!nice work",
    "memory is a strange thing",
    "help me",
    "/shrug",
    "! help",
    "chat with me",
    "!",
    "",
  ];
  for (const text of [...talk, "helping", "persona", "show memory", "constructor", "!constructor toString"])
    expect(findCommandText(commands, text)).toBeUndefined();
});

test("a command is a command with a mark in front, or with one of its actions behind", () => {
  expect(findCommandText(commands, "memory show")).toMatchObject({ name: "memory", action: "show" });
  expect(findCommandText(commands, "  /memory  show ")).toMatchObject({ name: "memory", action: "show" });
  expect(findCommandText(commands, "help")).toMatchObject({ name: "help" });
  expect(findCommandText(commands, "!help memory")).toMatchObject({ options: { command: "memory" } });
});

test("an action that does not exist is refused with those that do", () => {
  expect(() => findCommandText(commands, "!memory eat")).toThrow(/takes one of `show`, `search`/);
  expect(() => findCommandText(commands, "!memory")).toThrow(/takes one of/);
  expect(() => findCommandText(commands, "!memory constructor")).toThrow(/takes one of/);
});

test("a command that is misspelt is refused with the right one, and what is not nearly one is talk", () => {
  for (const typed of ["!memry show", "!memorry show all", "/mmeory show", "!Memori SHOW"])
    expect(() => findCommandText(commands, typed)).toThrow(/Did you mean `!memory show`\?/);
  expect(() => findCommandText(commands, "!personas use orin")).toThrow(/`!persona use`/);
  for (const talk of ["memry show", "!memry", "!memry is it", "!comedy show", "!nice list", "!hel me"])
    expect(findCommandText(commands, talk)).toBeUndefined();
});

test("typed words never become options that are not declared", () => {
  const command: Command = {
    name: "test",
    description: "A test.",
    action: action({
      description: "A test.",
      options: z.object({
        one: z.string().describe("One."),
        two: z.number().optional().describe("Two."),
        three: z.string().optional().describe("Three.").meta(HIDDEN),
      }),
      run: async () => undefined,
    }),
  };
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const typed = readCommandText(command, text).options;
      expect(["one", "two"]).toEqual(expect.arrayContaining(Object.keys(typed)));
    }),
  );
});
