import { WEBHOOKS_OF_A_CHANNEL } from "@rapport/discord-emulator";
import {
  type Chat,
  type ChatOptions,
  type DiscordChat,
  type SlackChat,
  startDiscord,
  startSlack,
} from "@rapport/testing";
import { commands, menus } from "../../commands/index.ts";
import type { AppOptions } from "../../src/app.ts";
import { findAction } from "../../src/core/commands/declaration.ts";
import { slackManifest } from "../../src/platforms/slack/manifest.ts";

/** A chat platform, with what stories know of how Rapport meets it. What a bot connects with is what `App` takes. */
export interface RapportChat extends Chat<Pick<AppOptions, "discord" | "slack">> {
  /** The guild or workspace, as the bot stores it. */
  readonly tenant: string;
  /** No message is longer. */
  readonly messageLength: number;
  /** Under which id the bot stores a place. */
  placeId(place: string): string;
}

export type RapportDiscord = Omit<DiscordChat, "connection"> & RapportChat;
export type RapportSlack = Omit<SlackChat, "connection"> & RapportChat;

/** What our button that stops an answer says. */
const STOP = "Stop answering";

const LONGEST_ON_DISCORD = 2_000;
/** `chat.update` takes no longer text than this. */
const LONGEST_ON_SLACK = 4_000;

export async function discordForRapport(options: ChatOptions = {}): Promise<RapportDiscord> {
  // Personas speak through webhooks.
  const chat = await startDiscord({ ...options, stopLabel: STOP, postsTo: "/webhooks/*/*" });
  const { discord } = chat;
  return {
    ...chat,
    tenant: `discord/${discord.guildId}`,
    messageLength: LONGEST_ON_DISCORD,
    connection: { discord: chat.connection },
    placeId: (place) => `discord.${place.startsWith("#") ? discord.channel(place).id : place}`,
  };
}

const MANY = 100_000;

/** Webhooks take all that is posted there, and the bot knows it. */
export function giveWebhooksRoom({ discord, connection }: RapportDiscord): void {
  discord.limits.set("POST /webhooks/{webhook_id}/{webhook_token}", { limit: MANY, windowMs: 1_000 });
  discord.limits.set(WEBHOOKS_OF_A_CHANNEL, { limit: MANY, windowMs: 1_000 });
  Object.assign(connection.discord ?? {}, { webhookPostsAMinute: MANY });
}

/** Slack with the app as our manifest declares it. */
export async function slackForRapport(options: ChatOptions = {}): Promise<RapportSlack> {
  const chat = await startSlack({
    ...options,
    manifest: slackManifest({ commands, menus }),
    stopLabel: STOP,
    isOpen(command) {
      const [name = "", subcommand] = command.split(" ");
      return findAction(commands, name, subcommand)?.private === false;
    },
  });
  const { slack, connection } = chat;
  const { botToken, appToken, apiUrl } = connection;
  return {
    ...chat,
    tenant: `slack/${slack.teamId}`,
    messageLength: LONGEST_ON_SLACK,
    connection: {
      slack: { installed: { by: "token", botToken }, transport: { by: "sockets", appToken }, apiUrl },
    },
    placeId(place) {
      const [channel, ...thread] = (place.startsWith("#") ? slack.channel(place).id : place).split("/");
      return ["slack", slack.teamId, channel, ...thread].join(".");
    },
  };
}
