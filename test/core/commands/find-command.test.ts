import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { commands } from "../../../commands/index.ts";
import { formatCommandLine, parseCommandLine } from "../../../src/core/commands/command-line.ts";
import { action, type Command } from "../../../src/core/commands/declaration.ts";
import { findCommandText, readCommandText } from "../../../src/core/commands/find-command.ts";
import { HIDDEN } from "../../../src/core/commands/option-specs.ts";
import { AppError } from "../../../src/core/domain/errors.ts";

const options = (text: string) => findCommandText(commands, text)?.options;

test("a command line is read back as it was written", () => {
  const name = fc.stringMatching(/^[a-z]{1,12}$/);
  const values = fc.dictionary(fc.stringMatching(/^\w{1,8}$/), fc.string({ unit: "grapheme" }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(name, fc.option(name, { nil: undefined }), values, (command, act, given) => {
      const line = formatCommandLine({ name: command, ...(act && { action: act }), options: given });
      expect(parseCommandLine(line)).toEqual({ name: command, action: act, options: given });
      expect(line).not.toContain("|");
    }),
  );
});

test("a line that is not ours is nothing", () => {
  for (const line of ["", "stop", "a b c", "a b c=%E0%A4%A", "a b c=d=e"])
    expect(parseCommandLine(line)).toBeUndefined();
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

const PRIVATE = { message: "I have a secret", private: "yes" };

test("options by name are understood however people write them", () => {
  for (const typed of [
    "!chat private:yes persona:romy I have a secret",
    "!chat private=yes persona=romy I have a secret",
    "!chat --private --persona romy I have a secret",
    "!chat --private=yes --persona=romy I have a secret",
    "!chat —private –persona romy I have a secret",
    "!chat Private: yes Persona: romy I have a secret",
    "!chat private persona:romy I have a secret",
    "!chat I have a secret persona:'romy' private",
    "!chat I have a secret --private yes persona:“romy”",
    "/chat message:I have a secret persona:romy private:yes",
    "!chat persona:romy [private] I have a secret",
    '!chat "I have a secret" romy private',
    '!chat "I have a secret" private romy',
    "!chat „I have a secret“ romy --private",
    "!chat «I have a secret» persona=romy private please",
  ])
    expect([typed, options(typed)]).toEqual([typed, { ...PRIVATE, persona: "romy" }]);
  expect(options("!chat private")).toEqual({ private: "yes" });
  expect(options("!chat --private=no what's up")).toEqual({ private: "no", message: "what's up" });
});

test("what is nearly an option is never taken for talk: it may be what keeps the talk private", () => {
  for (const typed of [
    "!chat privat:yes I have a secret",
    "!chat --privat I have a secret",
    "!chat I have a secret --secret",
    "!chat privately I have a secret",
    "!chat I have a secret privat",
    "!chat (private) I have a secret",
    "!chat #private I have a secret",
    "!chat /private I have a secret",
    "!chat I have a secret @private",
    "!chat {private:yes} I have a secret",
    "!chat **private:yes** I have a secret",
    "!chat `private:yes` I have a secret",
    "!chat “private”:yes I have a secret",
    "!chat privé:oui I have a secret",
    "!chat приватно:да I have a secret",
    "!chat pri\u200bvate:yes I have a secret",
    "!chat \u200bprivate:yes I have a secret",
    "!chat -p I have a secret",
    "!chat tell me, but keep it private!",
    "!chat hidden=yes I have a secret",
    "!chat I have a secret personna:romy",
    '!chat "I have a secret" privatly',
  ])
    expect(() => findCommandText(commands, typed), typed).toThrow(
      /Nothing was done\. It goes like this: `!chat \[message\] \[persona:…\] \[private:yes\]`\./,
    );
  // What was named and takes no such value is refused by the option itself.
  expect(options("!chat private: I have a secret")).toMatchObject({ private: "I" });
});

test("talk is talk, also where it looks a little like options", () => {
  for (const said of [
    "is that private?",
    "what is a private member of std::vector?",
    "see https://example.org/persona for 10:30",
    "a=b and c:d, he said: no",
    "use git commit --amend to do that",
    '"To be or not to be" is from which play?',
    "'tis the season, isn't it",
    "it's -5 degrees — cold",
  ])
    expect([said, options(`!chat ${said}`)]).toEqual([said, { message: said }]);
  expect(options('!chat "how do I use --force"')).toEqual({ message: "how do I use --force" });
});

test("an action that is nearly one is answered with the one meant, another with all there are", () => {
  const persona = commands.find(({ name }) => name === "persona");
  if (!persona) throw new Error("There is no such command.");
  expect(() => readCommandText(persona, "lsit")).toThrow(
    "There is no command `/persona lsit`. Did you mean `/persona list`?",
  );
  expect(() => findCommandText(commands, "!conversation hisory")).toThrow(
    /Did you mean `!conversation history`\?/,
  );
  for (const typed of ["", "eat", "sing", "lis".repeat(40)])
    expect(() => readCommandText(persona, typed), typed).toThrow(/^`\/persona` takes one of `list`, `use`/);
});

test("politeness is heard and not taken for a value; other words make a command without a mark talk", () => {
  for (const typed of [
    "memory show please",
    "memory show!",
    "!memory show now please",
    "Memory Show, thank you!",
  ])
    expect([typed, findCommandText(commands, typed)]).toMatchObject([typed, { action: "show", options: {} }]);
  expect(options("memory show archive please")).toEqual({ page: "archive" });
  expect(options("persona use orin please")).toEqual({ name: "orin" });
  expect(options("persona info orin, please")).toEqual({ name: "orin" });
  expect(options("!persona use Captain Mira channel")).toEqual({ name: "Captain Mira", where: "channel" });
  expect(options("!memory remember to say please")).toEqual({ text: "to say please" });
  expect(findCommandText(commands, "memory show me the way")).toBeUndefined();
  expect(() => findCommandText(commands, "!memory show me the way")).toThrow(
    /It goes like this: `!memory show \[page:blocks\|archive\|recall\|working\|prompt\]`/,
  );
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

test("reading a command ends in a command, in talk or in a sentence for whoever typed it", () => {
  const piece = fc.constantFrom(
    ..."! / chat memory show persona use private romy please help --private persona: private= --x said_by= \" ' “ ” „ « » ‘ ’ 「 — – - : = [ ] ` \n \u200b \ud83e \u0301 \u202e yes 5 🦜".split(
      " ",
    ),
    " ",
  );
  const typed = fc.oneof(fc.array(piece, { maxLength: 30 }), fc.array(fc.string({ unit: "binary" })));
  fc.assert(
    fc.property(fc.constantFrom("", "!chat ", "!memory show ", "persona use "), typed, (start, pieces) => {
      try {
        findCommandText(commands, start + pieces.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
  );
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
