import { expect, test } from "vitest";
import { personaForm } from "../../src/core/personas/form.ts";
import { alice, bob, boss, channel, createWorld, direct, thread } from "../core/world/world.ts";

const mira = { name: "Captain Mira", description: "A captain.", instructions: "You are Mira." };
const by = (author: object, more: object = {}) => ({ author, submitted: true, ...more });

test("the list says who answers here and who shares what they learn", async () => {
  const world = createWorld();
  const reply = await world.runs("persona", "list");
  expect(reply?.text).toMatch(/\*\*Ada\*\* `ada` 🏠 ← answers here/);
  expect(reply?.text).toMatch(/\*\*Romy\*\* `romy` 🔒\n/);
  expect(reply?.visibility).toBe("private");
});

test("in a thread everybody chooses who answers, by key or name; the greeting comes with it", async () => {
  const world = createWorld();
  const reply = await world.runs("persona", "use", { name: " ORIN " });
  expect(reply).toMatchObject({
    visibility: "public",
    text: expect.stringMatching(/Orin.*answers here[\s\S]*> Come in!/),
  });
  await world.says("hello");
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Orin");
});

test("for a channel only those choose who manage it, and its threads follow", async () => {
  const world = createWorld();
  for (const [options, place] of [
    [{ name: "orin" }, channel],
    [{ name: "orin", where: "channel" }, thread()],
  ] as const) {
    const reply = await world.runs("persona", "use", options, { place });
    expect(reply).toMatchObject({
      visibility: "private",
      text: expect.stringContaining("Only admins"),
    });
  }
  const opened = thread("opened before");
  await world.says("hello", { place: channel, thread: opened });
  const reply = await world.runs("persona", "use", { name: "orin", where: "channel" }, { author: boss });
  expect(reply?.text).toContain("Threads that I opened before keep who answers there.");
  await world.says("hello", { place: thread("another") });
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Orin");
  await world.says("hello", { place: opened });
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Ada");
});

test("a persona that is not there is refused with those that are", async () => {
  const world = createWorld();
  expect((await world.runs("persona", "use", { name: "nobody" }))?.text).toMatch(
    /no persona called “nobody”.*\*\*Ada\*\*/,
  );
  expect((await world.runs("persona", "use", {}))?.text).toBe(
    "`name`: is needed\nIt goes like this: `/persona use <name> [where:here|channel]`",
  );
});

test("anybody makes a persona by a form, and a second one of that name is refused", async () => {
  const world = createWorld();
  world.platform.without = [];
  await world.runs("persona", "create");
  expect(world.platform.forms).toMatchObject([
    { title: "New persona", command: { name: "persona", action: "create" } },
  ]);
  expect((await world.runs("persona", "create", mira, by(alice)))?.text).toContain(
    "/persona use name:captain_mira",
  );
  expect((await world.runs("persona", "create", mira, by(bob)))?.text).toMatch(/already/);
  expect((await world.runs("persona", "create", { ...mira, name: "…" }, by(bob)))?.text).toMatch(/^`name`/);
  expect((await world.runs("persona", "create", { name: "Ada", instructions: "x" }, by(bob)))?.text).toMatch(
    /already/,
  );
});

test("the form says what sharing everywhere means, in as many letters as every platform takes", () => {
  const scope = personaForm({}).fields.find(({ name }) => name === "scope");
  const labels = (scope && "choices" in scope ? scope.choices : []).map(({ label }) => label);
  expect(labels).toContain("🌐 shared with every server and workspace of this installation");
  // Slack's limit for the text of an option.
  for (const label of labels) expect(label.length).toBeLessThanOrEqual(75);
});

test("what was written of a persona comes back in a file with whatever was wrong with it", async () => {
  const world = createWorld();
  for (const [wrong, says] of [
    [{ name: "🐙" }, /^`name`: needs a letter/],
    [{ name: "Ada" }, /already/],
    [{ name: "Admin" }, /taken for an admin/],
    [{ scope: "global" }, /^Only admins/],
  ] as const) {
    const refused = await world.runs("persona", "create", { ...mira, ...wrong }, by(alice));
    expect(refused?.text).toMatch(says);
    expect(refused?.text).toMatch(/ What you wrote is in the file\.$/);
    expect(refused?.files?.[0]?.text).toContain(mira.instructions);
  }
});

