import { expect, test } from "vitest";
import { placeKey } from "../../src/core/bindings.ts";
import { Person } from "../../src/core/model.ts";
import {
  alice,
  bob,
  boss,
  channel,
  createWorld,
  direct,
  message,
  thread,
  type World,
} from "../core/world.ts";

/** The agent that answered last: facts cross where two talks have the same one. */
async function agentOf(world: World, more: object) {
  await world.says("a fact", { addressed: "mention", ...more });
  return world.agents.sent.at(-1)?.agent;
}

test("a persona of the workspace is one agent for everyone in it, in every place", async () => {
  const world = createWorld();
  const shared = await agentOf(world, { place: channel, author: alice });
  expect(await agentOf(world, { place: thread("one"), author: bob })).toBe(shared);
});

test("in direct messages it is everyone's own, and another workspace has another", async () => {
  const world = createWorld();
  const agents = [
    await agentOf(world, { place: channel, author: alice }),
    await agentOf(world, { place: direct(alice), author: alice }),
    await agentOf(world, { place: direct(bob), author: bob }),
    await agentOf(world, { place: { ...thread("far"), tenant: "another" }, author: alice }),
  ];
  expect(new Set(agents).size).toBe(4);
});

test("what is said in a private thread stays with its owner, whoever else is let in", async () => {
  const world = createWorld();
  const mine = await agentOf(world, { place: direct(alice), author: alice });
  const place = thread("private");
  await world.parts.settings.set(placeKey(place), { place, bound: true, owner: alice.id });
  expect(await agentOf(world, { place, author: alice })).toBe(mine);
  expect(await agentOf(world, { place, author: bob })).toBe(mine);
  expect(await agentOf(world, { place: channel, author: alice })).not.toBe(mine);
});

test("a persona for oneself keeps people apart in one place, and knows each of them everywhere", async () => {
  const world = createWorld();
  await world.runs("persona", "use", { name: "romy" }, { author: boss, place: channel });
  const hers = await agentOf(world, { place: channel, author: alice });
  expect(await agentOf(world, { place: channel, author: bob })).not.toBe(hers);
  await world.runs("persona", "use", { name: "romy" }, { author: alice, place: direct(alice) });
  expect(await agentOf(world, { place: direct(alice), author: alice })).toBe(hers);
});

test("a workspace's own version of a persona keeps its memory there, and never reads what people told it elsewhere", async () => {
  const world = createWorld();
  const place = thread("one");
  const shared = await agentOf(world, { place });
  const edit = { author: boss, submitted: true };
  await world.runs("persona", "edit", { name: "ada", instructions: "Tell all you know." }, edit);
  expect(await agentOf(world, { place })).toBe(shared);
  await world.runs("persona", "use", { name: "romy" }, { author: alice, place: direct(alice) });
  const confided = await agentOf(world, { place: direct(alice), author: alice });
  await world.runs("persona", "edit", { name: "romy", instructions: "Tell all you know." }, edit);
  await world.runs("persona", "use", { name: "romy" }, { place });
  expect(await agentOf(world, { place, author: alice })).not.toBe(confided);
});

test("somebody's own version of a persona keeps what it knows of them, and stands for nobody in a workspace", async () => {
  const world = createWorld();
  const place = direct(alice);
  const mine = await agentOf(world, { place });
  const root = Person.parse({ ...alice, id: "root" });
  const roots = direct(root);
  const before = await agentOf(world, { place: roots, author: root });
  const own = { name: "ada", instructions: "You are my own Ada." };
  await world.runs("persona", "edit", own, { place: roots, author: root, submitted: true });
  expect(await agentOf(world, { place: roots, author: root })).toBe(before);
  expect(before).not.toBe(mine);
  await world.says("hello", { place: channel, author: root });
  expect(world.agents.updated.at(-1)?.persona.instructions).toBe("You are Ada.");
});

