import { expect, test } from "vitest";
import {
  commandTyped,
  completionAt,
  withMentions,
  withoutMentions,
} from "../../src/playground/browser/state/completion.ts";
import { readCommands } from "../../src/playground/discord/commands.ts";
import type { Place } from "../../src/playground/protocol/protocol.ts";

const place = (id: string, name: string): Place => ({
  id,
  kind: "channel",
  name,
  topic: undefined,
  parentId: undefined,
  openedBy: undefined,
  private: false,
  archived: false,
  locked: false,
  messageCount: 0,
  lastMessageId: undefined,
});
const { slash } = readCommands([
  {
    name: "chat",
    type: 1,
    description: "Talk",
    options: [{ type: 3, name: "message", description: "What" }],
  },
  {
    name: "memory",
    type: 1,
    description: "What is remembered",
    options: [
      { type: 1, name: "show", description: "Show it" },
      {
        type: 1,
        name: "forget",
        description: "Forget it",
        options: [{ type: 8, name: "role", description: "x" }],
      },
      {
        type: 2,
        name: "block",
        description: "",
        options: [{ type: 1, name: "edit", description: "Edit one" }],
      },
    ],
  },
]);
const known = {
  commands: slash,
  people: [
    { id: "9", name: "Rapport" },
    { id: "1", name: "Alice" },
  ],
  places: [place("100", "general"), place("101", "general-talk")],
};
const titles = (text: string) => completionAt(text, text.length, known)?.items.map(({ title }) => title);

test("commands are found by their beginning first, then by any part of their name", () => {
  expect(titles("/")).toEqual(["/chat", "/memory block edit", "/memory forget", "/memory show"]);
  expect(titles("/memory s")).toEqual(["/memory show"]);
  expect(titles("/forget")).toEqual(["/memory forget"]);
  expect(titles("/nothing")).toBeUndefined();
  expect(titles("a / b")).toBeUndefined();
});

test("a command that is typed in full takes what follows as its first option", () => {
  expect(commandTyped("/chat hello", slash)).toMatchObject({ command: { name: "chat" }, rest: "hello" });
  expect(commandTyped("/memory show", slash)).toBeUndefined();
  expect(commandTyped("/memory show ", slash)).toMatchObject({ command: { subcommand: "show" } });
});

test("options that the page has no field for are left out", () => {
  expect(slash.find(({ subcommand }) => subcommand === "forget")?.options).toEqual([]);
});

test("people and channels are offered while their name is not complete", () => {
  expect(titles("hi @r")).toEqual(["@Rapport"]);
  expect(titles("hi @rapport")).toBeUndefined();
  expect(titles("see #general")).toEqual(["#general", "#general-talk"]);
  expect(titles("mail@r")).toBeUndefined();
});

test("mentions are written as Discord writes them, but not in code, and read back", () => {
  const text = "@Rapport, ask @alice in #general-talk: `@Rapport` and a@Rapport";
  const written = "<@9>, ask <@1> in <#101>: `@Rapport` and a@Rapport";
  expect(withMentions(text, known)).toBe(written);
  expect(withoutMentions("<@9> in <#100> <@77>", known)).toBe("@Rapport in #general <@77>");
});