test("a new persona answers where it was made by one click, and in a channel only when a manager says so", async () => {
  const world = createWorld();
  const made = await world.runs("persona", "create", mira, by(alice));
  const [button] = made?.buttons ?? [];
  expect(button?.label).toBe("Let Captain Mira answer here");
  await world.runs("persona", "use", button?.command.options, by(alice));
  await world.says("hello");
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Captain Mira");
  const inChannel = await world.runs(
    "persona",
    "create",
    { ...mira, name: "Nobody Yet" },
    by(alice, { place: channel }),
  );
  expect(inChannel?.buttons).toBeUndefined();
  expect(inChannel?.text).toContain("`/chat message:Hello! persona:nobody_yet`");
});

test("what everyone everywhere shares is only for managers to make", async () => {
  const world = createWorld();
  const shared = { ...mira, scope: "global" };
  expect((await world.runs("persona", "create", shared, by(alice)))?.text).toMatch(/Only admins/);
  expect((await world.runs("persona", "create", shared, by(boss)))?.text).toMatch(/is here/);
});

test("authors and managers edit; others are told who can", async () => {
  const world = createWorld();
  await world.runs("persona", "create", mira, by(alice));
  const edit = { name: "captain_mira", called: "Mira", instructions: "You are Mira, retired." };
  expect((await world.runs("persona", "edit", edit, by(bob)))?.text).toMatch(/^Only Alice and admins/);
  expect((await world.runs("persona", "edit", edit, by(alice)))?.text).toMatch(/\*\*Mira\*\* is changed/);
  expect((await world.runs("persona", "edit", { ...edit, called: "Admiral" }, by(boss)))?.text).toMatch(
    /Admiral/,
  );
  expect((await world.runs("persona", "edit", { ...edit, name: "ada" }, by(alice)))?.text).toMatch(
    /^Only admins/,
  );
  expect((await world.runs("persona", "edit", {}))?.text).toMatch(
    /^`name`: is needed\n.*`\/persona edit <name>`$/,
  );
});

test("the form of an edit holds what is written", async () => {
  const world = createWorld();
  world.platform.without = [];
  await world.runs("persona", "edit", { name: "ada" }, { author: boss });
  const [form] = world.platform.forms;
  expect(form?.command.options).toEqual({ name: "ada", was: expect.any(String) });
  expect(form?.fields.find(({ name }) => name === "instructions")?.value).toBe("You are Ada.");
  await world.runs("persona", "edit", { name: "ada" }, { author: alice });
  expect(world.platform.forms).toHaveLength(1);
});

test("of two who edit at once the second is told, overwrites nothing and loses nothing", async () => {
  const world = createWorld();
  world.platform.without = [];
  await world.runs("persona", "create", mira, by(alice));
  for (const author of [alice, boss]) {
    await world.runs("persona", "edit", { name: "captain_mira" }, { author });
  }
  const [first, second] = world.platform.forms.map(({ command }) => command.options);
  const hers = { ...first, called: "Mira", instructions: "You are Mira, retired." };
  expect((await world.runs("persona", "edit", hers, by(alice)))?.text).toMatch(/is changed/);
  const his = { ...second, called: "Admiral", instructions: "You are an admiral.", greeting: "Ahoy!" };
  const refusal = await world.runs("persona", "edit", his, by(boss));
  expect(refusal).toMatchObject({
    visibility: "private",
    confidential: true,
    text: expect.stringMatching(/Somebody changed \*\*Mira\*\*.*in the file/),
    files: [{ text: expect.stringMatching(/Admiral[\s\S]*Ahoy![\s\S]*You are an admiral/) }],
  });
  expect((await world.runs("persona", "info", { name: "captain_mira" }, by(boss)))?.text).toContain(
    "retired",
  );
  world.platform.forms.length = 0;
  await world.runs("persona", "edit", { name: "captain_mira" }, { author: boss });
  const again = { ...his, ...world.platform.forms[0]?.command.options };
  expect((await world.runs("persona", "edit", again, by(boss)))?.text).toMatch(/Admiral.*is changed/);
});