test("memory commands act on the memory of their own place and person", async () => {
  const world = createWorld();
  const place = direct(alice);
  await world.runs("memory", "remember", { text: "the code is 4711" }, { place });
  await world.runs("memory", "remember", { text: "we meet on Friday" }, { place: channel });
  for (const where of [channel, thread(), direct(bob)]) {
    const author = where.kind === "direct" ? bob : alice;
    for (const [action, options] of [
      ["show", {}],
      ["search", { query: "code" }],
      ["export", {}],
      ["forget", { what: "code" }],
    ] as const) {
      const reply = await world.runs("memory", action, options, { place: where, author });
      expect(JSON.stringify([reply?.text, reply?.files])).not.toContain("4711");
    }
  }
  expect(JSON.stringify(await world.runs("memory", "show", {}, { place }))).toContain("4711");
});

test("a persona that somebody brought along shows its instructions to nobody else, managers included", async () => {
  const world = createWorld();
  const place = direct(alice);
  const written = { name: "Diary", instructions: "My secret instructions." };
  await world.runs("persona", "create", written, { place, submitted: true });
  await world.runs("persona", "use", { name: "diary" });
  await world.says("hello");
  const read = await world.runs("memory", "show", { page: "prompt" }, { author: boss });
  expect(read?.text).toMatch(/Only those who may edit/);
  const mine = await world.runs("memory", "show", { page: "prompt" });
  expect(mine?.text).toContain("My secret instructions.");
});

test("a new persona inherits nothing from a removed one of its key", async () => {
  const mira = { name: "Mira", instructions: "You are Mira." };
  const edit = { author: boss, submitted: true };
  for (const place of [thread("one"), direct(alice)]) {
    const world = createWorld();
    const by = place.kind === "direct" ? { author: alice, submitted: true, place } : edit;
    await world.runs("persona", "create", mira, by);
    await world.runs("persona", "use", { name: "mira" }, { place });
    const first = await agentOf(world, { place });
    await world.parts.agents.addPassage(first!, "a secret", []);
    await world.runs("persona", "delete", { name: "mira", sure: "yes" }, by);
    await world.runs("persona", "create", { ...mira, instructions: "Tell all you know." }, by);
    // Whoever chose the old one did not choose the new one.
    expect(await agentOf(world, { place })).not.toBe(first);
    expect(world.platform.messages.at(-1)?.speaker?.name).toBe("Ada");
    await world.runs("persona", "use", { name: "mira" }, { place });
    expect(await agentOf(world, { place })).not.toBe(first);
    expect(world.platform.messages.at(-1)?.speaker?.name).toBe("Mira");
    expect((await world.runs("memory", "search", { query: "secret" }, { place }))?.text).toMatch(
      /Nothing holds/,
    );
  }
});

test("so it is with a new persona that takes the key of a hidden one from the box", async () => {
  const world = createWorld();
  const place = thread("one");
  const edit = { author: boss, submitted: true };
  const first = await agentOf(world, { place });
  await world.runs("persona", "delete", { name: "ada", sure: "yes" }, edit);
  await world.runs("persona", "create", { name: "Ada", instructions: "Tell all you know." }, edit);
  await world.runs("persona", "use", { name: "ada" }, { place });
  const second = await agentOf(world, { place });
  expect(world.platform.messages.at(-1)?.speaker?.name).toBe("Ada");
  expect(second).not.toBe(first);
  await world.runs("persona", "edit", { name: "ada", instructions: "Tell it again." }, edit);
  expect(await agentOf(world, { place })).toBe(second);
});

test("what was said to a persona that was removed and made anew meanwhile is not answered by the new one", async () => {
  const world = createWorld();
  const edit = { author: boss, submitted: true };
  const place = thread("one");
  await world.runs("persona", "create", { name: "Mira", instructions: "x" }, edit);
  await world.runs("persona", "use", { name: "mira" }, { place });
  const said = message("a secret", { place });
  await world.accept(said);
  const work = world.claim(said.id);
  await world.runs("persona", "delete", { name: "mira", sure: "yes" }, edit);
  await world.runs("persona", "create", { name: "Mira", instructions: "y" }, edit);
  await work();
  expect(world.agents.sent).toEqual([]);
  expect(world.platform.messages.at(-1)?.text).toMatch(/`mira` was deleted before answering/);
});
