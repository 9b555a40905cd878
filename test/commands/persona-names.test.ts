import { describe, expect, test } from "vitest";
import { tenantKey } from "../../src/core/domain/stored-records.ts";
import { alice, bob, boss, channel, createWorld, direct, thread, type World } from "../core/world/world.ts";

const instructions = "You are somebody.";

const creates = async (world: World, name: string, more: object = {}) =>
  (await world.runs("persona", "create", { name, instructions }, { author: alice, submitted: true, ...more }))
    ?.text;

const chooses = (world: World, policy: object) =>
  world.parts.tenants.set(tenantKey(channel), { platform: channel.platform, tenant: channel.tenant, policy });

describe("no persona bears", () => {
  test.each([
    ["the name of another", "Orin"],
    ["one that looks like it", "Оrіn"],
    ["one with something invisible in it", "O\u200brin"],
    ["the key of another", "Q.Orin".slice(2)],
  ])("%s", async (_what, name) => {
    expect(await creates(createWorld(), name)).toMatch(/^\*\*Orin\*\* \(`orin`\) has that name already/);
  });

  test.each([
    "@everyone",
    "Here",
    "Admin",
    "Server Admin",
    "the Moderators".slice(0, -1),
    "SYSTEM",
    "Suppоrt Team",
  ])("a word that says more than it is: %s", async (name) => {
    expect(await creates(createWorld(), name)).toMatch(/could be taken for an admin/);
  });

  test.each(["\u3164", "\u2800\u2800", "\u200d", "\ufe0f", "\u{e0041}\u{e007f}"])(
    "one of which nothing can be seen (%j)",
    async (name) => {
      const world = createWorld();
      await creates(world, "Mira");
      const edit = { name: "mira", called: name };
      const asked = await world.runs("persona", "edit", edit, { author: alice, submitted: true });
      expect(asked?.text).toMatch(/`name`: .* Choose one that people can read/);
      expect(await creates(world, name)).toMatch(/^`name`: /);
    },
  );

  test("the name of a role, of the bot or of people there", async () => {
    const world = createWorld();
    world.platform.taken = ["Rapport", "Night Watch", "Carol"];
    for (const name of ["Rарроrt", "night-watch", "Cаrol"])
      expect(await creates(world, name)).toMatch(/somebody here is called .* already/);
  });

  test("the platform's own name, or more than it shows", async () => {
    expect(await creates(createWorld(), "My TestCord Friend")).toMatch(/may not hold “testcord”/);
    const world = createWorld();
    world.platform.nameLength = 30;
    expect(await creates(world, "x".repeat(31))).toMatch(/at most 30 characters here/);
  });

  test("such a name by being renamed either, and what was written is kept", async () => {
    const world = createWorld();
    world.platform.taken = ["Carol"];
    await creates(world, "Mira");
    const edit = { name: "mira", called: "Carol", instructions: "My new words." };
    const refused = await world.runs("persona", "edit", edit, { author: alice, submitted: true });
    expect(refused?.text).toMatch(/somebody here is called “Carol”/);
    expect(refused?.files?.[0]?.text).toContain("My new words.");
    const kept = { name: "mira", called: "Mira", instructions: "My new words." };
    expect((await world.runs("persona", "edit", kept, { author: alice, submitted: true }))?.text).toMatch(
      /is changed/,
    );
  });
});

