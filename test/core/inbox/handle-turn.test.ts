import { expect, test } from "vitest";
import { z } from "zod";
import { action, type Command } from "../../../src/core/commands/declaration.ts";
import { TurnId } from "../../../src/core/domain/model.ts";
import { handleTurn } from "../../../src/core/inbox/handle-turn.ts";
import { readersAsAsked } from "../../../src/core/inbox/still-reads.ts";
import { failure } from "../world/scripted-agents.ts";
import { alice, boss, command, createWorld, direct, targetOf } from "../world/world.ts";

/** A world with one command of the test's own. */
function worldOf(run: Parameters<typeof action>[0]["run"], more: Partial<Parameters<typeof action>[0]> = {}) {
  const world = createWorld();
  const declared: Command = {
    name: "test",
    description: "A test.",
    action: action({ description: "A test.", options: z.object({}), run, ...more }),
  };
  const services = { ...world.parts, commands: [declared] };
  const asked = command("test");
  const events = (event: object, readers: string | undefined) => [
    { id: asked.id, payload: { event, target: targetOf(asked.place), readers } },
  ];
  const { signal } = new AbortController();
  const waiting = <T>(wait: () => Promise<T>) => wait();
  const lane = {
    id: TurnId.parse("turn-1"),
    lane: "command",
    attempt: 1,
    isLastAttempt: false,
    signal,
    onEnded: (listener: () => void) => listener(),
    whileWaiting: waiting,
  };
  return {
    ...world,
    /** `readers`: who read the place when it was asked; those who read it now, if nothing else is said. */
    go: async (
      more: object = {},
      { readers, ...attempt }: { readers?: string; [of: string]: unknown } = {},
    ) => {
      const event = { ...asked, ...more };
      const now = await readersAsAsked(world.parts, event);
      return handleTurn(services, { ...lane, events: events(event, readers ?? now), ...attempt });
    },
  };
}

test("an answer is public unless the action says otherwise; a refusal is always private", async () => {
  const { go, platform } = worldOf(async () => ({ text: "for all" }));
  await go();
  const refusing = worldOf(async () => Promise.reject(failure("conflict", "Not now.")));
  await refusing.go();
  expect(platform.messages).toMatchObject([{ text: "for all", visibility: "public" }]);
  expect(refusing.platform.messages).toMatchObject([{ text: "Not now.", visibility: "private" }]);
});

test("what fails for a reason that nobody understands is said in plain words", async () => {
  const { go, platform } = worldOf(async () =>
    Promise.reject(new Error("at Object.<anonymous> token=hunter2")),
  );
  await go();
  expect(platform.texts).toEqual(["Something went wrong on my side. Try again in a moment."]);
});

test("a command that does not exist says where they are listed", async () => {
  const { go, platform } = worldOf(async () => ({ text: "fine" }));
  await go({ name: "gone" });
  await go({ name: "constructor", action: "toString" }, { id: TurnId.parse("turn-2") });
  expect(platform.texts).toEqual([expect.stringContaining("/help"), expect.stringContaining("/help")]);
});

test("what only managers may do is refused to others", async () => {
  const { go, platform } = worldOf(async () => ({ text: "done" }), { managersOnly: true });
  await go();
  await go({ author: boss }, { id: TurnId.parse("turn-2") });
  expect(platform.texts).toEqual([expect.stringContaining("Only admins"), "done"]);
});

