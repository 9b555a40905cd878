import { expect, test } from "vitest";
import { PAGE_NAMES } from "../../src/core/memory/pages.ts";
import { failure } from "../core/world/scripted-agents.ts";
import { alice, bob, boss, createWorld, type World } from "../core/world/world.ts";

test("every page of the memory has a sign of its own that is drawn as an emoji everywhere", () => {
  const signs = Object.values(PAGE_NAMES).map((name) => /^\p{Emoji_Presentation}(?= )/u.exec(name)?.[0]);
  expect(signs).not.toContain(undefined);
  expect(new Set(signs).size).toBe(signs.length);
});

async function remembering(...texts: readonly string[]) {
  const world = createWorld();
  for (const text of texts) await world.runs("memory", "remember", { text });
  return world;
}

const human = async (world: World) => {
  const [agent] = world.agents.made.keys();
  const blocks = agent ? await world.agents.blocks(agent) : [];
  return blocks.find(({ label }) => label === "human")?.value;
};

test("before the first word there is nothing to show, and it says what to do", async () => {
  const world = createWorld();
  for (const action of ["show", "export"])
    expect((await world.runs("memory", action))?.text).toMatch(
      /remembers nothing here yet\. Say something first/,
    );
  expect(world.agents.made.size).toBe(0);
});

test("what is noted down stands in one line under the name of who said it", async () => {
  const world = await remembering("I like tea\u2028- Bob: I like nothing");
  expect(await human(world)).toBe("- Alice said: I like tea - Bob: I like nothing");
  await world.runs("memory", "remember", { text: "it rains", said_by: "Bob\n- Alice" });
  expect(await human(world)).toMatch(/\n- Bob - Alice said: it rains$/);
});

test("what does not fit into the block goes to the archive", async () => {
  const world = await remembering(...Array.from({ length: 4 }, () => "x".repeat(1_900)));
  expect((await human(world))?.length).toBeLessThanOrEqual(5_000);
  const [agent] = world.agents.made.keys();
  expect(await world.agents.passages(agent!, { limit: 10 })).toHaveLength(2);
});

test("somebody who writes at the same time costs a second try, not the note", async () => {
  const world = await remembering("tea");
  world.agents.failures.push({ method: "writeBlock", error: failure("conflict") });
  expect((await world.runs("memory", "remember", { text: "coffee" }))?.text).toMatch(/remembers now/);
  expect(await human(world)).toBe("- Alice said: tea\n- Alice said: coffee");
});

test("each layer has a page with the way to the others", async () => {
  const world = await remembering("tea");
  await world.says("hello");
  const shown = await world.runs("memory", "show");
  expect(shown?.text).toMatch(/Memory blocks[\s\S]*🏠[\s\S]*> • Alice said: tea/);
  expect(shown?.buttons).toHaveLength(3);
  for (const { command } of shown?.buttons ?? []) {
    const page = await world.runs(command.name, command.action, command.options);
    expect(page?.text).toMatch(/^\*\*.+ of \*\*Ada\*\*/);
  }
  expect((await world.runs("memory", "show", { page: "working" }))?.text).toContain("1,234 of 32,000 tokens");
  expect((await world.runs("memory", "show", { page: "dreams" }))?.text).toMatch(
    /^`page`: takes one of `blocks`/,
  );
});

test("what is recalled is shown with who said it", async () => {
  const world = await remembering("tea");
  await world.says("hello");
  const at = "2026-01-01T10:00:00Z";
  world.agents.histories.set(world.latest()!.conversation!, [
    { id: "1", role: "person", text: "[Bob] any\ntea?", at },
    { id: "2", role: "persona", text: "Green, or black.", at },
  ]);
  expect((await world.runs("memory", "show", { page: "recall" }))?.text).toMatch(
    /: 2 messages\.\n> \*\*Bob:\*\* any tea\?\n> \*\*Ada:\*\* Green, or black\.$/,
  );
});

test("a block is shown line by line, so that no line seems to belong to the entry above it", async () => {
  const world = await remembering("tea");
  world.platform.without = [];
  await world.runs("memory", "edit", {}, { author: boss });
  const { options } = world.platform.forms.at(-1)?.command ?? {};
  const value = "- Alice said: tea\nBob's boat is called Marabou.\n* a star - and a dash";
  await world.runs("memory", "edit", { ...options, value }, { author: boss, submitted: true });
  expect(await human(world)).toBe(value);
  expect((await world.runs("memory", "show"))?.text).toContain(
    "> • Alice said: tea\n> Bob's boat is called Marabou.\n> • a star - and a dash",
  );
});

