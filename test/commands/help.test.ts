import { expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { optionSpecs } from "../../src/core/commands/option-specs.ts";
import { boss, createWorld } from "../core/world/world.ts";

test("help names every command with its actions, and who answers here", async () => {
  const world = createWorld();
  const text = (await world.runs("help", undefined, {}, { author: boss }))?.text ?? "";
  const file = world.platform.messages[0]?.files?.[0]?.text ?? text;
  expect(file).toContain("**Ada** answers");
  for (const { name, description, actions = {} } of commands) {
    expect(file).toContain(`**/${name}** — ${description}`);
    expect(file).toContain(Object.keys(actions).join(", "));
  }
});

test("help shows nobody a command that is not for them", async () => {
  const world = createWorld();
  expect((await world.runs("help"))?.text).not.toContain("/admin");
  expect((await world.runs("help", undefined, { command: "admin" }))?.text).toMatch(
    /^Only admins may do that/,
  );
});

test("help fits into one message of every platform", async () => {
  const world = createWorld();
  Object.assign(world.platform.limits, { messageLength: 2_000 });
  for (const command of [undefined, ...commands.map(({ name }) => name)]) {
    const reply = await world.runs("help", undefined, command ? { command } : {}, { author: boss });
    expect(reply?.files, command).toBeUndefined();
  }
});

test("help for a command shows all it takes, and nothing that only buttons give", async () => {
  const world = createWorld();
  Object.assign(world.platform.limits, { messageLength: 2_000 });
  const shown = (await world.runs("help", undefined, { command: "/Memory" }))?.text ?? "";
  const memory = commands.find(({ name }) => name === "memory");
  for (const [name, action] of Object.entries(memory?.actions ?? {})) {
    const usage = shown.split("\n\n").find((part) => part.startsWith(`**/memory ${name}`)) ?? "";
    for (const spec of optionSpecs(action.options)) {
      expect(usage.includes(`\`${spec.name}\``), `${name} ${spec.name}`).toBe(!spec.hidden);
    }
  }
  expect(shown).toContain("<query>");
  expect(shown).toContain("[page:blocks|archive|recall|working|prompt]");
});

test("help for one action of a command shows that alone", async () => {
  const world = createWorld();
  const shown = async (command: string) => (await world.runs("help", undefined, { command }))?.text ?? "";
  expect(await shown("memory search")).toMatch(/^\*\*\/memory search <query>\*\* — [^*]*$/);
  // The command is there, after all.
  expect(await shown("memory eat")).toBe(await shown("memory"));
});

test("a command that does not exist is refused", async () => {
  const world = createWorld();
  expect((await world.runs("help", undefined, { command: "dance" }))?.text).toMatch(/no command `dance`/);
});
