import { expect, test } from "vitest";
import { placeKey } from "../../../src/core/domain/stored-records.ts";
import {
  alice,
  bob,
  boss,
  channel,
  command,
  createWorld,
  direct,
  message,
  targetOf,
  thread,
} from "../world/world.ts";

const bare = { addressed: "none" };

test("in a channel only what is said to us is ours", async () => {
  const world = createWorld();
  expect(await world.accept(message("hello all", { ...bare, place: channel }))).toBe("ignored");
  expect(await world.accept(message("hello", { place: channel }))).toBe("accepted");
  expect(await world.accept(message("go on", { place: channel, addressed: "reply" }))).toBe("accepted");
});

test("in a thread that was opened for us everything is ours, in another only what is said to us", async () => {
  const world = createWorld();
  await world.parts.settings.set(placeKey(thread("ours")), { place: thread("ours"), bound: true });
  expect(await world.accept(message("go on", { ...bare, place: thread("ours") }))).toBe("accepted");
  expect(await world.accept(message("go on", { ...bare, place: thread("other") }))).toBe("ignored");
  expect(await world.accept(message("hello", { place: thread("other") }))).toBe("accepted");
});

test("in the thread that a mention opens everything is ours at once, before its turn begins", async () => {
  const world = createWorld();
  const followUp = message("and quickly", { ...bare, place: thread("new") });
  expect(await world.accept(followUp)).toBe("ignored");
  await world.accept(message("hello", { place: channel, thread: thread("new") }));
  expect(await world.accept(followUp)).toBe("accepted");
});

test("a thread that is gone is nobody's", async () => {
  const world = createWorld();
  await world.parts.settings.set(placeKey(thread()), { place: thread(), bound: true });
  await world.inbox.placeRemoved(thread());
  expect(await world.accept(message("go on", bare))).toBe("ignored");
});

test("a message without words is ours only when it calls us", async () => {
  const world = createWorld();
  expect(await world.accept(message("", { place: direct(alice), addressed: "direct" }))).toBe("ignored");
  expect(await world.accept(message("", { place: channel }))).toBe("accepted");
});

test("typed with a mark in a channel, a command is ours without a mention where no other bot can be meant", async () => {
  const world = createWorld();
  const overheard = (text: string, place = channel) => world.accept(message(text, { ...bare, place }));
  expect(await overheard("!memory show")).toBe("accepted");
  expect(await overheard("!persona list", thread("other"))).toBe("accepted");
  for (const text of [
    "!help",
    "!chat hello",
    "!memory juggle",
    "!memmory show",
    "memory show",
    "!play a song",
  ])
    expect(await overheard(text), text).toBe("ignored");
});

test("a command can be typed wherever we are spoken to; talk that only looks like one stays talk", async () => {
  const world = createWorld();
  for (const place of [direct(alice), thread(), channel]) await world.says("!help", { place });
  expect(world.agents.sent).toEqual([]);
  expect(world.platform.texts).toHaveLength(3);
  await world.says("!nice work");
  await world.says("help me with this", { place: direct(alice), addressed: "direct" });
  expect(world.agents.sent).toHaveLength(2);
});

test("a command that is typed wrongly is answered with what is wrong, privately", async () => {
  const world = createWorld();
  await world.says("!memory eat");
  expect(world.platform.messages).toMatchObject([
    { text: expect.stringMatching(/`!memory` takes one of/), visibility: "private" },
  ]);
});

test("what we say by ourselves is an event of its own, and no command", async () => {
  const world = createWorld();
  const wrong = message("!memory eat");
  await world.accept(wrong);
  expect(world.lanes.entries.map(({ payload }) => payload)).toMatchObject([
    { event: { type: "system", id: wrong.id, text: expect.stringMatching(/takes one of/) } },
  ]);
});

test("a command waits for no turn", async () => {
  const world = createWorld();
  await world.accept(message("hello"));
  await world.accept(command("help"));
  await world.accept(message("!help"));
  expect(new Set(world.lanes.entries.map(({ lane }) => lane)).size).toBe(3);
});

test("each place and persona is a lane, and so is each person where a persona keeps people apart", async () => {
  const world = createWorld();
  const lanes = async () => {
    await world.accept(message("one"));
    await world.accept(message("two", { author: bob }));
    const found = new Set(world.lanes.entries.map(({ lane }) => lane)).size;
    world.lanes.entries = [];
    return found;
  };
  expect(await lanes()).toBe(1);
  await world.runs("persona", "use", { name: "romy" });
  expect(await lanes()).toBe(2);
});