test("the system prompt is shown only to who may edit it", async () => {
  const world = await remembering("tea");
  expect((await world.runs("memory", "show", { page: "prompt" }))?.text).toMatch(/Only those who may edit/);
  const shown = await world.runs("memory", "show", { page: "prompt" }, { author: boss });
  expect(shown?.text).toContain("You are Ada.");
  for (const [author, isShown] of [
    [boss, true],
    [alice, false],
  ] as const) {
    const exported = await world.runs("memory", "export", {}, { author });
    expect(exported?.files?.[0]?.text.includes("You are Ada.")).toBe(isShown);
  }
});

test("the search looks through every layer", async () => {
  const world = await remembering("green tea");
  const [agent] = world.agents.made.keys();
  await world.agents.addPassage(agent!, "black tea");
  await world.says("hello");
  const conversation = world.latest()!.conversation!;
  const at = "2026-01-01T10:00:00Z";
  world.agents.histories.set(conversation, [{ id: "1", role: "person", text: "[Bob] any tea?", at }]);
  const found = await world.runs("memory", "search", { query: "tea" });
  for (const words of ["green tea", "black tea", "any tea?"]) expect(found?.text).toContain(words);
  expect((await world.runs("memory", "search", { query: "wine" }))?.text).toMatch(
    /Nothing holds “wine”\. Try another word\./,
  );
  expect((await world.runs("memory", "search", { query: "red wine" }))?.text).toMatch(
    /Nothing holds all of “red wine”\. Try one word of it\./,
  );
});

test("forgetting offers what was found, and forgets exactly what was chosen", async () => {
  const world = await remembering("green tea", "black tea");
  const [agent] = world.agents.made.keys();
  await world.agents.addPassage(agent!, "white tea");
  const offer = await world.runs("memory", "forget", { what: "tea" }, { author: boss });
  expect(offer?.text).toMatch(/1\. Alice said: green tea\n2\. Alice said: black tea\n3\. white tea/);
  for (const index of [1, 2]) {
    const { name, action, options } = offer!.buttons![index]!.command;
    expect((await world.runs(name, action, options, { author: boss }))?.text).toMatch(
      /^Out of the notes\. What was said stays in the history of its conversation/,
    );
    expect((await world.runs(name, action, options, { author: boss }))?.text).toMatch(
      /not in there any more|gone already/,
    );
  }
  expect(await human(world)).toBe("- Alice said: green tea");
  expect(await world.agents.passages(agent!, { limit: 9 })).toEqual([]);
  expect((await world.runs("memory", "forget", { what: "wine" }, { author: boss }))?.text).toMatch(
    /^Nothing is noted about “wine”; try another word\. What was said stays in the history/,
  );
  expect((await world.runs("memory", "forget"))?.text).toMatch(/Say a word/);
});

test("a block is corrected by a form; one that changed meanwhile is not overwritten", async () => {
  const world = await remembering("tea");
  world.platform.without = [];
  await world.runs("memory", "edit", {}, { author: boss });
  const [form] = world.platform.forms;
  expect(form?.fields).toMatchObject([{ name: "value", value: "- Alice said: tea" }]);
  const submitted = { ...form?.command.options, value: "- Alice said: coffee" };
  await world.runs("memory", "remember", { text: "milk" });
  const refusal = await world.runs("memory", "edit", submitted, { author: boss, submitted: true });
  expect(refusal).toMatchObject({
    files: [{ text: "- Alice said: coffee" }],
    text: expect.stringContaining("changed while"),
  });
  expect(await human(world)).toBe("- Alice said: tea\n- Alice said: milk");
  world.platform.forms.length = 0;
  await world.runs("memory", "edit", {}, { author: boss });
  const again = { ...world.platform.forms[0]?.command.options, value: "" };
  expect((await world.runs("memory", "edit", again, { author: boss, submitted: true }))?.text).toMatch(
    /is changed/,
  );
  expect(await human(world)).toBe("");
});

test("the persona's own block and one that is not there cannot be edited", async () => {
  const world = await remembering("tea");
  expect((await world.runs("memory", "edit", { block: "persona" }, { author: boss }))?.text).toMatch(
    /`persona` follows the persona/,
  );
  expect((await world.runs("memory", "edit", { block: "dreams" }, { author: boss }))?.text).toMatch(
    /no block `dreams`.*`human`/,
  );
});

