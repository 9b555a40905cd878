import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import type { Clock } from "@rapport/testing";
import type { Locator, Page } from "playwright-core";
import { discordWorld, type Inspector, startSandboxPage } from "../../../../src/playground/server/server.ts";
import { startBrowser, type WatchedBrowser } from "./browser.ts";
import { type StoryBot, startStoryBot } from "./story-bot.ts";

/** A sandbox's Discord, a bot on it that the test plays, the page, and windows of it. */
export interface PlaygroundFixture {
  readonly discord: DiscordEmulator;
  readonly bot: StoryBot;
  readonly url: string;
  /** Mistakes of the page's server. A story that leaves some behind has failed. */
  readonly failures: readonly unknown[];
  readonly browser: WatchedBrowser;
  /** A window of this person. */
  open(name: string, options?: Parameters<WatchedBrowser["open"]>[1]): Promise<Page>;
  stop(): Promise<void>;
}

export async function startPlayground(
  options: { readonly clock?: Clock; readonly inspector?: Inspector } = {},
): Promise<PlaygroundFixture> {
  const { clock, inspector } = options;
  const discord = await startDiscordEmulator(clock ? { clock } : {});
  const [bot, browser] = await Promise.all([startStoryBot(discord), startBrowser()]);
  const notices = [
    { label: "Discord", value: "on this machine", real: false, set: "DISCORD_TOKEN" },
    { label: "PostgreSQL", value: "embedded", real: true },
  ];
  const failures: unknown[] = [];
  const failed = (error: unknown) => failures.push(error);
  const page = await startSandboxPage({ worlds: [discordWorld(discord, inspector)], notices, failed });
  return {
    discord,
    bot,
    url: page.url,
    failures,
    browser,
    open: (name, windowOptions) => browser.open(`${page.url}/?as=${name}`, windowOptions),
    async stop() {
      await browser.closeWindows();
      await page.stop();
      await bot.stop();
      await discord.stop();
    },
  };
}

/** Where this window writes into a place. */
export const fieldOf = (window: Page, place: string) =>
  window.getByRole("textbox", { name: `Message ${place}` });

/** Writes in a place and sends it with Enter. */
export async function say(window: Page, place: string, text: string): Promise<void> {
  const field = fieldOf(window, place);
  await field.fill(text);
  await field.press("Enter");
}

/** A message that shows this text. */
export const messageWith = (window: Page | Locator, text: string | RegExp) =>
  window.locator("li.message").filter({ hasText: text });
