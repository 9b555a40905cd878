import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import type { Around, Chat } from "../chat.ts";
import { channelIn, DiscordClientDriver } from "./client-driver.ts";

export interface DiscordChat extends Chat {
  readonly discord: DiscordEmulator;
  driver(name: string): DiscordClientDriver;
}

const MESSAGE_LENGTH = 2_000;

export async function startDiscord(around: Around = {}): Promise<DiscordChat> {
  const discord = await startDiscordEmulator(around);
  const { token, url: apiBase, faults, gateway, crashes } = discord;
  return {
    discord,
    tenant: `discord/${discord.guildId}`,
    messageLength: MESSAGE_LENGTH,
    connection: { discord: { token, apiBase } },
    faults,
    crashes,
    driver: (name) => new DiscordClientDriver(discord, name),
    placeId: (place) => `discord.${channelIn(discord, place)}`,
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
      faults.next({ method: "POST", path: "/webhooks/*/*", fault: { type: "cut-after-commit", by } }),
    loseNextFile: () =>
      faults.next({ method: "GET", path: "/attachments/*/*/*", fault: { type: "cut-before-headers" } }),
    dropConnection: () => gateway.drop(),
    switchLimitsOff: () => discord.limits.switchOff(),
    onEvent: (listener) => discord.onEvent(listener),
    stop: () => discord.stop(),
  };
}
