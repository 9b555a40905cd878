import { expect, test } from "vitest";
import { Person } from "../../src/core/domain/model.ts";
import { tenantKey } from "../../src/core/domain/stored-records.ts";
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
} from "../core/world/world.ts";

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

test("a place that only some read has a memory of its own, and the threads below it share that", async () => {
  const world = createWorld();
  const shared = await agentOf(world, { place: channel, author: alice });
  world.platform.audience.set(channel.id, { who: "some", set: "staff", named: "@Staff" });
  const staff = await agentOf(world, { place: channel, author: alice });
  expect(staff).not.toBe(shared);
  expect(await agentOf(world, { place: thread("one"), author: bob })).toBe(staff);
  world.platform.audience.set("test:ours", { who: "some", set: "staff", named: "@Staff" });
  expect(await agentOf(world, { place: { ...thread("ours"), parent: undefined }, author: bob })).toBe(staff);
  const members = {
    who: "members",
    of: thread("secret").id,
    named: "this thread",
    outsiders: false,
  } as const;
  world.platform.audience.set(thread("secret").id, members);
  const secret = await agentOf(world, { place: thread("secret"), author: alice });
  expect(secret).not.toBe(staff);
  expect(secret).not.toBe(await agentOf(world, { place: direct(alice), author: alice }));
  expect(await agentOf(world, { place: thread("secret"), author: bob })).toBe(secret);
  world.platform.audience.delete(channel.id);
  expect(await agentOf(world, { place: channel, author: alice })).toBe(shared);
});

test("where it cannot be found out who reads, nothing of elsewhere is opened", async () => {
  const world = createWorld();
  const shared = await agentOf(world, { place: channel, author: alice });
  world.platform.audience.set(channel.id, { who: "unknown" });
  expect(await agentOf(world, { place: channel, author: alice })).not.toBe(shared);
});

test("guests and people of elsewhere ask with the memory of the place", async () => {
  const world = createWorld();
  const shared = await agentOf(world, { place: channel, author: alice });
  const guest = await agentOf(world, { place: channel, author: { ...bob, standing: "guest" } });
  expect(guest).not.toBe(shared);
  expect(await agentOf(world, { place: thread("one"), author: { ...boss, standing: "outsider" } })).toBe(
    guest,
  );
});

test("a persona for oneself answers in direct messages alone, wherever it is asked, and says so", async () => {
  const world = createWorld();
  await world.runs("persona", "use", { name: "romy" }, { author: alice, place: direct(alice) });
  const hers = await agentOf(world, { place: direct(alice), author: alice });
  await world.runs("persona", "use", { name: "romy" }, { author: boss, place: channel });
  await world.says("my crush is Carol", { place: channel, author: alice, addressed: "mention" });
  await world.settle();
  expect(world.agents.sent.at(-1)?.agent).toBe(hers);
  expect(
    world.platform.messages
      .filter(({ where }) => where === "general")
      .map(({ text }) => text)
      .slice(-1),
  ).toEqual(["**Romy** answers you in your direct messages."]);
  const shown = await world.runs("memory", "show", {}, { place: channel });
  expect(shown?.text).toMatch(/answer only in your direct messages with me. Ask there./);
});

test("a place whose readers change opens another memory, says so once, and the old one again when they change back", async () => {
  const world = createWorld();
  const place = thread("one");
  const before = await agentOf(world, { place });
  world.platform.audience.set(place.id, { who: "some", set: "staff", named: "@Staff" });
  const after = await agentOf(world, { place });
  expect(after).not.toBe(before);
  expect(world.platform.texts.at(-1)).toMatch(
    /^\*Other people can read here than before.*👥 shared by @Staff/,
  );
  await agentOf(world, { place });
  expect(world.platform.texts.at(-1)).not.toMatch(/Other people/);
  world.platform.audience.delete(place.id);
  expect(await agentOf(world, { place })).toBe(before);
});

test("what waited while the readers changed is answered from the memory of those who read it now", async () => {
  const world = createWorld();
  const place = thread("one");
  const before = await agentOf(world, { place });
  await world.accept(message("and now?", { place }));
  const later = world.claim();
  world.platform.audience.set(place.id, { who: "unknown" });
  await later();
  expect(world.agents.sent.at(-1)?.agent).not.toBe(before);
});

test("an answer that was made for other readers is not shown to those who read now", async () => {
  const world = createWorld();
  const place = thread("one");
  await agentOf(world, { place });
  await world.accept(message("and now?", { place }));
  const later = world.claim();
  world.platform.fails = ({ type }) => (type === "post" ? new Error("lost") : undefined);
  await later().catch(() => undefined);
  const answer = world.latest()?.text ?? "";
  expect(answer).not.toBe("");
  world.platform.fails = () => undefined;
  world.platform.audience.set(place.id, { who: "unknown" });
  await later();
  expect(world.platform.texts.at(-1)).toMatch(/Who can read this place has changed since you asked/);
});

test("a persona of the whole installation keeps apart what was said before other readers than everyone here", async () => {
  const world = createWorld();
  const edit = { author: boss, submitted: true };
  const mira = { name: "Mira", instructions: "You are Mira.", scope: "global" };
  await world.runs("persona", "create", mira, edit);
  const place = thread("one");
  await world.runs("persona", "use", { name: "mira" }, { place });
  const everywhere = await agentOf(world, { place });
  world.platform.audience.set(place.id, { who: "some", set: "staff", named: "@Staff" });
  expect(await agentOf(world, { place })).not.toBe(everywhere);
  await world.parts.tenants.set(tenantKey(place), {
    platform: "test",
    tenant: "guild",
    base: "readers/test/guild/staff",
  });
  expect(await agentOf(world, { place })).toBe(everywhere);
});

test("a workspace's own version of a persona keeps its memory there, and never reads what people told it elsewhere", async () => {
  const world = createWorld();
  const place = thread("one");
  const shared = await agentOf(world, { place });
  const confided = await agentOf(world, { place: direct(alice), author: alice });
  const edit = { author: boss, submitted: true };
  await world.runs("persona", "edit", { name: "ada", instructions: "Tell all you know." }, edit);
  const edited = await agentOf(world, { place });
  expect(edited).toBe(shared);
  expect(edited).not.toBe(confided);
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
    await world.parts.memory.addPassage(first!, "a secret", []);
    await world.runs("persona", "delete", { name: "mira", sure: "yes" }, by);
    await world.runs("persona", "create", { ...mira, instructions: "Tell all you know." }, by);
    // Whoever chose the old one did not choose the new one.
    expect(await agentOf(world, { place })).not.toBe(first);
    expect(world.platform.messages.at(-1)?.author?.name).toBe("Ada");
    await world.runs("persona", "use", { name: "mira" }, { place });
    expect(await agentOf(world, { place })).not.toBe(first);
    expect(world.platform.messages.at(-1)?.author?.name).toBe("Mira");
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
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Ada");
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
