import { offlineModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import type { Page } from "playwright-core";
import { BotInspector } from "../../../../src/inspector/bot-inspector.ts";
import { slackPlaces } from "../../../../src/inspector/place-naming.ts";
import { slackWorlds, startSandboxPage } from "../../../../src/playground/server/server.ts";
import { type SlackBot, startSlackBot, storyServer } from "../../../platforms/slack/slack-bot.ts";
import { startBrowser, type WatchedBrowser } from "../browser/browser.ts";

/** The page on the whole bot in Slack, as `npm start` puts them together, and windows of it. */
export interface SlackWhole {
  readonly bot: SlackBot;
  readonly browser: WatchedBrowser;
  /** Mistakes of the page's server. */
  readonly failures: readonly unknown[];
  open(name: string, options?: Parameters<WatchedBrowser["open"]>[1]): Promise<Page>;
  stop(): Promise<void>;
}

export async function startSlackWhole(): Promise<SlackWhole> {
  const [server, browser] = await Promise.all([storyServer(), startBrowser()]);
  const bot = await startSlackBot(server, { model: offlineModel({ clock: systemClock }) });
  const failures: unknown[] = [];
  const page = await startSandboxPage({
    worlds: slackWorlds(bot.slack, (team) => new BotInspector(bot.app, slackPlaces(team))),
    notices: [{ label: "Slack", value: "a sandbox on this machine", real: false, set: "SLACK_BOT_TOKEN" }],
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

export const WIDE = { viewport: { width: 1800, height: 900 } };
export const paneOf = (window: Page, name: string) => window.getByRole("region", { name, exact: true });
export const threadOf = (window: Page, channel: string) => paneOf(window, `Thread in #${channel}`);
export const chatOf = (window: Page) => paneOf(window, "Rapport");
export const appLink = (window: Page) =>
  window.getByRole("navigation", { name: "Places" }).getByText("Rapport", { exact: true });

/** Writes into a field with this name and sends it with Enter. */
export async function send(window: Page, field: string, text: string): Promise<void> {
  const box = window.getByRole("textbox", { name: field, exact: true });
  await box.fill(text);
  await box.press("Enter");
}
