import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { discordWorld, startSandboxPage } from "../../../../src/playground/server/server.ts";
import { startBrowser, type WatchedBrowser } from "../browser/browser.ts";
import { fieldOf, messageWith } from "../browser/playground-fixture.ts";

let discord: DiscordEmulator;
let browser: WatchedBrowser;
beforeAll(async () => {
  [discord, browser] = await Promise.all([startDiscordEmulator(), startBrowser()]);
});
afterAll(async () => {
  await browser.closeWindows();
  await discord.stop();
});

test("a window outlives a restart of the page: it says so, comes back, and keeps what was being written", async () => {
  const first = await startSandboxPage({ worlds: [discordWorld(discord)], notices: [] });
  const alice = await browser.open(`${first.url}/?as=Alice`);
  await fieldOf(alice, "#general").fill("half a sentence");
  await first.stop();
  await alice.getByText("The line to the sandbox is lost.").waitFor();
  await discord.person("Bob").say(discord.channel("general").id, "Said meanwhile");

  const second = await startSandboxPage({
    worlds: [discordWorld(discord)],
    notices: [],
    port: Number(new URL(first.url).port),
  });
  await messageWith(alice, "Said meanwhile").waitFor();
  expect(await fieldOf(alice, "#general").inputValue()).toBe("half a sentence");
  await fieldOf(alice, "#general").press("Enter");
  await messageWith(alice, "half a sentence").waitFor();
  await second.stop();
});
