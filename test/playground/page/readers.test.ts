import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findings } from "./browser/axe.ts";
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
  expect(stage.discord.crashes).toEqual([]);
});
afterAll(() => stage.stop());

const WIDE = { viewport: { width: 1800, height: 900 } };
const linkTo = (window: Page, place: string) =>
  window.getByRole("navigation", { name: "Places" }).getByRole("link", { name: place });

/** Opens a place and the sheet behind the line that says who reads it. */
async function sheetOf(window: Page, place: string) {
  await window.getByRole("button", { name: `Who reads #${place}` }).click();
  const sheet = window.getByRole("dialog", { name: `Who reads #${place}` });
  await sheet.getByRole("switch").first().waitFor();
  return sheet;
}

test("a channel that is closed to everyone is gone for who has not the role, and comes back with it", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice"), stage.open("Bob")]);
  for (const window of [alice, bob]) await linkTo(window, "support").click();
  await fieldOf(bob, "#support").waitFor();
  await alice.getByText("Everybody on the server reads this channel.").waitFor();

  const sheet = await sheetOf(alice, "support");
  await sheet.getByRole("textbox", { name: "A new role" }).fill("Staff");
  await sheet.getByRole("button", { name: "Make it" }).click();
  await sheet.getByRole("switch", { name: "@everyone" }).uncheck();
  await sheet.getByText("Only the server's administrators read this channel.").waitFor();
  await sheet.getByRole("switch", { name: "@Staff" }).check();
  await sheet.getByText("Only @Staff and the server's administrators read this channel.").waitFor();
  // The bot is not shut out with everyone.
  expect(await sheet.getByRole("switch", { name: "@Rapport" }).isChecked()).toBe(true);

  await fieldOf(bob, "#general").waitFor();
  expect(await linkTo(bob, "support").count()).toBe(0);
  await sheet.getByRole("button", { name: "Close" }).click();
  await say(alice, "#support", "Nobody else reads this yet");
  await messageWith(alice, "Nobody else reads this yet").waitFor();

  const again = await sheetOf(alice, "support");
  await again.getByRole("group", { name: "Who has @Staff" }).getByRole("switch", { name: "Bob" }).check();
  await linkTo(bob, "support").click();
  await messageWith(bob, "Nobody else reads this yet").waitFor();
  await bob.getByText("What it learns here stays with those who read along here.").waitFor();
});

test("who does not manage the server sees who reads a channel, and can change nothing of it", async () => {
  const carol = await stage.open("Carol");
  const sheet = await sheetOf(carol, "general");
  await sheet.getByText("Only who manages the server changes this.").waitFor();
  const switches = await sheet.getByRole("switch").all();
  expect(switches.length).toBeGreaterThan(0);
  for (const one of switches) expect(await one.isDisabled()).toBe(true);
  expect(await sheet.getByRole("textbox", { name: "A new role" }).count()).toBe(0);
  expect(await findings(carol)).toEqual([]);
});

test("in a thread who manages the server is told where to change who reads it", async () => {
  const alice = await stage.open("Alice", WIDE);
  const [general] = stage.discord.channels();
  const { id } = await stage.discord.person("Alice").startThread(general?.id ?? "", "An open one");
  await alice.goto(`${stage.url}/?as=Alice#/discord/${general?.id}/${id}`);
  const sheet = await sheetOf(alice, "An open one");
  await sheet.getByText("It is changed in the channel.").waitFor();
  expect(await sheet.getByText("Only who manages the server").count()).toBe(0);
});

test("a private thread is there for a guest from when they are let in until they are removed", async () => {
  const [carol, bob] = await Promise.all([stage.open("Carol", WIDE), stage.open("Bob", WIDE)]);
  const channel = await sheetOf(carol, "general");
  await channel.getByRole("textbox", { name: "A private thread in here" }).fill("A surprise");
  await channel.getByRole("button", { name: "Begin it" }).click();
  await fieldOf(carol, "#A surprise").waitFor();
  await carol.getByText("whoever was added reads it, and who may manage threads").waitFor();
  await carol
    .getByText("Mention @Rapport and it answers. What it learns here stays in this thread.")
    .waitFor();
  const heard = stage.bot.nextMessage();
  await say(carol, "#A surprise", "It is Bob's birthday");
  expect((await heard).content).toBe("It is Bob's birthday");
  expect(await linkTo(bob, "A surprise").count()).toBe(0);

  const sheet = await sheetOf(carol, "A surprise");
  await sheet.getByText("manages threads: reads it anyway").waitFor();
  await sheet.getByRole("switch", { name: "Bob" }).check();
  await linkTo(bob, "A surprise").click();
  await messageWith(bob, "It is Bob's birthday").waitFor();
  // A guest lets others in, and puts nobody out.
  const guests = await sheetOf(bob, "A surprise");
  expect(await guests.getByRole("switch", { name: "Carol" }).isDisabled()).toBe(true);

  await sheet.getByRole("switch", { name: "Bob" }).uncheck();
  await linkTo(bob, "A surprise").waitFor({ state: "detached" });
  await fieldOf(bob, "#A surprise").waitFor({ state: "detached" });
});
