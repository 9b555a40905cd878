import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { expectFramed } from "../browser/frame.ts";
import { fieldOf, messageWith, say } from "../browser/playground-fixture.ts";
import { startWhole, type WholeBot } from "./whole-bot.ts";

let whole: WholeBot;
beforeAll(async () => {
  whole = await startWhole();
});
afterEach(async () => {
  await whole.browser.closeWindows();
  await whole.bot.idle();
  expect(whole.browser.outside).toEqual([]);
  expect(whole.browser.complaints).toEqual([]);
  expect(whole.failures).toEqual([]);
});
afterAll(() => whole.stop());

const open = (name: string) => whole.open(name, { viewport: { width: 1800, height: 900 } });
const paneOf = (window: Page, name: string) => window.getByRole("region", { name: `#${name}` });
const glassOf = (window: Page) => window.getByRole("complementary", { name: "Behind the glass" });
/** What the bot has said in a thread, once it holds this. */
const answerIn = (window: Page, thread: string, text: string | RegExp) =>
  paneOf(window, thread)
    .locator("li.message")
    .filter({ has: window.locator(".bot-tag") })
    .filter({ hasText: text });
const stopIn = (window: Page, thread: string) =>
  paneOf(window, thread).getByRole("button", { name: "Stop answering" });

/** Says it to the bot in #general and waits for the thread, which has the name of what was said. */
async function begin(window: Page, text: string): Promise<void> {
  await say(window, "#general", `@Rapport ${text}`);
  await fieldOf(window, `#${text}`).waitFor();
}

/** Waits for what the bot has said to be longer than so much; tells how long it is. */
async function grownBeyond(window: Page, thread: string, length: number): Promise<number> {
  const said = paneOf(window, thread)
    .locator("li.message")
    .filter({ has: window.locator(".bot-tag") })
    .last()
    .locator(".said");
  await window.waitForFunction(([element, least]) => (element?.textContent?.length ?? 0) > least, [
    await said.elementHandle(),
    length,
  ] as const);
  return (await said.textContent())?.length ?? 0;
}

test("a mention leads into a thread, where the answer grows, is seen by others, and stops when told to", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  await begin(alice, "tell me a long story");
  const first = await grownBeyond(alice, "tell me a long story", 0);
  const second = await grownBeyond(alice, "tell me a long story", first);
  expect(second).toBeGreaterThan(first);

  await bob.getByRole("link", { name: "tell me a long story" }).first().click();
  await answerIn(bob, "tell me a long story", "The lighthouse that kept notes").first().waitFor();
  await alice.reload();
  await answerIn(alice, "tell me a long story", "The lighthouse that kept notes").first().waitFor();
  await messageWith(paneOf(alice, "general"), "tell me a long story").waitFor();

  await stopIn(alice, "tell me a long story").first().click();
  await answerIn(alice, "tell me a long story", "Stopped.").waitFor();
  await answerIn(bob, "tell me a long story", "Stopped.").waitFor();
  expect(await stopIn(bob, "tell me a long story").count()).toBe(0);
  expect(await answerIn(bob, "tell me a long story", "The end.").count()).toBe(0);
});

test("behind the glass stand agent, conversation, memory and the turn that was delivered", async () => {
  const alice = await open("Alice");
  await begin(alice, "my boat is called Marabou");
  const glass = glassOf(alice);
  await glass.getByText(/^agent-[0-9a-f-]+$/).waitFor();
  await glass.getByText(/^conv-[0-9a-f-]+$/).waitFor();
  await glass.getByText("delivered").waitFor();
  await glass.getByText("Alice's boat is called Marabou.").first().waitFor();
  for (const label of ["persona", "human"]) await glass.getByText(label, { exact: true }).first().waitFor();
});

test("the document is as tall as its window in every view, and no wheel moves it", async () => {
  const alice = await open("Alice");
  await alice.getByRole("button", { name: "Rapport", exact: true }).click();
  await fieldOf(alice, "@Rapport").waitFor();
  const dm = new URL(alice.url()).hash;
  await alice.getByRole("link", { name: "general" }).click();
  await begin(alice, "I like the smell of rain");
  await glassOf(alice).getByText("Alice likes the smell of rain.").first().waitFor();
  const thread = new URL(alice.url()).hash;
  const channel = thread.split("/").slice(0, 3).join("/");
  for (const view of [channel, thread, dm]) await expectFramed(alice, view);
});

