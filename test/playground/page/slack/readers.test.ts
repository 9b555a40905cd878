import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { slackWorlds, startSandboxPage } from "../../../../src/playground/server/server.ts";
import { findings } from "../browser/axe.ts";
import { startBrowser, type WatchedBrowser } from "../browser/browser.ts";
import { messageWith } from "../browser/playground-fixture.ts";
import { manifestUnderTest } from "./manifest.ts";
import { send, WIDE } from "./whole-slack.ts";

vi.setConfig({ testTimeout: 60_000 });

let slack: SlackEmulator;
let page: { readonly url: string; stop(): Promise<void> };
let browser: WatchedBrowser;
beforeAll(async () => {
  slack = await startSlackEmulator({ manifest: manifestUnderTest });
  slack.addWorkspace("Harbour Works", { withApp: true });
  page = await startSandboxPage({ worlds: slackWorlds(slack), notices: [] });
  browser = await startBrowser();
});
afterEach(async () => {
  await browser.closeWindows();
  expect(browser.outside).toEqual([]);
  expect(browser.complaints).toEqual([]);
  expect(slack.crashes).toEqual([]);
});
afterAll(async () => {
  await page.stop();
  await slack.stop();
});

const open = (name: string) => browser.open(`${page.url}/?as=${name}`, WIDE);
const linkTo = (window: Page, place: string) =>
  window.getByRole("navigation", { name: "Places" }).getByRole("link", { name: place });
const goTo = (window: Page, workspace: string) =>
  window.getByRole("navigation", { name: "Communities" }).getByRole("link", { name: workspace }).click();

async function makeChannel(window: Page, name: string): Promise<Locator> {
  await window.getByRole("button", { name: "New private channel" }).click();
  await window.getByRole("textbox", { name: "Its name" }).fill(name);
  await window.getByRole("button", { name: "Make it" }).click();
  await window.getByRole("button", { name: `Who reads #${name}` }).click();
  const sheet = window.getByRole("dialog", { name: `Who reads #${name}` });
  await sheet.getByRole("switch").first().waitFor();
  return sheet;
}

test("a private channel is there for those who were invited, until they are removed", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  const sheet = await makeChannel(alice, "plans");
  await sheet.getByText("A private channel: its members read it, and nobody else.").waitFor();
  expect(await linkTo(bob, "plans").count()).toBe(0);
  const members = sheet.getByRole("group", { name: "Members, of Rapport House" });
  await members.getByRole("switch", { name: "Bob" }).check();
  await linkTo(bob, "plans").click();
  await bob.getByText("it knows in the next one here, and nowhere else").waitFor();
  await send(bob, "Message #plans", "Here I am");
  await messageWith(alice, "Here I am").waitFor();

  await members.getByRole("switch", { name: "Bob" }).uncheck();
  await linkTo(bob, "plans").waitFor({ state: "detached" });
  await bob.getByRole("textbox", { name: "Message #general" }).waitFor();
});

test("who administers the workspace makes a channel private and public again, and nobody else does", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  for (const window of [alice, bob])
    await window.getByRole("button", { name: "Who reads #general: Everyone" }).click();
  const everybody = (window: Page) =>
    window.getByRole("dialog").getByRole("switch", { name: "Every member of Rapport House" });
  await everybody(bob).waitFor();
  expect(await everybody(bob).isDisabled()).toBe(true);
  await everybody(alice).uncheck();
  await bob.getByRole("dialog").getByText("A private channel: its members read it").waitFor();
  await everybody(alice).check();
  await bob.getByRole("dialog").getByText("Every member of the workspace reads this channel.").waitFor();
});

test("a person of another company comes by Slack Connect, under a name that tells them apart, and goes again", async () => {
  const [alice, bob] = await Promise.all([open("Alice"), open("Bob")]);
  await goTo(bob, "Harbour Works");
  await bob.getByText("You are Bob").waitFor();
  expect(await linkTo(bob, "deal").count()).toBe(0);

  const sheet = await makeChannel(alice, "deal");
  const theirs = sheet.getByRole("group", { name: "By Slack Connect, of Harbour Works" });
  await theirs.getByRole("switch", { name: "Bob" }).check();
  await sheet.getByText("A channel of Rapport House with people of Harbour Works").waitFor();
  expect(await sheet.getByRole("switch", { name: "Rapport the bot itself" }).isChecked()).toBe(true);
  await linkTo(bob, "deal").click();
  await send(bob, "Message #deal", "Good morning from the harbour, @Rapport");
  await sheet.getByRole("button", { name: "Close" }).click();
  await messageWith(alice, "Good morning").getByText("Bob (Harbour Works)", { exact: true }).waitFor();
  // Whom he named has a name in his window too, though they are of elsewhere.
  await messageWith(bob, "Good morning").getByText("@Rapport", { exact: false }).waitFor();
  await send(alice, "Message #deal", "Welcome!");
  await messageWith(bob, "Welcome!").getByText("Alice (Rapport House)", { exact: true }).waitFor();

  await alice.getByRole("button", { name: "Who reads #deal" }).click();
  await theirs.getByRole("switch", { name: "Bob" }).uncheck();
  await linkTo(bob, "deal").waitFor({ state: "detached" });
});

test("two workspaces have their own channels, and what is said in one is not in the other", async () => {
  const alice = await open("Alice");
  await goTo(alice, "Harbour Works");
  await linkTo(alice, "random").click();
  await send(alice, "Message #random", "Only at the harbour");
  await messageWith(alice, "Only at the harbour").waitFor();
  await goTo(alice, "Rapport House");
  await linkTo(alice, "random").click();
  await alice.getByText("Every member of the workspace reads this channel.").waitFor();
  expect(await messageWith(alice, "Only at the harbour").count()).toBe(0);
});

test("a link to a thread leads there on the page", async () => {
  const alice = await open("Alice");
  const bob = slack.person("Bob");
  const root = await bob.say(slack.channel("support").id, "The thread that is meant");
  const path = `archives/${root.channelId}/p${root.ts.replace(".", "")}`;
  await bob.say(slack.channel("general").id, `see ${new URL(slack.url).origin}/${path}`);
  await messageWith(alice, "see").getByRole("link").click();
  await alice
    .getByRole("region", { name: "Thread in #support" })
    .getByText("The thread that is meant")
    .waitFor();
});

test("neither the field for a new channel nor the sheet of one shuts anybody out", async () => {
  const alice = await open("Alice");
  await alice.getByRole("button", { name: "New private channel" }).click();
  await alice.getByRole("textbox", { name: "Its name" }).fill("harbour plans");
  expect(await findings(alice), "a name").toEqual([]);
  // On the dark ground of the places the words are light, and so is nothing behind them.
  await alice.getByRole("textbox", { name: "Its name" }).focus();
  const [ink, ground] = await alice.evaluate<readonly string[]>(
    "[getComputedStyle(document.activeElement).color, getComputedStyle(document.activeElement).backgroundColor]",
  );
  expect([ink, ground]).toEqual([expect.stringMatching(/\d{3}, \d{3}, \d{3}/), "rgba(0, 0, 0, 0)"]);
  await alice.getByRole("button", { name: "Make it" }).click();
  await alice.getByRole("button", { name: "Who reads #harbour-plans" }).click();
  await alice.getByRole("dialog").getByRole("switch").first().waitFor();
  expect(await findings(alice), "the sheet").toEqual([]);
});