test("what was typed is kept also when the persona was removed meanwhile, or its name was taken", async () => {
  const world = createWorld();
  world.platform.without = [];
  await world.runs("persona", "create", mira, by(alice));
  const taken = await world.runs("persona", "create", { ...mira, instructions: "Another." }, by(bob));
  expect(taken?.files).toMatchObject([{ text: expect.stringContaining("Another.") }]);
  await world.runs("persona", "edit", { name: "captain_mira" }, { author: alice });
  const typed = { ...world.platform.forms[0]?.command.options, instructions: "Long work." };
  await world.runs("persona", "delete", { name: "captain_mira", sure: "yes" }, by(boss));
  const gone = await world.runs("persona", "edit", typed, by(alice));
  expect(gone).toMatchObject({
    text: expect.stringMatching(/no persona called/),
    files: [{ text: expect.stringContaining("Long work.") }],
  });
});

test("a persona is removed after one more question, and the default answers where it did", async () => {
  const world = createWorld();
  await world.runs("persona", "create", mira, by(alice));
  await world.runs("persona", "use", { name: "captain_mira" });
  const asked = await world.runs("persona", "delete", { name: "captain_mira" });
  expect(asked?.buttons).toMatchObject([{ label: "Remove Captain Mira", style: "danger" }]);
  const { options = {} } = asked?.buttons?.[0]?.command ?? {};
  expect((await world.runs("persona", "delete", options, { author: bob }))?.text).toMatch(
    /Only Alice and admins/,
  );
  expect((await world.runs("persona", "delete", options))?.text).toMatch(/is gone/);
  await world.says("hello");
  expect(world.platform.messages.at(-1)).toMatchObject({
    author: { name: "Ada" },
    text: expect.stringMatching(/^\*`captain_mira` was deleted, so \*\*Ada\*\* answers\.\*\n\n/),
  });
  await world.says("hello again");
  expect(world.platform.messages.at(-1)?.text).not.toContain("deleted");
});

test("a persona of the box that was hidden is missed once, also in direct messages; one that is there is not", async () => {
  const world = createWorld();
  const here = { place: direct(alice) };
  for (const place of [thread(), direct(alice)])
    await world.runs("persona", "use", { name: "orin" }, { place });
  await world.says("hello", here);
  expect(world.platform.messages.at(-1)?.text).not.toContain("deleted");
  for (const place of [thread(), direct(alice)])
    await world.runs("persona", "delete", { name: "orin", sure: "yes" }, { place, author: boss });
  await world.says("hello");
  expect(world.platform.messages.at(-1)?.text).toMatch(/^\*`orin` was deleted, so/);
});

test("a persona of the box is removed from this workspace only", async () => {
  const world = createWorld();
  await world.runs("persona", "delete", { name: "orin", sure: "yes" }, by(boss));
  expect((await world.runs("persona", "list"))?.text).not.toContain("Orin");
  const elsewhere = { place: { ...thread(), tenant: "another" } };
  expect((await world.runs("persona", "list", {}, elsewhere))?.text).toContain("Orin");
});

test("instructions are shown and exported only to who may edit them", async () => {
  const world = createWorld();
  expect((await world.runs("persona", "info", { name: "ada" }))?.text).not.toContain("You are Ada.");
  expect((await world.runs("persona", "info", {}, { author: boss }))?.text).toContain("You are Ada.");
  expect((await world.runs("persona", "export", { name: "ada" }))?.files).toBeUndefined();
  const exported = await world.runs("persona", "export", { name: "ada" }, { author: boss });
  expect(exported?.files).toMatchObject([
    { name: "ada.md", text: expect.stringMatching(/^---\nname: "Ada"[\s\S]*You are Ada\.\n$/) },
  ]);
});
