import { offlineModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import type { Page } from "playwright-core";
import { BotInspector } from "../../../../src/inspector/bot-inspector.ts";
import { discordPlaces } from "../../../../src/inspector/place-naming.ts";
import { discordWorld, startSandboxPage } from "../../../../src/playground/server/server.ts";
import { discordSwitches, lettaSwitches } from "../../../../src/playground/server/switches.ts";
import { startBot, storyServer, type TestBot } from "../../../harness/bot.ts";
import type { RapportDiscord } from "../../../harness/chats.ts";
import { startBrowser, type WatchedBrowser } from "../browser/browser.ts";

/** The page on the whole bot, as `npm start` puts them together, and windows of it. */
export interface WholeBot {
  readonly bot: TestBot<RapportDiscord>;
  readonly browser: WatchedBrowser;
  /** Mistakes of the page's server. */
  readonly failures: readonly unknown[];
  open(name: string, options?: Parameters<WatchedBrowser["open"]>[1]): Promise<Page>;
  stop(): Promise<void>;
}

export async function startWhole(): Promise<WholeBot> {
  const [server, browser] = await Promise.all([storyServer(), startBrowser()]);
  const bot = await startBot(server, { model: offlineModel({ clock: systemClock }) });
  const { discord } = bot.chat;
  const failures: unknown[] = [];
  const page = await startSandboxPage({
    worlds: [discordWorld(discord, new BotInspector(bot.app, discordPlaces(discord.guildId)))],
    switches: [...lettaSwitches(bot.letta), ...discordSwitches(discord)],
    notices: [
      { label: "Discord", value: "a sandbox on this machine", real: false, set: "DISCORD_TOKEN" },
      { label: "Database", value: "PostgreSQL in .rapport", real: true },
    ],
    failed: (error) => failures.push(error),
  });
  return {
    bot,
    browser,
    failures,
    open: (name, options) => browser.open(`${page.url}/?as=${name}`, options),
    async stop() {
      await browser.closeWindows();
      await page.stop();
      await bot.stop();
      await server.close();
    },
  };
}