test("who replies to what a persona said is answered by that one, whoever answers there now", async () => {
  const world = createWorld();
  await world.says("hello");
  const [said] = world.platform.messages;
  await world.runs("persona", "use", { name: "orin" });
  await world.says("why?", { addressed: "reply", repliesTo: said?.id });
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Ada");
  expect(world.agents.sent[1]?.conversation).toBe(world.agents.sent[0]?.conversation);
  await world.says("and you?", { addressed: "reply", repliesTo: "a greeting" });
  expect(world.platform.messages.at(-1)?.author?.name).toBe("Orin");
});

test("so much waits in a conversation and no more", async () => {
  const world = createWorld();
  for (let count = 0; count < 40; count += 1) expect(await world.accept(message("x"))).toBe("accepted");
  expect(await world.accept(message("x"))).toBe("full");
  expect(await world.accept(message("x", { place: thread("another") }))).toBe("accepted");
});

test("where every persona was removed, who speaks is told so", async () => {
  const world = createWorld();
  for (const name of ["ada", "romy", "orin"])
    await world.runs("persona", "delete", { name, sure: "yes" }, { author: boss });
  const before = world.platform.texts.length;
  expect(await world.says("anybody?")).toBe("accepted");
  expect(world.platform.texts.slice(before)).toEqual([
    "There are no personas here. Make one with `/persona create`.",
  ]);
});

test("who finds no room is told so, once a minute, and what was said before is answered", async () => {
  const world = createWorld();
  const rejectFull = async (author = alice) => {
    const late = message("one too many", { author });
    expect(await world.accept(late)).toBe("full");
    await world.inbox.rejectFull(late, targetOf(late.place));
  };
  for (let count = 0; count < 40; count += 1) await world.accept(message("x"));
  await rejectFull();
  await rejectFull();
  await rejectFull(bob);
  await world.clock.advance(60_000);
  await rejectFull();
  await world.settle();
  const [answer, ...told] = world.platform.messages;
  expect(answer?.text).toMatch(/^You said: /);
  expect(told).toHaveLength(3);
  for (const { text } of told) expect(text).toMatch(/^Too much is waiting here already, .* Say it again/);
});

test("a waiting message is answered as it was edited, and not at all when it was deleted", async () => {
  const world = createWorld();
  const [edited, deleted] = [message("tee?"), message("never mind")];
  await world.accept(edited);
  await world.accept(deleted);
  await world.inbox.revise(edited.id, "tea?");
  await world.inbox.revise(deleted.id, undefined);
  await world.settle();
  expect(world.agents.sent.map(({ said }) => said.map(({ text }) => text))).toEqual([["[Alice] tea?"]]);
});

test("what only admins may use suggests nothing to others: channels that they cannot see, or people", async () => {
  const world = createWorld();
  world.platform.known = [{ kind: "channel", id: "test:layoffs", name: "#layoffs", also: [] }];
  const query = { name: "admin", action: "deny", option: "what", typed: "", place: channel };
  expect(await world.inbox.suggest({ ...query, author: alice })).toEqual([]);
  expect(await world.inbox.suggest({ ...query, author: { ...boss, standing: "guest" } })).toEqual([]);
  expect(await world.inbox.suggest({ ...query, author: boss })).toMatchObject([{ value: "test:layoffs" }]);
});

test("personas are suggested by key and by name, within what a platform takes", async () => {
  const world = createWorld();
  const query = { name: "persona", action: "use", option: "name", place: channel, author: alice };
  const suggest = (typed: string) => world.inbox.suggest({ ...query, typed });
  expect((await suggest("")).map(({ value }) => value)).toEqual(["ada", "romy", "orin"]);
  expect((await suggest("RO")).map(({ value }) => value)).toEqual(["romy"]);
  for (let index = 0; index < 40; index += 1) {
    const options = { name: `Persona ${index}`, description: "🦜".repeat(100), instructions: "x" };
    await world.runs("persona", "create", options, { author: boss, submitted: true });
  }
  const all = await suggest("");
  expect(all).toHaveLength(25);
  for (const { label } of all) {
    expect(label.length).toBeLessThanOrEqual(100);
    expect(label).not.toMatch(/\p{Cs}/u);
  }
  expect(await world.inbox.suggest({ ...query, option: "where", typed: "" })).toEqual([]);
  expect(await world.inbox.suggest({ ...query, action: "constructor", typed: "" })).toEqual([]);
});

test("whoever watches hears of what was accepted, where it will be answered, and none of the words", async () => {
  const world = createWorld();
  await world.accept(message("my secret", { place: channel, thread: thread("opened") }));
  expect(world.notices).toMatchObject([{ type: "accepted", place: { id: "test:opened" } }]);
  await world.settle();
  expect(JSON.stringify(world.notices)).not.toContain("secret");
  expect(world.notices.map((botEvent) => (botEvent.type === "turn" ? botEvent.phase : "accepted"))).toEqual([
    "accepted",
    "begun",
    "asked",
    "running",
    "first words",
    "answered",
    "delivered",
  ]);
});