test.each([
  ["who reads the place no longer", true, "You can no longer read this conversation"],
  ["whoever perhaps reads it no longer", failure("platform_unavailable"), "I cannot find out right now"],
] as const)("a command that was typed, or is late, is not done for %s", async (_who, isOut, sentence) => {
  let runs = 0;
  const { go, platform, clock } = worldOf(async () => ({ text: `done ${++runs}` }));
  platform.shutOut.set("alice", isOut);
  const refused = { text: expect.stringContaining(sentence), visibility: "private", confidential: true };
  await go({ at: clock.now(), asText: true });
  await go({ at: clock.now() - 10_000 }, { id: TurnId.parse("turn-2") });
  expect(platform.messages).toMatchObject([refused, refused]);
  // What is done at once is done for who could read the place when they asked; direct messages are theirs.
  await go({ at: clock.now() }, { id: TurnId.parse("turn-3") });
  await go({ at: 0, place: direct(alice) }, { id: TurnId.parse("turn-4") });
  expect(platform.texts.slice(2)).toEqual(["done 1", "done 2"]);
  // Unless others read there since.
  await go({ at: clock.now() }, { id: TurnId.parse("turn-5"), readers: "others" });
  expect(platform.messages.slice(4)).toMatchObject([refused]);
});

test("a command that a crash cut off is not done twice", async () => {
  let runs = 0;
  const { go, platform } = worldOf(async () => {
    runs += 1;
    return { text: "done" };
  });
  await go({}, { attempt: 2 });
  expect(runs).toBe(0);
  expect(platform.texts).toEqual([expect.stringContaining("I was restarted")]);
});

test("a system message that a crash cut off is said all the same, once; without words nothing is said", async () => {
  const { go, platform } = worldOf(async () => undefined);
  const ours = { type: "system", text: "Too much is waiting." };
  await go(ours);
  await go(ours, { attempt: 2 });
  await go({ type: "system" }, { id: TurnId.parse("turn-2") });
  expect(platform.messages).toMatchObject([{ text: "Too much is waiting.", visibility: "private" }]);
});

test("a command that still runs when the process stops ends there, so that nobody does it again", async () => {
  const stopping = new AbortController();
  const { go, platform } = worldOf(async () => {
    stopping.abort();
    return new Promise(() => undefined);
  });
  await go({}, { signal: stopping.signal });
  expect(platform.texts).toEqual([expect.stringContaining("I was restarted")]);
});

test("an answer that is too long for a message comes as a file, with its beginning above", async () => {
  const text = Array.from({ length: 300 }, (_, index) => `line ${index}`).join("\n");
  const { go, platform } = worldOf(async () => ({ text }));
  await go();
  const [reply] = platform.messages;
  expect(reply?.text.length).toBeLessThanOrEqual(500);
  expect(text.startsWith(reply?.text ?? "?")).toBe(true);
  expect(reply?.files).toMatchObject([{ name: "answer.md", text }]);
});

test("a form opens where it can; elsewhere a button leads to it", async () => {
  const form = { title: "Fill in", command: { name: "test" }, fields: [] };
  const direct = worldOf(async () => ({ text: "done" }), { form: async () => form });
  direct.platform.without = [];
  await direct.go();
  expect(direct.platform.forms).toEqual([form]);
  expect(direct.platform.messages).toEqual([]);
  const typed = worldOf(async () => ({ text: "done" }), { form: async () => form });
  await typed.go();
  expect(typed.platform.messages).toMatchObject([
    { visibility: "private", buttons: [{ label: "Fill in", command: { name: "test" } }] },
  ]);
  await typed.go({ submitted: true }, { id: TurnId.parse("turn-2") });
  expect(typed.platform.texts.at(-1)).toBe("done");
});

test("a refusal that cannot be posted ends the command all the same", async () => {
  const { go, platform } = worldOf(async () => ({ text: "done" }));
  platform.fails = () => failure("platform_rejected");
  await go();
  expect(platform.messages).toEqual([]);
});

test("of a command whose platform refuses us from then on the next attempt says that it was cut off", async () => {
  const world = worldOf(async () => {
    world.refusing.abort();
    return { text: "done" };
  });
  world.platform.fails = () => failure("platform_rejected", "It was refused.");
  await expect(world.go()).rejects.toMatchObject({ name: "RetryLater", counts: true });
});

test("what waits for a platform that refuses us is left as it is", async () => {
  const { go, refusing, platform } = worldOf(async () => ({ text: "done" }));
  refusing.abort();
  await expect(go()).rejects.toMatchObject({ name: "RetryLater", counts: false });
  expect(platform.calls).toEqual([]);
});
