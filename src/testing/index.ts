/** People who say and see, a clock that tests move, and faults: for the tests of any Discord bot or Slack app. */

export { type Clock, Faults, systemClock } from "@rapport/discord-emulator";
export type {
  Abilities,
  Awaited,
  Chat,
  ChatOptions,
  ClientDriver,
  Options,
  Received,
  SentFile,
  Shown,
  ShownForm,
} from "./chat.ts";
export { type DiscordChat, type DiscordOptions, startDiscord } from "./discord/chat.ts";
export { DiscordClientDriver } from "./discord/client-driver.ts";
export { eventually } from "./eventually.ts";
export { MANUAL_CLOCK_START, ManualClock } from "./manual-clock.ts";
export { Person, type Response } from "./person.ts";
export { type SlackChat, type SlackOptions, startSlack } from "./slack/chat.ts";
export { SlackClientDriver } from "./slack/client-driver.ts";
export { type Boot, type RunningBot, startBot, type TestBot } from "./test-bot.ts";
