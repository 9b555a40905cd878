import { offlineModel } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boxed, type DemoAgent, meet } from "../fixtures/demo.ts";
import { type LettaFixture, lettaFixtures } from "../fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();
let fixture: LettaFixture;
beforeAll(async () => {
  const clock = new ManualClock();
  fixture = await openHouse({ clock, model: offlineModel({ clock, wordDelayMs: 0 }) });
});
afterAll(() => fixture.close());

/** Each of these in a thread of its own, so that only memory can know it; the last answer. */
async function inThreads(ada: DemoAgent, ...said: readonly string[]): Promise<string> {
  let answer = "";
  for (const text of said)
    answer = await (await ada.thread()).say(text.startsWith("[") ? text : `[Alice] ${text}`);
  return answer;
}

/** The same in one thread, whose prompt is as old as its beginning. */
async function inOneThread(ada: DemoAgent, ...said: readonly string[]): Promise<string> {
  const thread = await ada.thread();
  let answer = "";
  for (const text of said) answer = await thread.say(text.startsWith("[") ? text : `[Alice] ${text}`);
  return answer;
}

/** Nowhere that is remembered. */
async function expectGone(ada: DemoAgent, word: string): Promise<void> {
  expect(await ada.human()).not.toContain(word);
  expect((await ada.passages()).join("\n")).not.toContain(word);
}

const WAYS = [
  ["in threads of their own", inThreads],
  ["in one thread", inOneThread],
] as const;

test.each(WAYS)("the dog's name is told, asked for, corrected and forgotten, %s", async (_, talk) => {
  const ada = await meet(fixture);
  const asks = "what's my dog's name?";
  expect(await talk(ada, "remember that my dog is called Rex", asks)).toContain("Your dog is called Rex");
  expect(await talk(ada, "no, my dog is called Max", asks)).toContain("Your dog is called Max");
  expect(await ada.human()).toBe("Alice's dog is called Max.");
  expect(await talk(ada, "forget my dog")).toMatch(/Forgotten, Alice: your dog is called Max/);
  await expectGone(ada, "Max");
  expect(await talk(ada, asks)).not.toMatch(/Max|Rex/);
  expect(await talk(ada, "what do you know about me?")).not.toMatch(/Max|Rex|dog/);
});

test("a correction is noted without its time, and what is said after it is noted too", async () => {
  const ada = await meet(fixture);
  await inThreads(ada, "my dog is called Rex", "Actually my dog is called Max now. and I live in Berlin");
  expect((await ada.human()).split("\n").toSorted()).toEqual([
    "Alice lives in Berlin.",
    "Alice's dog is called Max.",
  ]);
});

test("who asks twice in one breath what is known of them is told once", async () => {
  const ada = await meet(fixture);
  await inThreads(ada, "my dog is called Rex");
  for (const asks of ["who am I? what do you know about me?", "what do you know about me? and who am I?"]) {
    const answer = await inThreads(ada, asks);
    expect(answer).toContain("I see you here as Alice");
    expect(answer.match(/your dog is called Rex/g)).toHaveLength(1);
  }
});

test.each(WAYS)("where one lived is gone and not listed again, %s", async (_, talk) => {
  const ada = await meet(fixture);
  expect(await talk(ada, "I live in Berlin", "where do I live?")).toContain("You live in Berlin");
  expect(await talk(ada, "forget that I live in Berlin")).toContain("Forgotten");
  await expectGone(ada, "Berlin");
  for (const asks of [
    "what do you know about me?",
    "where do I live?",
    "who am I?",
    "what did we talk about?",
  ])
    expect(await talk(ada, asks), asks).not.toContain("Berlin");
  expect(await talk(ada, "summarise this thread")).not.toContain("Berlin");
});

test.each([
  ["my dog's name is Rex", "Alice's dog is called Rex."],
  ["I have a dog called Rex", "Alice's dog is called Rex."],
  ["The name of my dog is Rex", "Alice's dog is called Rex."],
  ["My dog’s called Rex!", "Alice's dog is called Rex."],
  ["can you remember that my dog is named Rex?", "Alice's dog is called Rex."],
  ["don't forget that my dog is called Rex", "Alice's dog is called Rex."],
  ["Hi, I'm Alice and I moved to Kiel", "Alice is called Alice.\nAlice lives in Kiel."],
  ["remember to call mom", "Alice wants to call mom."],
  [
    "remember that the standup is at 9:30. Bring coffee.",
    "Alice said: the standup is at 9:30.\nAlice said: Bring coffee.",
  ],
])("%s", async (said, noted) => {
  const ada = await meet(fixture);
  await inThreads(ada, said);
  expect(await ada.human()).toBe(noted);
});