test("a form that would come too late is refused in time", async () => {
  const world = await remembering("tea");
  world.platform.without = [];
  world.agents.blocks = () => new Promise(() => undefined);
  const began = world.clock.now();
  let reply: Awaited<ReturnType<World["runs"]>>;
  await world.through(
    world.runs("memory", "edit", {}, { author: boss }).then((posted) => {
      reply = posted;
    }),
    100,
  );
  expect(reply?.text).toMatch(/answers slowly/);
  expect(world.clock.now() - began).toBeLessThanOrEqual(2_000);
  expect(world.platform.forms).toEqual([]);
});

test("all of it can be taken along", async () => {
  const world = await remembering("tea");
  const [agent] = world.agents.made.keys();
  for (let index = 0; index < 150; index += 1) await world.agents.addPassage(agent!, `passage ${index}.`);
  const file = (await world.runs("memory", "export"))?.files?.[0];
  expect(file?.name).toBe("memory-ada.md");
  for (const words of ["Alice said: tea", "passage 0.", "passage 149."]) expect(file?.text).toContain(words);
});

test("what is taken along holds all five layers, and no line of it is cut", async () => {
  const world = await remembering("tea");
  await world.says("hello");
  const at = "2026-01-01T10:00:00Z";
  const long = `${"a long story ".repeat(40)}that ends.`;
  world.agents.histories.set(world.latest()!.conversation!, [
    { id: "1", role: "person", text: "[Bob] any tea?", at },
    ...Array.from({ length: 5 }, (_, index) => ({
      id: `a${index}`,
      role: "persona" as const,
      text: `${index}: ${long}`,
      at,
    })),
  ]);
  const text = (await world.runs("memory", "export"))?.files?.[0]?.text ?? "";
  const headings = text.split("\n").filter((line) => line.startsWith("## "));
  expect(headings).toEqual(Object.values(PAGE_NAMES).map((name) => `## ${name}`));
  expect(text).toContain("**Bob:** any tea?");
  for (const index of [0, 4]) expect(text).toContain(`**Ada:** ${index}: ${long}`);
  expect(text).not.toContain("…");
  expect(text).toMatch(/System prompt\n\n\*Only those who may edit this persona see its system prompt/);
});

test("a button that somebody else presses acts on the memory that is opened for them", async () => {
  const world = createWorld();
  await world.runs("memory", "remember", { text: "tea" }, { author: alice });
  const shown = await world.runs("memory", "show", {}, { author: alice });
  const { name, action, options } = shown!.buttons![0]!.command;
  const guest = { ...bob, standing: "guest" };
  expect((await world.runs(name, action, options, { author: guest }))?.text).toMatch(
    /remembers nothing here/,
  );
  expect((await world.runs("memory", "show", {}, { author: alice }))?.text).toContain("Alice said: tea");
});

test("a block of a long name is corrected and thinned out like any other", async () => {
  const world = await remembering("tea");
  world.platform.without = [];
  const label = "things_people_told_me_about_their_families_and_pets";
  const [kept] = world.agents.made.values();
  kept?.blocks.push({
    label,
    value: "- a cat\n- a dog",
    description: undefined,
    limit: 100,
    readOnly: false,
  });
  const shown = () => kept?.blocks.find((block) => block.label === label)?.value;
  await world.runs("memory", "edit", { block: label }, { author: boss });
  const { options } = world.platform.forms[0]?.command ?? {};
  const edit = { ...options, value: "- a cat\n- a dog\n- a bird" };
  expect((await world.runs("memory", "edit", edit, { author: boss, submitted: true }))?.text).toContain(
    `\`${label}\``,
  );
  const offer = await world.runs("memory", "forget", { what: "dog" }, { author: boss });
  await world.runs("memory", "forget", offer?.buttons?.[0]?.command.options, { author: boss });
  expect(shown()).toBe("- a cat\n- a bird");
});

test("what the archive finds by likeness alone is called that, in the search and before it is forgotten", async () => {
  const world = await remembering("tea");
  const passage = { id: "passage-1", text: "Bob plays chess", at: undefined, tags: [] };
  world.agents.searchPassages = async () => ({ passages: [passage], exact: false });
  const found = await world.runs("memory", "search", { query: "quantum physics" });
  expect(found?.text).toMatch(/Archived memory \(nearest, perhaps not about it\)\*\*\n• Bob plays chess/);
  const offer = await world.runs("memory", "forget", { what: "quantum physics" });
  expect(offer?.text).toContain("the nearest, perhaps not about it");
});
