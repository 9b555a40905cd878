import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type {
  BoundInsight,
  Inspector,
  PlaceInsight,
  TurnInsight,
} from "../../../src/playground/server/server.ts";
import { fieldOf, type PlaygroundFixture, say, startPlayground } from "./browser/playground-fixture.ts";

const TURN: TurnInsight = {
  id: "turn-1",
  state: "running",
  events: 1,
  startedAt: Date.now(),
  askedAt: Date.now(),
  runId: "run-3",
  stopped: false,
};

const BOUND: BoundInsight = {
  persona: { key: "pirate", name: "Pirate", avatar: "🦜", description: "Says arr." },
  scope: "person",
  badge: "🔒",
  meaning: "yours alone",
  agentId: "agent-1",
  conversationId: "conv-2",
  since: Date.UTC(2026, 0, 1),
  memory: {
    blocks: [{ label: "human", value: "Likes rum.", limit: 5_000, readOnly: false }],
    passages: [{ id: "passage-1", text: "The treasure lies on Skull Island." }],
    recall: { count: 42, more: true },
    working: { messages: 7, tokens: 1_200, window: 32_000 },
    systemPrompt: "You are a pirate.",
  },
  memoryAt: undefined,
};
const INSIGHT: PlaceInsight = { bound: BOUND, turns: [TURN] };

