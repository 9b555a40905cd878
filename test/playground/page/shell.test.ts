import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { discordWorld, slackWorlds, startSandboxPage } from "../../../src/playground/server/server.ts";
import { startBrowser, type WatchedBrowser } from "./browser/browser.ts";
import { fieldOf } from "./browser/playground-fixture.ts";

let discord: DiscordEmulator;
let slack: SlackEmulator;
let browser: WatchedBrowser;
let page: { readonly url: string; stop(): Promise<void> };
beforeAll(async () => {
  [discord, slack, browser] = await Promise.all([
    startDiscordEmulator(),
    startSlackEmulator({}),
    startBrowser(),
  ]);
  page = await startSandboxPage({ worlds: [discordWorld(discord), ...slackWorlds(slack)], notices: [] });
});
afterEach(async () => {
  await browser.closeWindows();
  expect(browser.outside).toEqual([]);
  expect(browser.complaints).toEqual([]);
});
afterAll(async () => {
  await browser.closeWindows();
  await page.stop();
  await Promise.all([slack.stop(), discord.stop()]);
});

const open = (name: string, hash = "") => browser.open(`${page.url}/?as=${name}${hash}`);
const inDiscord = (name: string) => discord.channel(name).id;

test("both communities stand in the rail, and coming back to one leads to where one was", async () => {
  const alice = await open("Alice");
  const rail = alice.getByRole("navigation", { name: "Communities" });
  await alice.getByRole("link", { name: "random" }).click();
  await fieldOf(alice, "#random").waitFor();
  await rail.getByRole("link", { name: /Slack workspace/ }).click();
  await alice.locator(".shell[data-kind=slack]").waitFor();
  expect(new URL(alice.url()).hash).toMatch(/^#\/slack/);
  await rail.getByRole("link", { name: /Discord server/ }).click();
  await fieldOf(alice, "#random").waitFor();
  expect(alice.url()).toContain(inDiscord("random"));
});

test("what is said in the other community is marked in the rail, until one goes there", async () => {
  const alice = await open("Alice", "#/slack");
  await alice.locator(".shell[data-kind=slack]").waitFor();
  await discord.person("Bob").say(inDiscord("general"), "Is anybody here?");
  const unread = alice.getByRole("link", { name: /Discord server, unread/ });
  await unread.click();
  await alice.getByText("Is anybody here?").waitFor();
  await unread.waitFor({ state: "detached" });
});

test("whoever one is, one is in both communities, and stays where one is when one becomes somebody else", async () => {
  const alice = await open("Alice", `#/discord/${inDiscord("support")}`);
  await alice.getByRole("link", { name: "Be Carol" }).click();
  await alice.getByText("You are Carol").waitFor();
  await fieldOf(alice, "#support").waitFor();
  await alice.getByRole("link", { name: /Slack workspace/ }).click();
  await alice.locator(".shell[data-kind=slack]").waitFor();
  await alice.getByText("You are Carol").waitFor();
});

test("light or dark is as the system has it, until somebody chooses, and stays so", async () => {
  const alice = await browser.open(`${page.url}/?as=Alice`, { colorScheme: "dark" });
  const paper = () =>
    alice.evaluate<string>("getComputedStyle(document.querySelector('.shell')).backgroundColor");
  const dark = await paper();
  await alice.getByRole("button", { name: "Light colours" }).click();
  const light = await paper();
  expect(light).not.toBe(dark);
  await alice.reload();
  await fieldOf(alice, "#general").waitFor();
  expect(await paper()).toBe(light);
});