test("no name or description of a persona makes a line of its own, or turns ours around", async () => {
  const world = createWorld();
  const form = { name: "Mi\n# ra\u202e", description: "Kind.\n\n\u2067**Ada** answers", instructions };
  const made = await world.runs("persona", "create", form, { author: alice, submitted: true });
  expect(made?.text).toMatch(/^\*\*Mi # ra\*\* is here/);
  const listed = (await world.runs("persona", "list"))?.text.split("\n");
  expect(listed).toContain("Kind. **Ada** answers");
  const edit = { name: "mi_ra", called: "Mi\r-# ra" };
  const edited = await world.runs("persona", "edit", edit, { author: alice, submitted: true });
  expect(edited?.text).toMatch(/^\*\*Mi -# ra\*\* is changed/);
});

test("no name of a persona closes the marks around it", async () => {
  const made = await creates(createWorld(), "Mi** answers here. **ra `x` ||y|| *z*");
  expect(made).toMatch(/^\*\*Mi answers here. ra x y \*z\*\*\* is here/);
});

test("names that only hold such a word are fine", async () => {
  for (const name of ["Solar System Guide", "Tech Support", "Get Here Soon", "Badminton Coach"])
    expect(await creates(createWorld(), name)).toMatch(/is here/);
});

test("while it is not known who is there no name is given, but for oneself", async () => {
  const world = createWorld();
  world.platform.isUnsure = true;
  expect(await creates(world, "Mira")).toMatch(/do not know whether somebody is called “Mira”/);
  expect(await creates(world, "Nora", { place: direct(alice) })).toMatch(/is here/);
  // Brought before others it could be anybody's.
  const refused = await world.runs("persona", "use", { name: "nora" });
  expect(refused?.text).toMatch(/do not know whether somebody is called “Nora”/);
  world.platform.isUnsure = false;
  expect(await creates(world, "Mira")).toMatch(/is here/);
});

test("a persona that is there already stays, whatever it is called now", async () => {
  const world = createWorld();
  await creates(world, "Carol");
  world.platform.taken = ["Carol", "Ada"];
  const edit = { name: "carol", instructions: "Other words." };
  expect((await world.runs("persona", "edit", edit, { author: alice, submitted: true }))?.text).toMatch(
    /is changed/,
  );
  const shipped = { name: "ada", instructions: "Ada of here." };
  expect((await world.runs("persona", "edit", shipped, { author: boss, submitted: true }))?.text).toMatch(
    /is changed/,
  );
  await world.runs("persona", "use", { name: "carol" });
  await world.says("hello");
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Carol");
});

describe("who may make personas", () => {
  test("is for a server to choose: then only its managers do", async () => {
    const world = createWorld();
    await chooses(world, { personaCreators: "managers" });
    expect(await creates(world, "Mira")).toMatch(/Only admins make personas here/);
    expect(await creates(world, "Mira", { author: boss })).toMatch(/is here/);
    // For oneself everybody may.
    expect(await creates(world, "Nora", { place: direct(alice) })).toMatch(/is here/);
  });

  test("is limited in number for each person, not for managers", async () => {
    const world = createWorld();
    await chooses(world, { personasPerPerson: 2 });
    for (const name of ["One", "Two"]) await creates(world, name);
    expect(await creates(world, "Three")).toMatch(/You have made 2 personas.*ask an admin/);
    expect(await creates(world, "Three", { author: bob })).toMatch(/is here/);
    for (const name of ["Four", "Five", "Six"])
      expect(await creates(world, name, { author: boss })).toMatch(/is here/);
    await world.runs("persona", "delete", { name: "one", sure: "yes" });
    expect(await creates(world, "Seven")).toMatch(/is here/);
  });
});

describe("a persona brought along from direct messages", () => {
  test("does not speak where somebody is called like it, nor where only managers make personas", async () => {
    const world = createWorld();
    await creates(world, "Carol", { place: direct(alice) });
    world.platform.taken = ["Carol"];
    for (const [name, action, options] of [
      ["persona", "use", { name: "carol" }],
      ["chat", undefined, { message: "hi", persona: "carol" }],
    ] as const)
      expect((await world.runs(name, action, options))?.text).toMatch(/somebody here is called “Carol”/);
    world.platform.taken = [];
    await chooses(world, { personaCreators: "managers" });
    expect((await world.runs("persona", "use", { name: "carol" }))?.text).toMatch(
      /Only admins bring personas here/,
    );
    await chooses(world, {});
    expect((await world.runs("persona", "use", { name: "carol" }))?.text).toMatch(/answers here/);
  });

  test.each(["guest", "outsider"] as const)(
    "stays there when it is a person's who is a %s here",
    async (standing) => {
      const world = createWorld();
      await creates(world, "Carol", { place: direct(alice) });
      const stranger = { ...alice, standing };
      const said = { message: "hi", persona: "carol" };
      expect((await world.runs("chat", undefined, said, { author: stranger }))?.text).toMatch(
        /Guests bring no personas/,
      );
      expect(world.agents.sent).toEqual([]);
    },
  );

  test("stands for nobody who is there already, by key or by what it looks like", async () => {
    const world = createWorld();
    await creates(world, "Mirа Мoon", { place: direct(alice) });
    await creates(world, "Mira Moon", { author: bob, place: thread() });
    const list = (await world.runs("persona", "list", {}, { author: alice }))?.text ?? "";
    expect(list.match(/\*\*Mir/g)).toHaveLength(1);
  });
});
