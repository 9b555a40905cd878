import { type ChatInputCommandInteraction, type Message, MessageFlags } from "discord.js";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  fieldOf,
  messageWith,
  type PlaygroundFixture,
  say,
  startPlayground,
} from "./browser/playground-fixture.ts";

let stage: PlaygroundFixture;
beforeAll(async () => {
  stage = await startPlayground();
});
afterEach(async () => {
  await stage.browser.closeWindows();
  expect(stage.browser.outside).toEqual([]);
  expect(stage.browser.complaints).toEqual([]);
  expect(stage.failures).toEqual([]);
});
afterAll(() => stage.stop());

const WIDE = { viewport: { width: 1800, height: 900 } };

/** Says it in #general; the bot's copy of the message. */
async function mention(window: Page, text: string): Promise<Message> {
  const heard = stage.bot.nextMessage();
  await say(window, "#general", `@Rapport ${text}`);
  return heard;
}
const paneOf = (window: Page, name: string) => window.getByRole("region", { name: `#${name}` });
const hasFocus = (window: Page, place: string) =>
  fieldOf(window, place).evaluate((field) => field.matches(":focus"));

test("the thread that the bot opens on one's own message opens by itself, in one's own window alone", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice", WIDE), stage.open("Bob", WIDE)]);
  const asked = await mention(alice, "plan a trip");
  const thread = await asked.startThread({ name: "A trip" });
  await thread.send("Where to?");
  await paneOf(alice, "A trip").getByText("Where to?").waitFor();
  expect(await hasFocus(alice, "#A trip")).toBe(true);
  const next = stage.bot.nextMessage();
  await alice.keyboard.type("To the sea");
  await alice.keyboard.press("Enter");
  expect((await next).channelId).toBe(thread.id);

  await bob.getByRole("link", { name: "A trip unread" }).waitFor();
  expect(await paneOf(bob, "A trip").count()).toBe(0);
});

test("so does the thread of a command, once the answer names it; one that is only spoken of does not", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice", WIDE), stage.open("Bob", WIDE)]);
  const older = await (await mention(bob, "of Bob's own")).startThread({ name: "Of Bob" });
  await paneOf(bob, "Of Bob").waitFor();

  const listed = await chat(alice, "which are there?");
  await listed.editReply(`There is <#${older.id}>.`);
  await messageWith(alice, "There is").waitFor();
  const asked = await chat(alice, "ahoy");
  const card = await sendTo(asked, "Alice to Pirate: ahoy");
  const thread = await card.startThread({ name: "Ahoy" });
  await asked.editReply(`Pirate answers you in <#${thread.id}>.`);
  await paneOf(alice, "Ahoy").waitFor();
  expect(await paneOf(alice, "Of Bob").count()).toBe(0);
  expect(await paneOf(bob, "Ahoy").count()).toBe(0);
});

test("whoever writes in another thread stays there, and sees that the new one is unread", async () => {
  const alice = await stage.open("Alice", WIDE);
  await (await mention(alice, "a first thing")).startThread({ name: "First" });
  await fieldOf(alice, "#First").fill("half a sentence");
  const asked = await mention(alice, "a second thing");
  await (await asked.startThread({ name: "Second" })).send("Here I am.");
  await alice.getByRole("link", { name: "Second unread" }).first().waitFor();
  expect(await fieldOf(alice, "#First").inputValue()).toBe("half a sentence");
  expect(await paneOf(alice, "Second").count()).toBe(0);
});

test("whoever already writes the next words keeps the focus", async () => {
  const alice = await stage.open("Alice", WIDE);
  const asked = await mention(alice, "while I write");
  await fieldOf(alice, "#general").pressSequentially("and also");
  await asked.startThread({ name: "Meanwhile" });
  await paneOf(alice, "Meanwhile").waitFor();
  await alice.keyboard.type(" this");
  expect(await fieldOf(alice, "#general").inputValue()).toBe("and also this");
});

test("what one writes does not go out of sight where both have no room", async () => {
  const alice = await stage.open("Alice", { viewport: { width: 1200, height: 800 } });
  const asked = await mention(alice, "on a small screen");
  await fieldOf(alice, "#general").pressSequentially("and also");
  await (await asked.startThread({ name: "Small" })).send("Here I am.");
  await alice.getByRole("link", { name: "Small unread" }).first().waitFor();
  expect(await fieldOf(alice, "#general").isVisible()).toBe(true);
});

test("a thread that somebody else begins on one's message stays shut", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice", WIDE), stage.open("Bob", WIDE)]);
  await say(alice, "#general", "An apple a day");
  await messageWith(bob, "An apple").click({ button: "right" });
  await bob.getByRole("menuitem", { name: "Start a thread" }).click();
  await say(bob, "#An apple a day", "Or two");
  await alice.getByRole("link", { name: "An apple a day unread" }).first().waitFor();
  expect(await paneOf(alice, "An apple a day").count()).toBe(0);
});

/** Runs /chat; its answer is for this person alone, and yet to come. */
async function chat(window: Page, message: string): Promise<ChatInputCommandInteraction> {
  const begun = stage.bot.nextInteraction();
  await fieldOf(window, "#general").pressSequentially("/chat ");
  await window.keyboard.type(message);
  await window.keyboard.press("Enter");
  const interaction = await begun;
  if (!interaction.isChatInputCommand()) throw new Error("not a command");
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  return interaction;
}

async function sendTo({ channel }: ChatInputCommandInteraction, text: string): Promise<Message> {
  if (!channel?.isSendable()) throw new Error("the bot cannot write there");
  return await channel.send(text);
}
