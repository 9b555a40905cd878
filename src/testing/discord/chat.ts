import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import type { Chat, ChatOptions } from "../chat.ts";
import { channelIn, DiscordClientDriver } from "./client-driver.ts";

export interface DiscordOptions extends ChatOptions {
  /** What the bot is called. */
  readonly botName?: string;
  /** By which route the bot posts, for `cutNextPost`; one of webhooks, for instance. */
  readonly postsTo?: string;
}

/** What discord.js takes as the token of `login` and as `rest.api`. */
interface DiscordConnection {
  readonly token: string;
  readonly apiBase: string;
}

export interface DiscordChat extends Chat<DiscordConnection> {
  readonly discord: DiscordEmulator;
  driver(name: string): DiscordClientDriver;
}

/** An emulated Discord of its own: one server with Alice, Bob, Carol and the bot, and the channels #general, #random and #support. */
export async function startDiscord(options: DiscordOptions = {}): Promise<DiscordChat> {
  const { stopLabel, postsTo = "/channels/*/messages", ...others } = options;
  const discord = await startDiscordEmulator(others);
  const { token, url: apiBase, botName, faults, gateway, crashes } = discord;
  return {
    discord,
    botName,
    connection: { token, apiBase },
    faults,
    crashes,
    driver: (name) => new DiscordClientDriver(discord, name, stopLabel),
    addQuietChannel: (name) => void discord.addChannel(name),
    titleOf: (thread) => discord.channel(thread).name,
    linkTo: (place) => `<#${channelIn(discord, place)}>`,
    linkedIn(text) {
      const { place } = /<#(?<place>\d+)>/.exec(text)?.groups ?? {};
      if (place === undefined) throw new Error(`nothing is linked in “${text}”`);
      return place;
    },
    redeliverNext: () => gateway.duplicateNext("MESSAGE_CREATE"),
    loseRevisions() {
      gateway.loseNext("MESSAGE_DELETE");
      gateway.loseNext("MESSAGE_UPDATE");
    },
    cutNextPost: (by) =>
      faults.next({ method: "POST", path: postsTo, fault: { type: "cut-after-commit", by } }),
    loseNextFile: () =>
      faults.next({ method: "GET", path: "/attachments/*/*/*", fault: { type: "cut-before-headers" } }),
    dropConnection: () => gateway.drop(),
    switchLimitsOff: () => discord.limits.switchOff(),
    onEvent: (listener) => discord.onEvent(listener),
    stop: () => discord.stop(),
  };
}
