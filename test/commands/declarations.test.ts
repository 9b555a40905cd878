import { expect, test } from "vitest";
import { commands, menus } from "../../commands/index.ts";
import { formatCommandLine } from "../../src/core/commands/command-line.ts";
import { findAction } from "../../src/core/commands/declaration.ts";
import { optionSpecs } from "../../src/core/commands/option-specs.ts";
import { type CommandLine, FORM_LIMITS, type Form } from "../../src/core/domain/form.ts";
import type { Posted } from "../core/world/recording-platform.ts";
import { boss, createWorld } from "../core/world/world.ts";

/*
 * The strictest platform's limits, from Discord's reference: application command names, descriptions, options and
 * choices; custom ids and labels of components; modals.
 */
const NAME = /^[-_\p{Ll}\p{N}]{1,32}$/u;
const MOST = 25;
const ID_LENGTH = 100;
/** The key of a message that a platform writes behind a button's command, and what sets it apart. */
const KEY_LENGTH = 25 + 1;

const actions = commands.flatMap((command) =>
  command.action
    ? [{ name: command.name, action: command.action }]
    : Object.entries(command.actions).map(([name, action]) => ({ name: `${command.name} ${name}`, action })),
);

const idOf = (line: CommandLine) => formatCommandLine(line).length;

function expectButtonsFit({ buttons = [] }: Partial<Posted> = {}): void {
  expect(buttons.length).toBeLessThanOrEqual(5);
  for (const { label, command } of buttons) {
    expect(label.length).toBeGreaterThan(0);
    expect(label.length).toBeLessThanOrEqual(80);
    expect(idOf(command) + KEY_LENGTH).toBeLessThanOrEqual(ID_LENGTH);
  }
}

function expectFormFits(form: Form | undefined): void {
  expect(form?.title.length).toBeLessThanOrEqual(FORM_LIMITS.titleLength);
  expect(form?.fields.length).toBeLessThanOrEqual(FORM_LIMITS.fields);
  expect(form && idOf(form.command)).toBeLessThanOrEqual(ID_LENGTH);
  for (const { label, value = "", maxLength = 0, placeholder = "" } of form?.fields ?? []) {
    expect(label.length).toBeLessThanOrEqual(FORM_LIMITS.labelLength);
    expect(value.length).toBeLessThanOrEqual(FORM_LIMITS.valueLength);
    expect(maxLength).toBeLessThanOrEqual(FORM_LIMITS.valueLength);
    expect(placeholder.length).toBeLessThanOrEqual(100);
  }
}

test("names and descriptions are what the strictest platform takes", () => {
  for (const { name, description, actions: acts = {} } of commands) {
    expect(name).toMatch(NAME);
    expect(description).toMatch(/^.{1,100}$/u);
    expect(Object.keys(acts).length).toBeLessThanOrEqual(MOST);
    for (const act of Object.keys(acts)) expect(act).toMatch(NAME);
  }
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

test("options are what the strictest platform takes, and each suggestion is for one of them", () => {
  for (const { name, action } of actions) {
    expect(action.description).toMatch(/^.{1,100}$/u);
    const specs = optionSpecs(action.options);
    expect(specs.length).toBeLessThanOrEqual(MOST);
    for (const spec of specs) {
      expect(spec.name).toMatch(NAME);
      expect(spec.choices?.length ?? 0).toBeLessThanOrEqual(MOST);
      expect(spec.hidden && spec.required && !action.form, `${name} ${spec.name}`).toBe(false);
    }
    const suggested = Object.keys(action.suggest);
    expect(specs.map((spec) => spec.name)).toEqual(expect.arrayContaining(suggested));
  }
});

test("everything about memory is answered in private", () => {
  for (const { name, action } of actions)
    if (name.startsWith("memory ")) expect(action.private, name).toBe(true);
});

test("a menu runs a command that is there, with options that it has", () => {
  for (const { label, command, textOption, authorOption } of menus) {
    expect(label).toMatch(/^.{1,32}$/u);
    const action = findAction(commands, command.name, command.action);
    const names = action && optionSpecs(action.options).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([textOption, authorOption]));
  }
});

test("every button and form that commands make fits, with the longest names that are allowed", async () => {
  const world = createWorld();
  world.platform.without = [];
  const name = "M".repeat(40);
  const by = { author: boss, submitted: true };
  await world.runs("persona", "create", { name, instructions: "x".repeat(4_000), description: "y" }, by);
  const key = name.toLowerCase().slice(0, 32);
  await world.runs("persona", "use", { name: key }, by);
  expectButtonsFit(await world.runs("persona", "delete", { name: key }, by));
  await world.runs("memory", "remember", { text: "tea" });
  const [agent] = world.agents.made.keys();
  await world.agents.addPassage(agent!, "green tea");
  expectButtonsFit(await world.runs("memory", "forget", { what: "tea" }));
  expectButtonsFit(await world.runs("memory", "show", {}, { author: boss }));
  const { blocks } = world.agents.made.get(agent!)!;
  const label = "привычки_и_привязанности_".repeat(4);
  blocks.push({ label, value: "tea", description: undefined, limit: 100, readOnly: false });
  expectButtonsFit(await world.runs("memory", "forget", { what: "tea" }));
  for (const [command, action, options] of [
    ["memory", "edit", { block: label }],
    ["persona", "create", {}],
    ["persona", "edit", { name: key }],
    ["memory", "edit", {}],
  ] as const) {
    world.platform.forms.length = 0;
    await world.runs(command, action, options, { author: boss });
    expectFormFits(world.platform.forms[0]);
  }
});

test("the buttons of an answer fit, however many turns there were", () => {
  const turn = "turn-9007199254740991";
  for (const action of ["stop", "retry"])
    expect(idOf({ name: "conversation", action, options: { turn } }) + KEY_LENGTH).toBeLessThanOrEqual(
      ID_LENGTH,
    );
});
