import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { expectFramed } from "../browser/frame.ts";
import { messageWith } from "../browser/playground-fixture.ts";
import {
  appLink,
  chatOf,
  paneOf,
  type SlackWhole,
  send,
  startSlackWhole,
  threadOf,
  WIDE,
} from "./whole-slack.ts";

/** Two browsers and a whole bot, on a machine that may be busy. */
vi.setConfig({ testTimeout: 90_000 });

let whole: SlackWhole;
beforeAll(async () => {
  whole = await startSlackWhole();
});
afterEach(async () => {
  await whole.browser.closeWindows();
  await whole.bot.idle();
  expect(whole.browser.outside).toEqual([]);
  expect(whole.browser.complaints).toEqual([]);
  expect(whole.failures).toEqual([]);
});
afterAll(() => whole.stop());

const open = (name: string) => whole.open(name, WIDE);
const answersIn = (pane: Locator) =>
  pane.locator("li.message").filter({ has: pane.page().locator(".bot-tag") });
const stopIn = (pane: Locator) => pane.getByRole("button", { name: "Stop the answer" });

/** Waits for what the bot has said to be longer than so much; tells how long it is. */
async function grownBeyond(pane: Locator, length: number): Promise<number> {
  const said = answersIn(pane).last().locator(".said");
  await pane
    .page()
    .waitForFunction(([element, least]) => (element?.textContent?.length ?? 0) > least, [
      await said.elementHandle(),
      length,
    ] as const);
  return (await said.textContent())?.length ?? 0;
}

test("a mention is answered in a thread beside the channel, where the answer grows and Slack's Stop ends it", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  await send(alice, "Message #general", "@Rapport tell me a long story");
  const thread = threadOf(alice, "general");
  const first = await grownBeyond(thread, 0);
  expect(await grownBeyond(thread, first)).toBeGreaterThan(first);

  // Nobody is led into what is not theirs; the bar below the message leads there.
  expect(await threadOf(bob, "general").count()).toBe(0);
  await bob.getByRole("link", { name: /1 reply/ }).click();
  await messageWith(threadOf(bob, "general"), "The lighthouse that kept notes").waitFor();

  await alice.reload();
  await messageWith(thread, "The lighthouse that kept notes").waitFor();
  await stopIn(thread).click();
  await stopIn(threadOf(bob, "general")).waitFor({ state: "detached" });
  await whole.bot.idle();
  expect(await messageWith(threadOf(bob, "general"), "The end.").count()).toBe(0);
});

test("a slash command is a line of text with its usage beside it, and its answer is for who asked alone", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  const field = alice.getByRole("textbox", { name: "Message #support" });
  await alice.getByRole("link", { name: "support" }).click();
  await field.fill("/pers");
  const menu = alice.getByRole("listbox", { name: "Commands" });
  expect(await menu.getByRole("option").allTextContents()).toEqual([expect.stringContaining("/persona")]);
  await field.press("Tab");
  expect(await field.inputValue()).toBe("/persona ");
  await alice.getByText("list | use <name>").waitFor();
  await field.pressSequentially("list");
  await field.press("Enter");
  const answer = messageWith(alice, "Only visible to you");
  await answer.getByText("personal_assistant").waitFor();

  await bob.getByRole("link", { name: "support" }).click();
  await whole.bot.slack.person("Bob").say(whole.bot.slack.channel("support").id, "Anybody here?");
  await messageWith(bob, "Anybody here?").waitFor();
  expect(await messageWith(bob, "personal_assistant").count()).toBe(0);
});

test("in a thread a command is typed as text, which the composer says", async () => {
  const alice = await open("Alice");
  await alice.getByRole("link", { name: "random" }).click();
  await send(alice, "Message #random", "@Rapport hello from the pier");
  const thread = threadOf(alice, "random");
  await thread.getByText("Slack has no slash commands in threads.").waitFor();
  const reply = thread.getByRole("textbox", { name: "Reply…" });
  await reply.fill("/");
  expect(await alice.getByRole("listbox").count()).toBe(0);
  await send(alice, "Reply…", "@Rapport persona list");
  await answersIn(thread).getByText("story_keeper").waitFor();
});

test("a persona is made in a form, which says what is missing, and talks from the app's Home", async () => {
  const alice = await open("Alice");
  await send(alice, "Message #general", "/persona create ");
  const form = alice.getByRole("dialog", { name: "New persona" });
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Please complete this required field.").first().waitFor();
  await form.getByLabel("Name").fill("Captain Mira");
  await form
    .getByLabel("Who is it, and how does it talk?", { exact: true })
    .fill("You are a dry captain of a small freighter.");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await messageWith(alice, "Captain Mira").first().waitFor();

  await appLink(alice).click();
  await alice.getByRole("link", { name: "Home" }).click();
  const mira = chatOf(alice).locator(".block-section", { hasText: "Captain Mira" });
  await mira.waitFor();
  await mira.locator("xpath=following-sibling::*[1]").getByRole("button", { name: "Talk" }).click();
  await alice.getByRole("status").getByRole("link", { name: "Chat" }).click();
  await messageWith(alice, "Captain Mira answers here from now on.").waitFor();
  await send(alice, "Message Rapport", "good morning");
  await answersIn(chatOf(alice)).filter({ hasText: "Captain Mira" }).first().waitFor();
});

