import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Inspector, PlaceInsight } from "../../src/sandbox/page/server.ts";
import { fieldOf, type Stage, say, startStage } from "./stage.ts";

const INSIGHT: PlaceInsight = {
  persona: { key: "pirate", name: "Pirate", avatar: "🦜", description: "Says arr." },
  scope: "person",
  badge: "🔒",
  agentId: "agent-1",
  conversationId: "conv-2",
  boundSince: Date.UTC(2026, 0, 1),
  blocks: [{ label: "human", value: "Likes rum.", limit: 5_000, readOnly: false }],
  passages: [{ id: "passage-1", text: "The treasure lies on Skull Island." }],
  recall: { count: 42, more: true },
  working: { messages: 7, tokens: 1_200, window: 32_000 },
  systemPrompt: "You are a pirate.",
  turns: [{ id: "turn-1", state: "running", startedAt: Date.now(), runId: "run-3" }],
};

const insights = new Map<string, PlaceInsight>();
const listeners = new Set<(change: { readonly placeId?: string }) => void>();
const inspector: Inspector = {
  place: async (placeId) => insights.get(placeId),
  onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
const reveal = (placeId: string, insight: PlaceInsight) => {
  insights.set(placeId, insight);
  for (const listener of listeners) listener({ placeId });
};

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ inspector });
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

test("behind the glass one sees who answers, from which memory, and each turn as it happens", async () => {
  const alice = await stage.open("Alice");
  const glass = alice.getByRole("complementary", { name: "Behind the glass" });
  await glass.getByText("No conversation is bound to this channel.").waitFor();
  const place = stage.discord.channel("general").id;
  reveal(place, INSIGHT);
  for (const text of [
    "agent-1",
    "conv-2",
    "🔒 only you",
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
  const startedAt = Date.now() - 2_000;
  const turn = { id: "turn-1", state: "delivered", startedAt, firstWordAt: startedAt + 500 };
  reveal(place, {
    ...INSIGHT,
    blocks: [{ label: "human", value: "Likes rum and Bob.", limit: 5_000, readOnly: false }],
    turns: [{ ...turn, askedAt: startedAt + 100, endedAt: startedAt + 1_500 }],
  });
  await glass.locator(".changed", { hasText: "Likes rum and Bob." }).waitFor();
  await glass.getByText("delivered").waitFor();
  expect(await glass.locator(".turn-head b").textContent()).toBe("1.50 s");
});

test("what stands behind a DM is shown to its person and to nobody else", async () => {
  const dm = await stage.discord.person("Carol").openDm();
  insights.set(dm.id, INSIGHT);
  const askAs = async (name: string) =>
    await (await fetch(`${stage.url}/api/discord/insight/${dm.id}?as=${name}`)).json();
  expect(await askAs("Carol")).toMatchObject({ agentId: "agent-1" });
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

test("when the bot loses its line, the page says so, and that it is back", async () => {
  const alice = await stage.open("Alice");
  await stage.discord.faults.goDown();
  await alice.getByText("Rapport is not connected.").waitFor();
  await stage.discord.faults.comeBack();
  await alice.getByText("Rapport is not connected.").waitFor({ state: "detached" });
});
