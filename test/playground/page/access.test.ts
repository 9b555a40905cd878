import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findings } from "./browser/axe.ts";
import { fieldOf, messageWith, say } from "./browser/playground-fixture.ts";
import { startWhole, type WholeBot } from "./whole/whole-bot.ts";

let whole: WholeBot;
beforeAll(async () => {
  whole = await startWhole();
});
afterEach(async () => {
  await whole.browser.closeWindows();
  expect(whole.browser.complaints).toEqual([]);
});
afterAll(() => whole.stop());

const PHONE = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };

const WIDE = { viewport: { width: 1800, height: 900 } };

test("nothing in a channel, the gallery and the switches shuts anybody out", async () => {
  const alice = await whole.open("Alice", WIDE);
  expect(await findings(alice), "an empty channel").toEqual([]);

  await alice.keyboard.type("/");
  await alice.getByRole("listbox", { name: "Commands" }).waitFor();
  expect(await findings(alice), "the commands").toEqual([]);
  await alice.keyboard.press("Backspace");

  await alice.getByRole("button", { name: "Personas", exact: true }).click();
  await alice.getByRole("button", { name: "Talk to Romy" }).waitFor();
  expect(await findings(alice), "the personas").toEqual([]);
  await alice.keyboard.press("Escape");

  await alice.getByText("Make something go wrong").click();
  await alice.getByRole("switch", { name: "Slow the model" }).check();
  await alice.getByText("On: Slow the model").waitFor();
  expect(await findings(alice), "a switch that is on").toEqual([]);
  await alice.getByRole("button", { name: "Turn off: Slow the model" }).click();
  await alice.getByText("On: Slow the model").waitFor({ state: "detached" });
});

test("neither does a thread, nor what is behind the glass", async () => {
  const alice = await whole.open("Alice", WIDE);
  const thread = "my boat is green";
  await say(alice, "#general", `@Rapport ${thread}`);
  await fieldOf(alice, `#${thread}`).waitFor();
  await whole.bot.idle();
  await say(alice, `#${thread}`, "/memory show");
  await alice.keyboard.press("Enter");
  await messageWith(alice, "Only you can see this").waitFor();
  await alice.getByText("delivered").first().waitFor();
  expect(await findings(alice), "a thread, and behind the glass").toEqual([]);

  // On its words: the link to the thread below them has a menu of its own.
  await messageWith(alice, thread).first().locator(".said").click({ button: "right" });
  await alice.getByRole("menu", { name: "Message actions" }).waitFor();
  expect(await findings(alice), "the menu of a message").toEqual([]);
});

test("neither does a form that was filled in wrongly", async () => {
  const alice = await whole.open("Alice", WIDE);
  await say(alice, "#general", "/persona create");
  await alice.keyboard.press("Enter");
  const dialog = alice.getByRole("dialog", { name: "New persona" });
  await dialog.getByRole("button", { name: "Submit" }).click();
  await dialog.getByText("This field is needed.").first().waitFor();
  expect(await findings(alice)).toEqual([]);
});

test("neither does it on a phone, nor in direct messages", async () => {
  const carol = await whole.open("Carol", PHONE);
  expect(await findings(carol), "a channel").toEqual([]);
  await carol.getByRole("button", { name: "Places" }).click();
  expect(await findings(carol), "the places").toEqual([]);
  const dm = carol.getByRole("navigation", { name: "Places" }).getByText("Rapport", { exact: true });
  await dm.click();
  await fieldOf(carol, "@Rapport").waitFor();
  expect(await findings(carol), "direct messages").toEqual([]);
  await carol.getByRole("button", { name: "Behind the glass" }).click();
  expect(await findings(carol), "behind the glass").toEqual([]);
  const glass = carol.getByRole("complementary", { name: "Behind the glass" });
  await glass.getByRole("button", { name: "Close" }).click();
  await glass.waitFor({ state: "detached" });
});