test("a form that was left open does not come back in a window that is opened later", async () => {
  const alice = await open("Alice");
  const form = (window: Page) => window.getByRole("dialog", { name: "New persona" });
  await send(alice, "Message #general", "/persona create ");
  await form(alice).waitFor();
  await whole.browser.closeWindows();
  const later = await open("Alice");
  await later.getByRole("textbox", { name: "Message #general" }).waitFor();
  expect(await form(later).count()).toBe(0);
  await send(later, "Message #general", "/persona create ");
  await form(later).waitFor();
});

test("the document is as tall as its window in every view, and no wheel moves it", async () => {
  const alice = await open("Alice");
  await send(alice, "Message #general", "@Rapport I like the smell of snow");
  await alice.getByText("Alice likes the smell of snow.").first().waitFor();
  const thread = new URL(alice.url()).hash;
  const channel = thread.split("/").slice(0, 3).join("/");
  await appLink(alice).click();
  await alice.getByRole("textbox", { name: "Message Rapport" }).waitFor();
  const agent = new URL(alice.url()).hash;
  for (const view of [channel, thread, agent, `${agent}/home`]) await expectFramed(alice, view);
});

test("in direct messages a prompt begins a chat, and the chats of before stand in the history by their titles", async () => {
  const carol = await open("Carol");
  await appLink(carol).click();
  await send(carol, "Message Rapport", "/help ");
  await messageWith(carol, "Only visible to you").getByText("/persona").first().waitFor();
  await chatOf(carol).getByRole("button", { name: "What can I do here?" }).click();
  // The answer to the command says the same words; the chat has begun when one can reply in it.
  await chatOf(carol).getByRole("textbox", { name: "Reply to Rapport" }).waitFor();
  await answersIn(chatOf(carol)).getByText("/chat").first().waitFor();
  await chatOf(carol).getByRole("link", { name: "New chat" }).click();
  await send(carol, "Message Rapport", "my boat is called Marabou");
  await answersIn(chatOf(carol)).getByText("Marabou").first().waitFor();
  await chatOf(carol)
    .getByRole("link", { name: /^History \(2\)/ })
    .click();
  await chatOf(carol)
    .getByRole("link", { name: /^my boat is called Marabou/ })
    .click();
  await carol.getByRole("heading", { name: "my boat is called Marabou" }).waitFor();
  await answersIn(chatOf(carol)).getByText("Marabou").first().waitFor();
  await whole.bot.idle();

  const bob = await open("Bob");
  await appLink(bob).click();
  await chatOf(bob).getByRole("link", { name: "History", exact: true }).click();
  await bob.getByText("No chats yet.").waitFor();
});

test("the keyboard alone is enough: to write, to find a message, and to use a shortcut on it", async () => {
  const alice = await open("Alice");
  const focused = () => alice.locator(":focus").getAttribute("aria-label");
  expect(await focused()).toBe("Message #general");
  await alice.keyboard.type("tea at five");
  await alice.keyboard.press("Enter");
  const message = messageWith(paneOf(alice, "#general"), "tea at five");
  await message.waitFor();
  await alice.keyboard.press("Shift+Tab");
  expect(await focused()).toContain("Alice");
  await alice.keyboard.press("Enter");
  await alice.getByRole("menu", { name: "Message actions" }).waitFor();
  const item = alice.getByRole("menuitem", { name: /^Remember this/ });
  for (let steps = 0; steps < 8 && !(await isFocused(item)); steps += 1)
    await alice.keyboard.press("ArrowDown");
  await alice.keyboard.press("Enter");
  await messageWith(alice, "Only visible to you").filter({ hasText: "remembers now" }).waitFor();
});

const isFocused = (item: Locator) => item.evaluate((element) => element.matches(":focus"));

test("one's own message can be changed, reacted to and deleted, and everybody sees it", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  for (const window of [alice, bob]) await window.getByRole("link", { name: "support" }).click();
  await send(alice, "Message #support", "see you at *nine*");
  const menuOf = async (window: Page, text: string, item: string) => {
    await messageWith(window, text).click({ button: "right" });
    await window.getByRole("menuitem", { name: item }).click();
  };
  await messageWith(bob, "see you at nine").locator("strong").waitFor();
  await menuOf(alice, "see you at nine", "Edit message");
  await alice.getByRole("textbox", { name: "Change your message" }).fill("see you at ten, @Bob");
  await alice.keyboard.press("Enter");
  await messageWith(bob, "see you at ten, @Bob").getByText("(edited)").waitFor();
  await menuOf(bob, "see you at ten", "Add reaction");
  await bob.getByRole("menuitem", { name: "🎉" }).click();
  await messageWith(alice, "see you at ten").getByRole("button", { name: "🎉, 1 so far" }).waitFor();
  await menuOf(alice, "see you at ten", "Delete message");
  await messageWith(bob, "see you at ten").waitFor({ state: "detached" });
});
