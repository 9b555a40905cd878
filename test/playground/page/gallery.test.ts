import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fieldOf, messageWith } from "./browser/playground-fixture.ts";
import { startWhole, type WholeBot } from "./whole/whole-bot.ts";

const PATIENTLY = { timeout: 25_000 };

let whole: WholeBot;
beforeAll(async () => {
  whole = await startWhole();
});
afterEach(async () => {
  await whole.browser.closeWindows();
  await whole.bot.idle();
  expect(whole.browser.complaints).toEqual([]);
  expect(whole.failures).toEqual([]);
});
afterAll(() => whole.stop());

const open = (name: string) => whole.open(name, { viewport: { width: 1800, height: 1000 } });
const galleryOf = (window: Page) => window.getByRole("dialog", { name: "Personas" });

/** Chooses somebody in the gallery, and says something to them. */
async function talkTo(window: Page, persona: string, badge: string, text: string): Promise<void> {
  await window.getByRole("button", { name: "Personas", exact: true }).click();
  const card = galleryOf(window).getByRole("listitem").filter({ hasText: persona });
  await card.getByText(badge).waitFor();
  await card.getByRole("button", { name: `Talk to ${persona}` }).click();
  await window.getByRole("form", { name: "Command /chat" }).waitFor();
  await window.keyboard.type(text);
  await window.keyboard.press("Enter");
}

test("who is chosen in the gallery is talked to by /chat, in a thread", async () => {
  const alice = await open("Alice");
  await talkTo(alice, "Orin", "shared by this server", "how do I begin?");
  await fieldOf(alice, "#how do I begin?").waitFor(PATIENTLY);
  const thread = alice.getByRole("region", { name: "#how do I begin?" });
  await messageWith(thread, "Orin")
    .filter({ has: alice.locator(".bot-tag") })
    .last()
    .waitFor(PATIENTLY);
});

test("who is everybody's own answers in direct messages, and says so where they were called", async () => {
  const alice = await open("Alice");
  await talkTo(alice, "Romy", "yours alone", "what shall I write to Robin?");
  await messageWith(alice, "Romy answers you in your direct messages.").waitFor(PATIENTLY);
  await alice.getByRole("navigation", { name: "Places" }).getByText("Rapport", { exact: true }).click();
  await fieldOf(alice, "@Rapport").waitFor(PATIENTLY);
  await messageWith(alice, "what shall I write to Robin?").first().waitFor(PATIENTLY);
});

test("one's own persona is made in the platform's form, and is in the gallery then", async () => {
  const alice = await open("Alice");
  await alice.getByRole("button", { name: "Personas", exact: true }).click();
  await galleryOf(alice).getByRole("button", { name: "Make your own" }).click();
  const form = alice.getByRole("dialog", { name: "New persona" });
  await form.getByLabel("Name").fill("Captain Mira");
  await form.getByLabel("Who is it, and how does it talk?").fill("You are Mira. You talk dryly.");
  await form.getByRole("button", { name: "Submit" }).click();
  await messageWith(alice, "Captain Mira is here.").waitFor(PATIENTLY);
  await alice.getByRole("button", { name: "Personas", exact: true }).click();
  const card = galleryOf(alice).getByRole("listitem").filter({ hasText: "Captain Mira" });
  await card.getByText("made by Alice").waitFor();
});

test("the first minute is three messages that one click says; what was learnt is known elsewhere", async () => {
  const bob = await open("Bob");
  const steps = bob.getByRole("list", { name: "The first minute" });
  await steps.getByRole("button", { name: /Make a thread/ }).click();
  await fieldOf(bob, "#What can you do?").waitFor(PATIENTLY);
  await steps.getByText("✓ done").waitFor();
  await whole.bot.idle();
  await steps.getByRole("button", { name: /Tell it something/ }).click();
  await fieldOf(bob, "#My boat is called Marabou.").waitFor(PATIENTLY);
  await whole.bot.idle();
  await steps.getByRole("button", { name: /Ask elsewhere/ }).click();
  const thread = bob.getByRole("region", { name: "#What do you know about me?" });
  await messageWith(thread, "Marabou").waitFor(PATIENTLY);
  expect(bob.url()).toContain(whole.bot.chat.discord.channel("random").id);
});