test("what a message's menu remembers is remembered", async () => {
  const alice = await open("Alice");
  await say(alice, "#general", "The password of the club is Wombat");
  await messageWith(alice, "Wombat").click({ button: "right" });
  await alice.getByRole("menuitem", { name: "Remember this" }).click();
  const receipt = messageWith(alice, "remembers now");
  await receipt.getByText("Only you can see this").waitFor();
  await begin(alice, "what do you know about the Wombat?");
  await glassOf(alice).getByText("Wombat").first().waitFor();
});

test("a persona is made in a form, chosen with autocompletion, and answers", async () => {
  const alice = await open("Alice");
  await begin(alice, "hello from the quay");
  const thread = "#hello from the quay";
  await say(alice, thread, "/persona create");
  await alice.keyboard.press("Enter");
  const dialog = alice.getByRole("dialog", { name: "New persona" });
  await dialog.getByLabel("Name").fill("Captain Mira");
  await dialog.getByLabel("Who is it, and how does it talk?").fill("You are Mira. You talk dryly.");
  await dialog.getByRole("button", { name: "Submit" }).click();
  await messageWith(alice, "Captain Mira is here.").waitFor();

  await fieldOf(alice, thread).pressSequentially("/persona use mir");
  await alice.getByRole("option", { name: /Captain Mira/ }).waitFor();
  await alice.keyboard.press("Enter");
  await alice.keyboard.press("Enter");
  await messageWith(alice, "Captain Mira answers here").waitFor();
  await say(alice, thread, "Who are you?");
  await messageWith(alice, /Captain Mira.*App/)
    .last()
    .getByText("Mira")
    .first()
    .waitFor();
  await glassOf(alice).getByText("captain_mira").waitFor();
});

test("while the bot is asked for choices, only those stand there that fit what was typed", async () => {
  const alice = await open("Alice");
  await begin(alice, "who might answer?");
  const field = fieldOf(alice, "#who might answer?");
  await field.pressSequentially("/persona use ");
  const choices = alice.getByRole("option");
  await choices.filter({ hasText: "Tomo" }).waitFor();
  // From now on the bot says nothing more.
  await alice.route(/suggest/, () => undefined);
  await alice.keyboard.type("ada");
  await choices.filter({ hasText: "Tomo" }).waitFor({ state: "detached" });
  expect(await choices.allInnerTexts()).toEqual([expect.stringContaining("Ada")]);
});

test("what a persona remembers is shown to who asks, and to nobody else", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  await begin(alice, "I like the smell of tar");
  await whole.bot.idle();
  const thread = "#I like the smell of tar";
  await bob.getByRole("link", { name: "I like the smell of tar" }).first().click();
  await fieldOf(bob, thread).waitFor();
  await say(alice, thread, "/memory show");
  await alice.keyboard.press("Enter");
  const shown = messageWith(alice, "Alice used /memory").filter({ hasText: "smell of tar" });
  await shown.getByText("Only you can see this").waitFor();
  await say(alice, thread, "There it is.");
  await messageWith(bob, "There it is.").waitFor();
  expect(await bob.getByText("used /memory").count()).toBe(0);
});

test("/chat leads into its thread too, and the keyboard alone is enough for all of it", async () => {
  const alice = await open("Alice");
  await fieldOf(alice, "#general").waitFor();
  await alice.keyboard.type("/chat ");
  await alice.keyboard.type("ahoy there");
  await alice.keyboard.press("Enter");
  await answerIn(alice, "ahoy there", /./).first().waitFor();
  await alice.keyboard.type("What is my name?");
  await alice.keyboard.press("Enter");
  await messageWith(alice, "What is my name?").waitFor();
  await whole.bot.idle();
  await answerIn(alice, "ahoy there", /Alice/).last().waitFor();
});

test("a private chat is in one's direct messages, which others do not see", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  await fieldOf(alice, "#general").pressSequentially("/chat ");
  await alice.keyboard.type("between us");
  await alice.getByRole("textbox", { name: /^private:/ }).fill("y");
  await alice.keyboard.press("Enter");
  await alice.keyboard.press("Enter");
  await messageWith(alice, "answers you in your direct messages.").waitFor();
  await say(alice, "#general", "Back again");
  await messageWith(bob, "Back again").waitFor();
  expect(await bob.getByText("between us").count()).toBe(0);
  const places = alice.getByRole("navigation", { name: "Places" });
  await places.getByText("Rapport", { exact: true }).click();
  await fieldOf(alice, "@Rapport").waitFor();
  await messageWith(alice, "between us").first().waitFor();
});
