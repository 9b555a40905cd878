import { describe, expect, test } from "vitest";
import { Person } from "../../src/core/domain/model.ts";
import { tenantKey } from "../../src/core/domain/stored-records.ts";
import type { KnownSubject } from "../../src/core/domain/subjects.ts";
import { finished, started, text } from "../core/world/scripted-agents.ts";
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

const root = Person.parse({ id: "root", name: "Root", manages: false });
const guest = Person.parse({ id: "gus", name: "Gus", manages: false, standing: "guest" });
const staffer = { ...bob, roles: ["r1"] };
const known: readonly KnownSubject[] = [
  { kind: "person", id: "bob", name: "@Bob", also: ["bobby", "<@bob>"] },
  { kind: "role", id: "r1", name: "@Staff", also: ["<@&r1>"] },
  { kind: "role", id: "r2", name: "@Twin", also: [] },
  { kind: "person", id: "twin", name: "@Twin", also: [] },
  { kind: "channel", id: channel.id, name: "#general", also: [] },
];

const rules = (world: World, action: string, options: object = {}, more: object = {}) =>
  world.runs("admin", action, options, { author: boss, place: channel, ...more });

/** What somebody reads after they said something; undefined when they are not told anything. */
async function hears(world: World, more: object = {}) {
  const before = world.platform.messages.length;
  const event = message("hello", more);
  await world.accept(event);
  await world.settle();
  return world.platform.messages.slice(before).at(-1)?.text;
}

