import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fieldOf, messageWith, say } from "./browser/playground-fixture.ts";
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

const open = () => whole.open("Alice", { viewport: { width: 1800, height: 1000 } });
const paneOf = (window: Page, name: string) => window.getByRole("region", { name: `#${name}` });
const glassOf = (window: Page) => window.getByRole("complementary", { name: "Behind the glass" });

async function turnOn(window: Page, label: string): Promise<void> {
  await glassOf(window).getByText("Make something go wrong").click();
  await glassOf(window).getByRole("switch", { name: label }).click();
  await window.getByRole("status").getByText(`On: ${label}`).waitFor();
}
const turnOff = (window: Page, label: string) =>
  window.getByRole("button", { name: `Turn off: ${label}` }).click();

/** Says it to the bot in #general and waits for the thread. */
async function begin(window: Page, text: string): Promise<void> {
  await say(window, "#general", `@Rapport ${text}`);
  await fieldOf(window, `#${text}`).waitFor(PATIENTLY);
}

test("with Letta cut, a plain sentence says so; mended, the answer takes its place, once", async () => {
  const alice = await open();
  await begin(alice, "my cat is called Minka");
  const thread = paneOf(alice, "my cat is called Minka");
  await messageWith(thread, "Minka").filter({ hasText: "noted" }).waitFor(PATIENTLY);
  await whole.bot.idle();

  await turnOn(alice, "Cut Letta's connection");
  await say(alice, "#my cat is called Minka", "and she is three years old");
  await messageWith(thread, "and answer here as soon as it works.").waitFor(PATIENTLY);
  await glassOf(alice).getByText("Letta cannot be reached.").first().waitFor(PATIENTLY);

  await turnOff(alice, "Cut Letta's connection");
  const sorry = messageWith(thread, "I keep trying");
  await sorry.waitFor({ state: "detached", ...PATIENTLY });
  await whole.bot.idle();
  expect(await messageWith(thread, "three years old").filter({ hasText: "three years old" }).count()).toBe(2);
});

test("whoever has opened the switches finds them open in the next place, where an answer begins", async () => {
  const alice = await open();
  await glassOf(alice).getByText("Make something go wrong").click();
  await begin(alice, "hello, switches");
  await glassOf(alice).getByText("delivered").first().waitFor(PATIENTLY);
  expect(await glassOf(alice).getByRole("switch", { name: "Slow the model" }).isVisible()).toBe(true);
  await whole.bot.idle();
});

test("a model that fails leaves what it has said, a sentence and a way to try again, which then works", async () => {
  const alice = await open();
  await turnOn(alice, "Let the model fail");
  await begin(alice, "what can you do?");
  const thread = paneOf(alice, "what can you do?");
  const failed = messageWith(thread, "⚠️");
  await failed.waitFor(PATIENTLY);
  await turnOff(alice, "Let the model fail");
  await thread.getByRole("button", { name: "Try again" }).click();
  await messageWith(thread, "I can").last().waitFor(PATIENTLY);
  await whole.bot.idle();
  expect(await messageWith(thread, "⚠️").count()).toBe(1);
});

test("refusals by Discord's rate limit wear off by themselves, and nothing is lost", async () => {
  const alice = await open();
  await turnOn(alice, "Let Discord refuse for a while (429)");
  await begin(alice, "my bike is green");
  const thread = paneOf(alice, "my bike is green");
  await messageWith(thread, "noted").waitFor(PATIENTLY);
  await alice.getByText("On: Let Discord refuse").waitFor({ state: "detached", ...PATIENTLY });
});

test("what is said while Discord's socket breaks is answered once, and the switch turns itself off", async () => {
  const alice = await open();
  await glassOf(alice).getByText("Make something go wrong").click();
  const before = whole.bot.chat.discord.gateway.resumes;
  await glassOf(alice).getByRole("switch", { name: "Drop Discord's socket" }).click();
  await say(alice, "#general", "@Rapport said into the dark");
  await fieldOf(alice, "#said into the dark").waitFor(PATIENTLY);
  await whole.bot.idle();
  expect(await paneOf(alice, "said into the dark").locator("li.message").count()).toBe(2);
  expect(whole.bot.chat.discord.gateway.resumes).toBe(before + 1);
  await glassOf(alice).getByText("Make something go wrong").waitFor();
  await alice.getByText("On: Drop Discord's socket").waitFor({ state: "detached", ...PATIENTLY });
});

test("a word that AutoMod blocks ends in one sentence, and Try again answers when it is off", async () => {
  const alice = await open();
  await turnOn(alice, "Let AutoMod block “pineapple”");
  await begin(alice, "My boat is called Pineapple.");
  const thread = paneOf(alice, "My boat is called Pineapple.");
  await messageWith(thread, "AutoMod").waitFor(PATIENTLY);
  await whole.bot.idle();
  // Her own words and the sentence: nothing of the answer stands there.
  expect(await thread.locator("li.message").count()).toBe(2);
  await turnOff(alice, "Let AutoMod block “pineapple”");
  await thread.getByRole("button", { name: "Try again" }).click();
  await messageWith(thread, "your boat is called Pineapple").waitFor(PATIENTLY);
});

test("a ban is waited out without a word too many, and then the answer comes, once", async () => {
  const alice = await open();
  await turnOn(alice, "Let Discord ban this machine (429)");
  await begin(alice, "my kite is yellow");
  const thread = paneOf(alice, "my kite is yellow");
  await messageWith(thread, "noted").waitFor(PATIENTLY);
  await whole.bot.idle();
  expect(await thread.locator("li.message").count()).toBe(2);
  await alice.getByText("On: Let Discord ban").waitFor({ state: "detached", ...PATIENTLY });
});

test("with Discord slowed, the answer is whole in the end", async () => {
  const alice = await open();
  await turnOn(alice, "Slow Discord");
  await begin(alice, "my lamp is blue");
  const thread = paneOf(alice, "my lamp is blue");
  await messageWith(thread, "noted").waitFor(PATIENTLY);
  await turnOff(alice, "Slow Discord");
  await whole.bot.idle();
  expect(await thread.locator("li.message").count()).toBe(2);
});
