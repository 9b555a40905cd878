import { type ModelMessage, type ModelRequest, offlineModel, utterance } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TOOLS } from "../../../src/letta-server/tools/built-in-tools.ts";
import { meet } from "../fixtures/demo.ts";
import { type LettaFixture, lettaFixtures } from "../fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();
const clock = new ManualClock();
let fixture: LettaFixture;
beforeAll(async () => {
  fixture = await openHouse({ clock, model: offlineModel({ clock, wordDelayMs: 0 }) });
});
afterAll(() => fixture.close());

/** What somebody new says first, and what an answer that is of use has in it. */
const FIRST_SENTENCES: readonly (readonly [said: string, useful: RegExp])[] = [
  ["Hello!", /I'm Ada/],
  ["Who are you?", /I am Ada: A calm assistant/],
  ["What can you do?", /my dog is called Rex[\s\S]*remember that the standup/],
  ["remember that my dog is called Rex", /^Noted, Alice: your dog is called Rex/],
  ["My name is Alice and I live in Kiel", /you are called Alice[\s\S]*you live in Kiel/],
  ["I'm allergic to nuts", /you are allergic to nuts/],
  ["What do you know about me?", /still empty, Alice/],
  ["What's my dog's name?", /no note of your dog's name, Alice/],
  ["What did we talk about yesterday?", /nothing that you said before/],
  ["Summarise this thread", /Nothing has been said in this thread yet/],
  ["Write a poem about the sea", /On the sea, a tidy line/],
  ["Tell me a joke", /\?|joke|memory/],
  ["Tell me a story", /lighthouse/],
  ["Wie heißt du und was kannst du?", /Ich bin Ada\. .*nur Englisch/],
  ["Bonjour, comment tu t'appelles ?", /Je suis Ada\. .*l'anglais/],
  ["Thanks!", /Gladly, Alice/],
  ["How are you?", /Quite steady/],
  ["What time is it?", /clock of this machine.*2026/],
  ["roll a d20", /d20: \*\*\d+\*\*/],
  ["What is 17 * 23?", /= \*\*391\*\*/],
  ["Can you help me write an email to my landlord?", /no language model is connected/],
];

test.each(FIRST_SENTENCES)("%s", async (said, useful) => {
  const { say } = await (await meet(fixture)).thread();
  expect(await say(`[Alice] ${said}`)).toMatch(useful);
});

test("what was talked about is told from other threads, the day it was, and without greetings", async () => {
  const ada = await meet(fixture);
  const first = await ada.thread();
  await first.say("[Alice] hello");
  await first.say("[Alice] the zeppelin landed on the roof");
  await first.say("[Bob] nobody asked about the cellar");
  expect(await (await ada.thread()).say("[Alice] what did we talk about?")).toBe(
    "Lately you said:\n> the zeppelin landed on the roof",
  );
  await clock.advance(24 * 3_600_000);
  expect(await (await ada.thread()).say("[Alice] what did we talk about yesterday?")).toBe(
    "Yesterday you said:\n> the zeppelin landed on the roof",
  );
});

test("a thread is summed up by who said what", async () => {
  const { say } = await (await meet(fixture)).thread();
  await say("[Alice] hello");
  await say("[Alice] I have a ticket for Friday");
  await say("[Bob] who takes the train?");
  expect(await say("[Alice] can you summarise this thread?")).toBe(
    "This thread so far, in 2 messages:\n- Alice said: I have a ticket for Friday\n- Bob asked: who takes the train?",
  );
});

const LENGTH = 100_000;
const repeated = (piece: string) => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);
const PIECES = [
  "\u200b\n",
  " ",
  "“ ",
  "my ",
  "my a is ",
  "remember that ",
  "forget ",
  "what ",
  "I have a ",
  "a. ",
  "' s",
  "[",
  "<",
  '<message from="a',
  "{",
  "d1",
  'name="',
  "\n<a>\n<description>\n",
  "<memory_blocks>\nThe following memory blocks are currently engaged",
  "no, ",
  "..! ",
];

/** Asks the rules alone, without a server. */
async function answered(messages: readonly ModelMessage[]): Promise<string> {
  const request: ModelRequest = {
    purpose: "answer",
    agentId: "agent-1",
    agentName: "ada",
    conversationId: undefined,
    model: "sandbox/offline-demo",
    messages,
    tools: TOOLS.map((tool) => ({ ...tool, needsApproval: false })),
    streaming: false,
  };
  let text = "";
  for await (const delta of offlineModel({ clock, wordDelayMs: 0 }).complete(
    request,
    new AbortController().signal,
  ))
    if (delta.type === "text") text += delta.text;
  return text;
}

/** The best of three, since a busy machine may take its time over one. */
async function quickest(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

test.each(PIECES)(
  "100 kB of %j are read in no time, as words, as the prompt and as what was said before",
  async (piece) => {
    const hostile = repeated(piece);
    const said = (content: string): ModelMessage => ({ role: "user", content });
    const system = (content: string): ModelMessage => ({ role: "system", content });
    const ms = await quickest(async () => {
      await answered([system("You are Ada."), said(`[Alice] ${hostile}`)]);
      await answered([system("You are Ada."), said(hostile)]);
      await answered([system(hostile), said("[Alice] what do you know about me?")]);
      await answered([
        system("You are Ada."),
        said(`[Alice] ${hostile}`),
        { role: "assistant", content: hostile },
        said("[Alice] summarise this thread"),
      ]);
    });
    expect(ms).toBeLessThan(200);
  },
);

test("a message in markup gives its speaker, and only a whole one does", () => {
  expect(utterance('<message from="Alice" at="now">hello</message>')).toEqual({
    speaker: "Alice",
    text: "hello",
  });
  expect(utterance('<message from="Alice">hello')).toEqual({
    speaker: undefined,
    text: '<message from="Alice">hello',
  });
});