const insights = new Map<string, PlaceInsight>();
const listeners = new Set<(change: { readonly placeId?: string }) => void>();
const inspector: Inspector = {
  place: async (placeId) => insights.get(placeId),
  personas: async () => [],
  onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
const reveal = (placeId: string, insight: PlaceInsight) => {
  insights.set(placeId, insight);
  for (const listener of listeners) listener({ placeId });
};

let stage: PlaygroundFixture;
beforeAll(async () => {
  stage = await startPlayground({ inspector });
});
afterEach(async () => {
  await stage.browser.closeWindows();
  expect(stage.browser.outside).toEqual([]);
  expect(stage.browser.complaints).toEqual([]);
  expect(stage.failures).toEqual([]);
});
afterAll(async () => {
  await stage.stop();
  expect(listeners.size).toBe(0);
});

test("of a memory that is not for who looks stands there why, and nothing of it", async () => {
  const alice = await stage.open("Alice");
  const place = stage.discord.channel("support").id;
  const because = "Romy remembers each person for themselves. Yours is in your direct messages.";
  const persona = { key: "romy", name: "Romy", avatar: undefined, description: "A coach." };
  reveal(place, { bound: undefined, hidden: { persona, because }, turns: [TURN] });
  await alice.getByRole("link", { name: "support" }).click();
  const glass = alice.getByRole("complementary", { name: "Behind the glass" });
  await glass.getByText(because).waitFor();
  await glass.getByText("run-3").waitFor();
  expect(await glass.getByText("What it remembers").count()).toBe(0);
  expect(await glass.getByText("nobody but you").count()).toBe(0);
});

test("behind the glass one sees who answers, from which memory, and each turn as it happens", async () => {
  const alice = await stage.open("Alice");
  const glass = alice.getByRole("complementary", { name: "Behind the glass" });
  await glass.getByText("No conversation is bound to this channel.").waitFor();
  const place = stage.discord.channel("general").id;
  reveal(place, INSIGHT);
  for (const text of [
    "agent-1",
    "conv-2",
    "nobody but you",
    "Likes rum.",
    "Skull Island",
    "run-3",
    "42+ messages",
  ]) {
    await glass.getByText(text).first().waitFor();
  }
  await glass.getByText("1,200 of 32,000 tokens").waitFor();
  await glass.getByText("System prompt").click();
  await glass.getByText("You are a pirate.").waitFor();
  await glass.getByText("Pirate is thinking …").waitFor();

  const acceptedAt = Date.now() - 2_000;
  const startedAt = acceptedAt + 40;
  const changed = {
    blocks: [{ label: "human", before: "Likes rum.", after: "Likes rum and Bob." }],
    passages: [],
    messages: 1,
    tokens: 30,
    recall: 1,
  };
  const [block] = BOUND.memory?.blocks ?? [];
  reveal(place, {
    bound: {
      ...BOUND,
      memory: BOUND.memory && {
        ...BOUND.memory,
        blocks: block ? [{ ...block, value: "Likes rum and Bob." }] : [],
      },
    },
    turns: [
      {
        ...TURN,
        state: "delivered",
        acceptedAt,
        startedAt,
        askedAt: startedAt + 100,
        firstWordAt: startedAt + 500,
        answeredAt: startedAt + 1_400,
        endedAt: acceptedAt + 1_500,
        changed,
      },
    ],
  });
  await glass.getByText("delivered").waitFor();
  expect(await glass.locator(".turn-head b").textContent()).toBe("1.50 s");
  expect(await glass.locator(".timeline b").allTextContents()).toEqual([
    "Accepted",
    "Turn begun",
    "Letta asked",
    "First words",
    "Answer complete",
    "Answer painted",
    "Memory",
  ]);
  expect(await glass.locator(".timeline .took").allTextContents()).toEqual([
    "+0.04 s",
    "+0.10 s",
    "+0.40 s",
    "+0.90 s",
    "+0.06 s",
  ]);
  await glass.getByText("Pirate wrote into human. 1 more message is in the context.").waitFor();
  expect(await glass.locator(".mark").allTextContents()).toContain("in the last turn +1 message");
  expect(await glass.locator(".block ins").allTextContents()).toEqual([" and Bob"]);
  expect(await glass.locator(".block del").allTextContents()).toEqual([]);
});

test("a turn that waits, was stopped or has failed is shown as such, in words", async () => {
  const alice = await stage.open("Alice");
  const glass = alice.getByRole("complementary", { name: "Behind the glass" });
  const place = stage.discord.channel("general").id;
  const waitingSince = Date.now();
  const waiting = { ...TURN, state: "waiting", waitingSince, trouble: "letta is away" } as const;
  reveal(place, { bound: undefined, turns: [{ ...waiting, askedAt: undefined, runId: undefined }] });
  await glass.getByText("No conversation is bound here yet").waitFor();
  await glass.getByText("The turn below waits.").waitFor();
  await glass.getByText("Letta cannot be reached. The turn is kept, and tries again by itself.").waitFor();
  reveal(place, { bound: { ...BOUND, memoryAt: Date.now() }, turns: [waiting] });
  await glass.getByText("The turn below waits.").waitFor({ state: "detached" });
  await glass.getByText("Letta cannot be asked now.").waitFor();
  const endedAt = Date.now();
  reveal(place, { ...INSIGHT, turns: [{ ...TURN, state: "failed", endedAt, trouble: "model failed" }] });
  await glass.getByText("The model failed. What was said stays, and Try again asks anew.").waitFor();
  const stopped = { ...TURN, state: "delivered", stopped: true, answeredAt: endedAt, endedAt } as const;
  reveal(place, { ...INSIGHT, turns: [stopped] });
  await glass.getByText("What was said until then is the answer.").waitFor();
});

test("what stands behind a DM is shown to its person and to nobody else", async () => {
  const dm = await stage.discord.person("Carol").openDm();
  insights.set(dm.id, INSIGHT);
  const askAs = async (name: string) =>
    await (await fetch(`${stage.url}/api/discord/insight/${dm.id}?as=${name}`)).json();
  expect(await askAs("Carol")).toMatchObject({ bound: { agentId: "agent-1" } });
  expect(await askAs("Bob")).toBeNull();
});

test("the banner says what is emulated and what is real, also folded away on a phone", async () => {
  const phone = await stage.open("Alice", { viewport: { width: 390, height: 760 } });
  const banner = phone.getByRole("complementary", { name: /emulated/ });
  await banner.getByText("emulated: Discord").click();
  await banner.getByText("Discord on this machine DISCORD_TOKEN makes it real").waitFor();
  await banner.getByText("real", { exact: true }).waitFor();
  await phone.getByRole("button", { name: "Places" }).click();
  await phone.getByRole("link", { name: "support" }).click();
  await fieldOf(phone, "#support").waitFor();
  await say(phone, "#support", "Hello from the train");
  await phone.getByText("Hello from the train").waitFor();
});

test("what the banner says is put away by Escape, and by a press anywhere else", async () => {
  const alice = await stage.open("Alice");
  const banner = alice.getByRole("complementary", { name: /emulated/ });
  const said = banner.getByText("Discord on this machine");
  for (const putAway of [
    () => alice.keyboard.press("Escape"),
    () => alice.getByRole("heading", { name: "Welcome to #general" }).click(),
  ]) {
    await banner.getByText("emulated: Discord").click();
    await said.waitFor();
    await putAway();
    await said.waitFor({ state: "hidden" });
  }
});

test("when the bot loses its line, the page says so, and that it is back", async () => {
  const alice = await stage.open("Alice");
  await stage.discord.faults.goDown();
  await alice.getByText("Rapport is not connected.").waitFor();
  await stage.discord.faults.comeBack();
  await alice.getByText("Rapport is not connected.").waitFor({ state: "detached" });
});