test.each([
  [["my dog is called Rex", "no, it's Max"], "Alice's dog is called Max."],
  [["I have a cat", "her name is Minka"], "Alice has a cat.\nAlice's cat is called Minka."],
  [["my cat is called Minka", "and she is three"], "Alice's cat is called Minka.\nAlice's cat is three."],
  [["my cat is called Minka", "it is raining"], "Alice's cat is called Minka."],
  [["I live in Berlin", "actually I moved to Hamburg"], "Alice lives in Hamburg."],
  [
    ["my favourite colour is green", "my favourite colour is blue, not green"],
    "Alice's favourite colour is blue.",
  ],
  [["I like tea", "I don't like tea"], "Alice does not like tea."],
  [["I like tea", "I like coffee", "forget that"], "Alice likes tea."],
  [["I have a dog", "I like tea", "I no longer have a dog"], "Alice likes tea."],
  [
    ["remember that the standup is at 9:30", "remember that the standup is at 10"],
    "Alice said: the standup is at 10.",
  ],
  [["my sister is a nurse", "my sister is 30"], "Alice's sister is a nurse.\nAlice's sister is 30."],
  [["I like tea", "I like tea"], "Alice likes tea."],
])("%j leaves in memory what holds now", async (said, noted) => {
  const ada = await meet(fixture);
  await inOneThread(ada, ...said);
  expect((await ada.human()).split("\n").filter(Boolean).join("\n")).toBe(noted);
});

test("everybody has their own: Bob's dog is not Alice's, and he forgets only what is his", async () => {
  const ada = await meet(fixture);
  await inThreads(ada, "my dog is called Rex", "[Bob] I live in Oslo");
  expect(await inThreads(ada, "[Bob] what's my dog's name?")).not.toContain("Rex");
  expect(await inThreads(ada, "[Bob] what is Alice's dog called?")).toContain("Alice's dog is called Rex");
  expect(await inThreads(ada, "[Bob] forget my dog")).not.toContain("Forgotten");
  expect(await inThreads(ada, "[Bob] forget Alice's dog")).toContain("not yours to have forgotten");
  expect(await inThreads(ada, "[Bob] my dog is called Pixel", "what's my dog's name?")).toContain("Rex");
  expect(await inThreads(ada, "[Bob] forget everything about me")).toContain("Forgotten");
  expect(await ada.human()).toBe("Alice's dog is called Rex.");
});

test("what people have Rapport remember for them is understood as their own", async () => {
  const ada = await meet(fixture);
  const value = "- Alice said: my dog is called Rex\n- Bob said: the wifi is called Marabou";
  await fixture.letta.agents.blocks.update("human", { agent_id: ada.agentId, value });
  expect(await inThreads(ada, "what is my dog called?")).toContain("Your dog is called Rex");
  expect(await inThreads(ada, "what is the wifi called?")).toContain("Marabou");
  expect(await inThreads(ada, "my dog is called Max", "what is my dog called?")).toContain(
    "Your dog is called Max",
  );
  expect(await ada.human()).not.toContain("Rex");
});

test("what stands in the archive too is not called forgotten", async () => {
  const ada = await meet(fixture);
  await fixture.letta.agents.passages.create(ada.agentId, { text: "Alice said: my dog is called Rex" });
  await inThreads(ada, "my dog is called Rex");
  const answer = await inThreads(ada, "forget my dog");
  expect(answer).not.toContain("Forgotten");
  expect(answer).toMatch(/still stands[\s\S]*Rex[\s\S]*\/memory forget/);
  expect(await ada.human()).toBe("");
  expect(await ada.passages()).toEqual(["Alice said: my dog is called Rex"]);
});

test("what cannot be written or removed is not said to be", async () => {
  const ada = await meet(fixture);
  await inThreads(ada, "I live in Berlin");
  await fixture.letta.agents.blocks.update("human", { agent_id: ada.agentId, read_only: true });
  const answer = await inThreads(ada, "forget that I live in Berlin");
  expect(answer).not.toContain("Forgotten");
  expect(await ada.human()).toBe("Alice lives in Berlin.");
});

test("what somebody has taken out by another way is not told from the thread's own past", async () => {
  const ada = await meet(fixture);
  const thread = await ada.thread();
  await thread.say("[Alice] my dog is called Rex");
  await fixture.letta.agents.blocks.update("human", { agent_id: ada.agentId, value: "" });
  await fixture.letta.conversations.recompile(thread.id);
  expect(await thread.say("[Alice] what is my dog called?")).not.toContain("Rex");
  expect(await thread.say("[Alice] what do you know about me?")).not.toContain("Rex");
});

test("every persona of the box has words of its own for the same", async () => {
  const personas = ["dating_coach", "personal_assistant", "story_keeper", "study_partner"].map(boxed);
  const sayings = [
    "my dog is called Rex",
    "what's my dog's name?",
    "bla bla bla",
    "write a poem",
    "thanks",
    "forget my dog",
  ];
  const answers = await Promise.all(
    personas.map(async (persona) => {
      const agent = await meet(fixture, persona);
      const said: string[] = [];
      for (const text of sayings) said.push(await inThreads(agent, text));
      return said;
    }),
  );
  for (const [index, saying] of sayings.entries()) {
    const words = new Set(answers.map((said) => said[index]));
    expect(words.size, saying).toBe(personas.length);
  }
});

test("what is forgotten is in no summary either, nor what corrected it", async () => {
  const ada = await meet(fixture);
  const summary = await inOneThread(
    ada,
    "my dog is called Rex",
    "no, it's Max",
    "the zeppelin landed on the roof",
    "forget my dog",
    "summarise this thread",
  );
  expect(summary).toContain("zeppelin");
  expect(summary).not.toMatch(/Rex|Max|dog/);
});
