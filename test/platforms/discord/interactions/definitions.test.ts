import { expect, test } from "vitest";
import { z } from "zod";
import { commands, menus } from "../../../../commands/index.ts";
import { action, type Command } from "../../../../src/core/commands/declaration.ts";
import {
  differences,
  discordCommands,
  type ExistingCommand,
} from "../../../../src/platforms/discord/commands/definitions.ts";
import { testCommands, testMenus } from "../../../contracts/platform/platform-fixtures.ts";

const wanted = discordCommands(testCommands, testMenus);

/** As Discord lists what was registered: with ids, and with defaults filled in or left out. */
const listed = (): ExistingCommand[] =>
  wanted.map((command, index) => ({
    ...structuredClone(command),
    id: String(index),
    application_id: "1",
    version: "1",
    dm_permission: true,
    name_localizations: null,
    ...(command.type === 3 && { description: "" }),
  }));

test("commands, subcommands, options, choices and menus are derived from their declarations", () => {
  expect(wanted).toMatchInlineSnapshot(`
    [
      {
        "contexts": [
          0,
          1,
        ],
        "default_member_permissions": null,
        "description": "Talk to somebody.",
        "integration_types": [
          0,
        ],
        "name": "chat",
        "nsfw": false,
        "options": [
          {
            "description": "What to say.",
            "name": "message",
            "required": true,
            "type": 3,
          },
          {
            "autocomplete": true,
            "description": "To whom.",
            "name": "persona",
            "required": false,
            "type": 3,
          },
        ],
        "type": 1,
      },
      {
        "contexts": [
          0,
          1,
        ],
        "default_member_permissions": null,
        "description": "What is remembered.",
        "integration_types": [
          0,
        ],
        "name": "memory",
        "nsfw": false,
        "options": [
          {
            "description": "Show it.",
            "name": "show",
            "options": [],
            "type": 1,
          },
          {
            "description": "Change it.",
            "name": "edit",
            "options": [
              {
                "description": "Which block.",
                "name": "block",
                "required": false,
                "type": 3,
              },
            ],
            "type": 1,
          },
          {
            "description": "Remember this.",
            "name": "remember",
            "options": [
              {
                "description": "What to remember.",
                "name": "text",
                "required": true,
                "type": 3,
              },
              {
                "description": "Who said it.",
                "name": "author",
                "required": false,
                "type": 3,
              },
            ],
            "type": 1,
          },
          {
            "description": "Stop.",
            "name": "stop",
            "options": [],
            "type": 1,
          },
        ],
        "type": 1,
      },
      {
        "contexts": [
          0,
          1,
        ],
        "default_member_permissions": null,
        "integration_types": [
          0,
        ],
        "name": "Remember this",
        "nsfw": false,
        "type": 3,
      },
    ]
  `);
});

test("the commands that come with Rapport keep Discord's rules", () => {
  expect(discordCommands(commands, menus)).toHaveLength(commands.length + menus.length);
});

test("an unchanged registration has no differences, in whatever way Discord writes defaults", () => {
  expect(differences(wanted, listed())).toEqual({ create: [], change: [], remove: [] });
  const terse = listed().map((command) =>
    JSON.parse(JSON.stringify(command).replaceAll(',"required":false', "")),
  );
  expect(differences(wanted, terse).change).toEqual([]);
});

test("what is new is created, what is gone removed, what changed changed", () => {
  const changed = discordCommands(
    testCommands.map((command) => ({ ...command, description: "Other." })),
    [],
  );
  const { create, change, remove } = differences(changed, listed().slice(1));
  expect(create.map(({ name }) => name)).toEqual(["chat"]);
  expect(change).toMatchObject([{ id: "1", to: { name: "memory", description: "Other." } }]);
  expect(remove).toMatchObject([{ name: "Remember this" }]);
});

test.each([
  ["the order of options", (options: object[]) => options.toReversed()],
  ["an option that is gone", (options: object[]) => [...options, { type: 3, name: "x", description: "X." }]],
  [
    "autocomplete that is no longer wanted",
    (options: object[]) => options.map((option) => ({ ...option, autocomplete: true })),
  ],
])("%s is a difference", (_what, change) => {
  const existing = listed().map((command) =>
    command.name === "chat"
      ? { ...command, options: change(z.array(z.looseObject({})).parse(command.options)) }
      : command,
  );
  expect(differences(wanted, existing).change).toMatchObject([{ id: "0" }]);
});

test("an activity's entry point is never removed", () => {
  const entry = { id: "9", type: 4, name: "launch" };
  expect(differences([], [entry])).toEqual({ create: [], change: [], remove: [] });
});

const command = (name: string, options: z.ZodObject = z.object({}), managersOnly = false): Command => ({
  name,
  description: "Does it.",
  action: action({ description: "Does it.", options, managersOnly, run: async () => undefined }),
});

test("a command for managers alone is shown to them alone", () => {
  expect(discordCommands([command("admin", z.object({}), true)], [])).toMatchObject([
    { default_member_permissions: "32" },
  ]);
});

const options = (count: number) =>
  z.object(
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`o${at}`, z.string().describe("One.")])),
  );

test.each([
  ["101 commands", Array.from({ length: 101 }, (_, at) => command(`c${at}`))],
  ["a name in upper case", [command("Chat")]],
  ["a name with a blank", [command("a b")]],
  ["the same name twice", [command("chat"), command("chat")]],
  ["26 options", [command("chat", options(26))]],
])("%s cannot be built", (_what, commands) => {
  expect(() => discordCommands(commands, [])).toThrow(z.ZodError);
});

test("16 menus cannot be built", () => {
  const [menu] = testMenus;
  const menus = Array.from({ length: 16 }, (_, at) => ({ ...(menu ?? never()), label: `Menu ${at}` }));
  expect(() => discordCommands(testCommands, menus)).toThrow(/15 menus/);
});

function never(): never {
  throw new Error("no menu");
}
