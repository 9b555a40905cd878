import { offlineModel, utterance } from "@rapport/letta-server";
import { MANUAL_CLOCK_START, ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { factAbout, toYou } from "../../../src/letta-server/offline/facts.ts";
import {
  frameOf,
  type LettaFixture,
  lettaFixtures,
  stopOf,
  textOf,
  types,
} from "../fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const NOTICE =
  /^This is an offline demo: no language model is connected, so simple rules answer\. OPENAI_BASE_URL connects one\.\n\n/;

const clock = new ManualClock();
let fixture: LettaFixture;
beforeAll(async () => {
  fixture = await openHouse({ clock, model: offlineModel({ clock, wordDelayMs: 0 }) });
});
afterAll(() => fixture.close());

/** An agent like the bot makes them, and a way to talk to it in any of its threads. */
async function meetAda() {
  const agent = await fixture.letta.agents.create({
    name: "chat_agent_personal_assistant",
    model: fixture.model,
    system: "You are Ada, a personal assistant with a long memory and a calm manner.",
    memory_blocks: [
      { label: "persona", value: "Ada: A calm assistant.\nGreets people with: Hello!", read_only: true },
      { label: "human", value: "" },
    ],
    tools: ["archival_memory_insert", "archival_memory_search"],
  });
  const thread = async () => {
    const { id } = await fixture.letta.conversations.create({ agent_id: agent.id });
    return {
      id,
      say: async (text: string) =>
        textOf(await fixture.ask(id, text, { stream_tokens: true })).replace(NOTICE, ""),
      raw: async (text: string) => textOf(await fixture.ask(id, text)),
    };
  };
  const human = async () =>
    (await fixture.letta.agents.blocks.retrieve("human", { agent_id: agent.id })).value;
  return { agentId: agent.id, thread, human };
}

test("the first answer of a conversation says what answers, later ones do not", async () => {
  const { thread } = await meetAda();
  const { raw } = await thread();
  const first = await raw("[Alice] hello");
  expect(first).toMatch(NOTICE);
  // It is shown while it grows and may be stopped anywhere: no mark is left open, and only the persona greets.
  expect(first.split("\n")[0]).not.toMatch(/[*`~]|(?<!\w)_|_(?!\w)/);
  expect(first.match(/Hello/g)).toHaveLength(1);
  expect(await raw("[Alice] hello again")).not.toMatch(NOTICE);
});

test("of what people of another company say nothing is noted, and it says so once", async () => {
  const { thread, human } = await meetAda();
  const { say } = await thread();
  const unkept = "\n(of another company: nothing of this is kept here, so note nothing down)";
  const answer = await say(`[Carol] my dog is called Rex${unkept}`);
  expect(answer).toBe(
    "I have read that, Carol.\n\nI keep nothing here of people of another company, nor of what is said to me together with their words.",
  );
  expect(await human()).toBe("");
  expect(await say(`[Carol] who are you?${unkept}`)).toBe("I am Ada: A calm assistant.");
  expect(await say("[Alice] my cat is called Mia")).toMatch(/^Noted, Alice/);
  expect(await say("[Alice] what is my dog called?")).toMatch(/no note of the name of your dog, Alice/);
});

test("it greets as the persona", async () => {
  const { thread } = await meetAda();
  const { say } = await thread();
  expect(await say("[Alice] hello")).toBe("Hello, Alice, I'm Ada. A calm assistant. What is on your mind?");
  expect(await say("[Alice] who are you?")).toBe("I am Ada: A calm assistant.");
});

test("a name told in one thread is known in another, and people are told apart", async () => {
  const { thread, human } = await meetAda();
  const first = await thread();
  expect(await first.say("[Alice] My name is Bobbie.")).toContain("you are called Bobbie");
  await first.say("[Bob] I like green tea and I live in Kiel");
  expect(await human()).toBe("Alice is called Bobbie.\nBob likes green tea.\nBob lives in Kiel.");
  const second = await thread();
  expect(await second.say("[Alice] what is my name?")).toBe("Your name is Bobbie. You told me so.");
  expect(await second.say("[Bob] what do you know about me?")).toBe(
    "Here is what I have on you, Bob:\n- you like green tea\n- you live in Kiel",
  );
  expect(await second.say("[Carol] what is my name?")).toContain("I see you here as Carol");
});

test("what was told in this conversation is known in it, though its prompt is older", async () => {
  const { thread } = await meetAda();
  const { say } = await thread();
  await say("[Alice] my favourite colour is green");
  expect(await say("[Alice] what do you remember about me?")).toContain("- your favourite colour is green");
});

test("what people say of themselves and of what is theirs is noted, after a greeting too", () => {
  expect(factAbout("Alice", "ahoy there, my boat is called Marabou")).toBe("Alice's boat is called Marabou.");
  expect(factAbout("Alice", "My sister lives in Oslo!")).toBe("Alice's sister lives in Oslo.");
  expect(factAbout("Alice", "Hi, my name is Alice.")).toBe("Alice is called Alice.");
  expect(factAbout("Alice", "by the way I like green tea")).toBe("Alice likes green tea.");
  expect(factAbout("Alice", "ahoy there, nice boat")).toBeUndefined();
});

test("a new name replaces the old one, even when the prompt does not show it yet", async () => {
  const { thread, human } = await meetAda();
  const first = await thread();
  await first.say("[Alice] my name is Ann");
  const second = await thread();
  await second.say("[Alice] call me Annie");
  expect(await human()).toBe("Alice is called Annie.");
  await second.say("[Alice] my name is Anna");
  expect(await human()).toBe("Alice is called Anna.");
  expect(await (await thread()).say("[Alice] who am I?")).toContain("Anna");
});

test("what is not about a person is kept with who said it, where it can be forgotten, and is found from any thread", async () => {
  const { thread, human } = await meetAda();
  const first = await thread();
  const events = await fixture.ask(first.id, "[Alice] remember that the standup is at 9:30");
  expect(types(events)).toContain("tool_call_message");
  expect(await human()).toBe("Alice said: the standup is at 9:30.");
  const second = await thread();
  expect(await second.say("[Bob] when is the standup?")).toContain("Alice said: the standup is at 9:30");
  expect(await second.say("[Bob] what do you know about dragons?")).toMatch(/no note of "dragons"/);
});

test("what no block takes goes into archival memory", async () => {
  const { agentId, thread } = await meetAda();
  await fixture.letta.agents.blocks.update("human", { agent_id: agentId, read_only: true });
  await (await thread()).say("[Alice] remember that the standup is at 9:30");
  expect((await fixture.letta.agents.passages.list(agentId)).map(({ text }) => text)).toEqual([
    "Alice said: the standup is at 9:30.",
  ]);
  expect(await (await thread()).say("[Bob] when is the standup?")).toContain("the standup is at 9:30");
});

test("what was only said is found in the conversations", async () => {
  const { thread } = await meetAda();
  await (await thread()).say("[Alice] the zeppelin landed on the roof");
  expect(await (await thread()).say("[Bob] did anybody mention the zeppelin?")).toContain(
    "> Alice: the zeppelin landed on the roof",
  );
});

test("it forgets when asked to", async () => {
  const { thread, human } = await meetAda();
  const { say } = await thread();
  await say("[Alice] I like tea");
  expect(await say("[Alice] forget that I like tea")).toContain("Forgotten");
  expect(await human()).toBe("");
  expect(await say("[Alice] forget that I like coffee")).toContain("no such note");
});

test("a long story has more than 5,000 characters and a code fence", async () => {
  const { thread } = await meetAda();
  const story = await (await thread()).say("[Alice] tell me a long story");
  expect(story.length).toBeGreaterThan(5_000);
  expect(story.match(/```/g)).toHaveLength(2);
});

test("a burst of two people is answered for both", async () => {
  const { thread } = await meetAda();
  const { id } = await thread();
  const events = await fixture.send(id, [
    { role: "user", content: "[Alice] I like tea" },
    { role: "user", content: "[Bob] I like coffee" },
  ]);
  expect(textOf(events)).toContain("Noted, Alice: you like tea");
  expect(textOf(events)).toContain("Noted, Bob: you like coffee");
});

test("words are obeyed: a failure is a failure, an approval waits for consent", async () => {
  const { agentId, thread } = await meetAda();
  const { id } = await thread();
  expect(await frameOf(fixture.ask(id, "[Alice] RATE429"))).toMatchObject({ error_type: "llm_rate_limit" });
  await fixture.letta.patch(`/v1/agents/${agentId}/tools/approval/conversation_search`, {
    body: { requires_approval: true },
  });
  expect(stopOf(await fixture.ask(id, "[Alice] APPROVAL please"))).toBe("requires_approval");
});

test("words are streamed at a pace, by the clock", async () => {
  const slow = new ManualClock();
  const paced = await openHouse({ clock: slow, model: offlineModel({ clock: slow, wordDelayMs: 15 }) });
  const { conversationId } = await paced.meet();
  const reading = paced.ask(conversationId, "hello", { stream_tokens: true, include_pings: false });
  let over = false;
  const done = reading.then(() => {
    over = true;
  });
  while (!over) {
    if (slow.sleeping > 0) await slow.advance(15);
    else await new Promise(setImmediate);
  }
  await done;
  const words = textOf(await reading).split(/\s+/).length;
  expect(slow.now() - MANUAL_CLOCK_START).toBe(words * 15);
  await paced.close();
});

test("a model that the sandbox cannot reach fails; the rules do not step in", async () => {
  const met = await fixture.meet({ model: "letta/letta-free" });
  expect(await frameOf(fixture.ask(met.conversationId, "hello"))).toMatchObject({ error_type: "llm_error" });
});

test.each([
  ["[Alice] hello", "Alice", "hello"],
  ['<message from="Alice" at="now">hello</message>', "Alice", "hello"],
  ['{"from":"Alice","text":"hello"}', "Alice", "hello"],
  ["hello [you]", undefined, "hello [you]"],
])("the speaker is read from %s", (content, speaker, text) => {
  expect(utterance(content)).toEqual({ speaker, text });
});

test.each([
  ["my name is Bob", "Alice is called Bob.", "you are called Bob"],
  ["I'm a nurse", "Alice is a nurse.", "you are a nurse"],
  ["I don't like rain", "Alice does not like rain.", "you do not like rain"],
  ["I really love chess!", "Alice loves chess.", "you love chess"],
  [
    "my cats are called Tic and Tac",
    "Alice's cats are called Tic and Tac.",
    "your cats are called Tic and Tac",
  ],
  ["I am fine", undefined, undefined],
  ["the weather is nice", undefined, undefined],
])("%s", (sentence, note, said) => {
  const fact = factAbout("Alice", sentence);
  expect(fact).toBe(note);
  expect(fact && toYou(fact, "Alice")).toBe(said);
});
