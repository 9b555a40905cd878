import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { findings } from "../browser/axe.ts";
import { messageWith } from "../browser/playground-fixture.ts";
import { sayEverything } from "./blocks.ts";
import { appLink, chatOf, type SlackWhole, send, startSlackWhole, threadOf, WIDE } from "./whole-slack.ts";

/** Every view is looked at twice, on a machine that may be busy. */
vi.setConfig({ testTimeout: 90_000 });

let whole: SlackWhole;
beforeAll(async () => {
  whole = await startSlackWhole();
});
afterEach(async () => {
  await whole.browser.closeWindows();
  expect(whole.browser.outside).toEqual([]);
  expect(whole.browser.complaints).toEqual([]);
});
afterAll(() => whole.stop());

const PHONE = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };

test("every kind of block is drawn, and no picture is fetched from elsewhere", async () => {
  const { slack } = whole.bot;
  await sayEverything(slack, slack.channel("random").id);
  const alice = await whole.open("Alice", WIDE);
  await alice.getByRole("link", { name: "random" }).click();
  const report = messageWith(alice, "Harbour report 🚀");
  await report.locator("strong", { hasText: "Tide" }).waitFor();
  await report.getByRole("link", { name: "see the table" }).waitFor();
  await report.getByRole("cell", { name: "Marabou" }).waitFor();
  await report.getByRole("cell", { name: "Pilot" }).waitFor();
  expect(await report.locator("ol li").allTextContents()).toEqual(["slack the lines", "cast off"]);
  expect(await report.locator("blockquote").textContent()).toBe("Fair winds");
  await report.getByRole("link", { name: "The harbour from above" }).waitFor();
  expect(await report.locator("img").count()).toBe(0);
  await report.getByRole("combobox", { name: "Choose a pier" }).selectOption("South pier");
  await report.getByRole("button", { name: "Open" }).click();
  await report.getByRole("button", { name: "Open" }).and(alice.locator(":enabled")).waitFor();
  expect(await findings(alice), "all blocks").toEqual([]);
});

test("nothing in the workspace shuts anybody out", async () => {
  const alice = await whole.open("Alice", WIDE);
  expect(await findings(alice), "a channel").toEqual([]);
  await alice.keyboard.type("/");
  await alice.getByRole("listbox", { name: "Commands" }).waitFor();
  expect(await findings(alice), "the commands").toEqual([]);
  await alice.keyboard.press("Backspace");

  await send(alice, "Message #general", "@Rapport a green boat");
  await threadOf(alice, "general").locator(".bot-tag").first().waitFor();
  await whole.bot.idle();
  await alice.getByText("delivered").first().waitFor();
  await send(alice, "Message #general", "/persona list ");
  await messageWith(alice, "Only visible to you").first().waitFor();
  expect(await findings(alice), "a thread, a private answer, and behind the glass").toEqual([]);

  await send(alice, "Message #general", "/persona create ");
  const form = alice.getByRole("dialog", { name: "New persona" });
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Please complete this required field.").first().waitFor();
  expect(await findings(alice), "a form that was filled in wrongly").toEqual([]);
  await form.getByRole("button", { name: "Close all" }).click();
  await form.waitFor({ state: "detached" });

  await messageWith(alice, "a green boat").first().click({ button: "right" });
  await alice.getByRole("menu", { name: "Message actions" }).waitFor();
  expect(await findings(alice), "the menu of a message").toEqual([]);
});

test("neither does it on a phone, nor in the agent's chats and Home", async () => {
  const carol = await whole.open("Carol", PHONE);
  expect(await findings(carol), "a channel").toEqual([]);
  await carol.getByRole("button", { name: "Places" }).click();
  expect(await findings(carol), "the places").toEqual([]);
  await appLink(carol).click();
  await carol.getByRole("button", { name: "What can I do here?" }).waitFor();
  expect(await findings(carol), "a new chat").toEqual([]);
  await send(carol, "Message Rapport", "hello there");
  await chatOf(carol).locator(".bot-tag").first().waitFor();
  await whole.bot.idle();
  expect(await findings(carol), "a chat").toEqual([]);
  await carol.getByRole("link", { name: /^History/ }).click();
  await carol.getByRole("link", { name: /^hello there/ }).waitFor();
  expect(await findings(carol), "the chats of before").toEqual([]);
  await carol.getByRole("link", { name: "Home" }).click();
  await carol.getByRole("button", { name: "Talk" }).first().waitFor();
  expect(await findings(carol), "Home").toEqual([]);
});