const answered = /^You said: \[/;

test("only who manages, and who runs the installation, uses it, and everything is private", async () => {
  const world = createWorld();
  for (const action of ["status", "pause", "resume", "allow", "deny", "limits"]) {
    const options = { what: "Bob" };
    const refused = await rules(world, action, options, { author: alice });
    expect(refused).toMatchObject({ visibility: "private", text: expect.stringMatching(/Only admins/) });
  }
  expect((await rules(world, "status", {}, { author: root }))?.confidential).toBe(true);
});

describe("paused", () => {
  test("nobody is answered, managers neither, until somebody resumes; each is told once where others read", async () => {
    const world = createWorld();
    await rules(world, "pause");
    expect(await hears(world)).toMatch(
      /^Boss has paused me here\. Ask again when an admin has resumed me with `\/admin resume`\.$/,
    );
    expect(await hears(world)).toBeUndefined();
    for (const author of [bob, boss]) expect(await hears(world, { author })).toMatch(/paused/);
    expect(world.agents.sent).toEqual([]);
    expect((await rules(world, "status"))?.text).toMatch(/Paused by \*\*Boss\*\*/);
    await rules(world, "resume");
    expect(await hears(world)).toMatch(answered);
    await world.clock.advance(1_000);
    await rules(world, "pause");
    expect(await hears(world)).toMatch(/paused/);
  });

  test("a command that begins a turn is refused each time, others work", async () => {
    const world = createWorld();
    await rules(world, "pause");
    for (let index = 0; index < 2; index += 1)
      expect((await world.runs("chat", undefined, { message: "hi" }, { place: channel }))?.text).toMatch(
        /paused/,
      );
    expect((await world.runs("conversation", "retry"))?.text).toMatch(/paused/);
    expect((await world.runs("help"))?.text).toMatch(/Mention me/);
  });

  test("what was said meanwhile is taken, so that it is not found later and answered then", async () => {
    const world = createWorld();
    await rules(world, "pause");
    const events = [message("one"), message("two")];
    for (const event of events) expect(await world.accept(event)).toBe("accepted");
    await world.settle();
    await rules(world, "resume");
    for (const event of events) expect(await world.accept(event)).toBe("repeated");
    expect(world.agents.sent).toEqual([]);
  });

  test("it is one tenant that is paused", async () => {
    const world = createWorld();
    await rules(world, "pause");
    expect(await hears(world, { place: { ...thread("far"), tenant: "another" } })).toMatch(answered);
    expect(await hears(world, { place: direct(alice) })).toMatch(answered);
  });
});

describe("denied", () => {
  test.each([
    ["a person by their name", "bobby", staffer, alice],
    ["a person by a mention", "<@bob>", staffer, alice],
    ["everybody with a role", "@Staff", staffer, bob],
  ])("is %s, and nobody else", async (_what, what, out, still) => {
    const world = createWorld();
    world.platform.known = known;
    expect((await rules(world, "deny", { what }))?.text).toMatch(
      /^I no longer answer \*\*@\w+\*\* in any channel or thread here; in direct messages I still do\. /,
    );
    expect(await hears(world, { author: out })).toMatch(/I do not answer you here: the admins decided that/);
    expect(await hears(world, { author: still })).toMatch(answered);
    expect((await rules(world, "allow", { what }))?.text).toMatch(/is no longer denied/);
    expect(await hears(world, { author: out })).toMatch(answered);
  });

  test("is a channel with the threads below it, not for managers", async () => {
    const world = createWorld();
    expect((await rules(world, "deny", { what: "here" }))?.text).toMatch(/I no longer answer in \*\*/);
    expect(await hears(world)).toMatch(/do not answer you here/);
    expect(await hears(world, { author: boss })).toMatch(answered);
    const elsewhere = { ...thread("other"), parent: "test:random" };
    expect(await hears(world, { place: elsewhere })).toMatch(answered);
  });

  test("is nobody whom several or nobody are called like", async () => {
    const world = createWorld();
    world.platform.known = known;
    expect((await rules(world, "deny", { what: "twin" }))?.text).toMatch(/role @Twin or person @Twin/);
    expect((await rules(world, "deny", { what: "zoe" }))?.text).toMatch(
      /I know nobody and nothing called “zoe”/,
    );
    expect((await world.parts.tenants.get(tenantKey(channel)))?.denied).toBeUndefined();
  });
});

test("where some are allowed, only they are answered", async () => {
  const world = createWorld();
  world.platform.known = known;
  expect((await rules(world, "allow", { what: "Staff" }))?.text).toMatch(
    /Nobody else but admins is answered/,
  );
  expect(await hears(world, { author: staffer })).toMatch(answered);
  expect(await hears(world, { author: alice })).toMatch(/do not answer you here/);
  expect((await rules(world, "status"))?.text).toMatch(/Only these are answered: @Staff/);
  expect((await rules(world, "deny", { what: "Staff" }))?.text).toMatch(/no longer/);
  expect(await hears(world, { author: alice, place: thread("two") })).toMatch(answered);
});

test("who was told why they are not answered is told anew when the rules have changed", async () => {
  const world = createWorld();
  world.platform.known = known;
  await rules(world, "deny", { what: "@Bob" });
  expect(await hears(world, { author: bob })).toMatch(/do not answer you here/);
  expect(await hears(world, { author: bob })).toBeUndefined();
  for (const action of ["allow", "deny"]) {
    await world.clock.advance(1_000);
    await rules(world, action, { what: "@Bob" });
  }
  expect(await hears(world, { author: bob })).toMatch(/do not answer you here/);
});

describe("a day's budget", () => {
  const limits = (world: World, options: object) => rules(world, "limits", options);

  test("of answers ends for one person, who is told until when, and begins anew at midnight UTC", async () => {
    const world = createWorld();
    expect((await limits(world, { turns_each: 2 }))?.text).toMatch(/\*\*2\*\* to one person/);
    for (let index = 0; index < 2; index += 1) expect(await hears(world)).toMatch(answered);
    expect(await hears(world)).toMatch(
      /You have had all the answers.*It goes on at 00:00 UTC, in (an hour|\d+ hours); an admin can change that with `\/admin limits`/,
    );
    expect(await hears(world, { author: bob })).toMatch(answered);
    await world.clock.advance(24 * 60 * 60_000);
    expect(await hears(world)).toMatch(answered);
  });

  test("of answers or tokens ends for a whole tenant, but not for direct messages of none", async () => {
    for (const options of [{ turns_all: 1 }, { tokens_all: 120 }]) {
      const world = createWorld();
      await limits(world, options);
      world.agents.scripts.push(async function* (_request, run) {
        yield started(run);
        yield text("Ahoy.");
        const usage = { promptTokens: 100, completionTokens: 20, contextTokens: undefined };
        yield { ...finished(), usage } as ReturnType<typeof finished>;
      });
      expect(await hears(world)).toBe("Ahoy.");
      expect(await hears(world, { author: bob })).toMatch(/All answers of this day are used up here/);
      expect(await hears(world, { place: direct(bob), author: bob })).toMatch(answered);
      expect((await rules(world, "status"))?.text).toMatch(/\*\*1\*\* answers, \*\*120\*\* tokens/);
    }
  });

  test("is shown, changed in part and set back", async () => {
    const world = createWorld();
    await limits(world, { turns_each: 2, creators: "managers" });
    expect((await limits(world, { turns_all: 0 }))?.text).toMatch(
      /\*\*2\*\* to one person, \*\*any number\*\* to all[\s\S]*\*\*managers\*\* may make them/,
    );
    expect((await limits(world, { defaults: true }))?.text).toMatch(
      /\*\*500\*\* to one person.*\n.*\n.*everyone/,
    );
    expect((await limits(world, { turns_each: -1 }))?.text).toMatch(/^`turns_each`/);
  });
});

describe("everyone here", () => {
  const staff = { who: "some", set: "members", named: "@Member" } as const;

  test("is who reads the channel that an admin names, and nothing that is remembered moves", async () => {
    const world = createWorld();
    world.platform.audience.set(channel.id, staff);
    await world.says("hello", { place: channel });
    const before = world.agents.sent.at(-1)?.agent;
    expect((await world.runs("memory", "show", {}, { place: channel }))?.text).toContain("👥");
    const named = await world.runs("admin", "everyone", {}, { place: channel, author: boss });
    expect(named?.text).toMatch(/“everyone here” means \*\*@Member\*\*/);
    expect((await world.runs("memory", "show", {}, { place: channel }))?.text).toContain("🏠");
    await world.says("hello", { place: channel });
    expect(world.agents.sent.at(-1)?.agent).toBe(before);
    await world.runs("admin", "everyone", { reset: true }, { place: channel, author: boss });
    expect((await world.runs("memory", "show", {}, { place: channel }))?.text).toContain("👥");
  });

  test("is told to be heard in the whole installation, where a persona is 🌐", async () => {
    const naming = async (world: ReturnType<typeof createWorld>) => {
      world.platform.audience.set(channel.id, staff);
      return (await world.runs("admin", "everyone", {}, { place: channel, author: boss }))?.text;
    };
    expect(await naming(createWorld())).not.toContain("🌐");
    const mira = { name: "Mira", instructions: "You are Mira.", scope: "global" };
    const world = createWorld();
    await world.runs("persona", "create", mira, { place: channel, author: root });
    const named = await naming(world);
    expect(named).toContain("What **Mira** (🌐) learns where everyone here reads, it knows everywhere else");
    const reset = await world.runs("admin", "everyone", { reset: true }, { place: channel, author: boss });
    expect(reset?.text).toContain("**Mira** (🌐)");
  });

  test("is no place that lets people in one by one, and nobody but admins says who it is", async () => {
    const world = createWorld();
    const members = { who: "members", of: channel.id, named: "this channel", outsiders: false } as const;
    world.platform.audience.set(channel.id, members);
    const asked = await world.runs("admin", "everyone", {}, { place: channel, author: boss });
    expect(asked?.text).toMatch(/were let in one by one/);
    expect((await world.runs("admin", "everyone", {}, { place: channel, author: bob }))?.text).toMatch(
      /admins/i,
    );
  });
});

describe("a guest", () => {
  test("talks, and changes nothing but what is their own in direct messages", async () => {
    const world = createWorld();
    expect(await hears(world, { author: guest })).toMatch(answered);
    for (const [name, action, options] of [
      ["memory", "remember", { text: "tea" }],
      ["memory", "forget", { what: "tea" }],
      ["memory", "edit", {}],
      ["persona", "create", { name: "Mira", instructions: "x" }],
      ["persona", "use", { name: "orin" }],
      ["persona", "edit", { name: "ada", description: "x" }],
      ["persona", "delete", { name: "ada" }],
      ["conversation", "new", {}],
    ] as const)
      for (const standing of ["guest", "outsider"] as const)
        expect((await world.runs(name, action, options, { author: { ...guest, standing } }))?.text).toMatch(
          /Guests can talk with everyone here, but change nothing/,
        );
    const own = { author: guest, place: direct(guest) };
    expect((await world.runs("memory", "remember", { text: "tea" }, own))?.text).toMatch(/remembers now/);
    await world.says("hello", own);
    expect((await world.runs("conversation", "new", {}, own))?.text).toMatch(/A new conversation/);
  });
});
