import type { ChatOptions } from "@rapport/testing";
import { test } from "vitest";
import {
  discordForRapport,
  giveWebhooksRoom,
  type RapportDiscord,
  type RapportSlack,
  slackForRapport,
} from "./chats.ts";

/** Each platform's chat with what only it has. */
export interface Chats {
  readonly discord: RapportDiscord;
  readonly slack: RapportSlack;
}
export type PlatformName = keyof Chats;

/** Every story is told on each of them. */
export const PLATFORMS: readonly PlatformName[] = ["discord", "slack"];

const START: { readonly [P in PlatformName]: (options?: ChatOptions) => Promise<Chats[P]> } = {
  discord: discordForRapport,
  slack: slackForRapport,
};

export const startChat = <P extends PlatformName>(platform: P, options?: ChatOptions): Promise<Chats[P]> =>
  START[platform](options);

/**
 * The same for stories, which say more within seconds than people do: webhooks have room for all of it, so that personas
 * always speak under their own name.
 */
export async function startRoomyChat<P extends PlatformName>(
  platform: P,
  options?: ChatOptions,
): Promise<Chats[P]> {
  const chat = await startChat(platform, options);
  if ("discord" in chat) giveWebhooksRoom(chat);
  return chat;
}

/** What stories need that not every platform has, and why it has not. */
const LACKS: { readonly [P in PlatformName]: Partial<Record<Capability, string>> } = {
  discord: {},
  slack: {
    "completed options": "Slack takes what follows a command as one text and completes nothing in it",
    "closed direct messages": "in Slack nobody can shut out an app that writes to them",
    "private threads": "in Slack a thread is as open as its channel",
  },
};
type Capability = "completed options" | "closed direct messages" | "private threads";

/** A story that not every platform can tell. Where it cannot, the reason stands in the place of the story. */
export function storyNeeding(platform: PlatformName, capability: Capability) {
  const reason = LACKS[platform][capability];
  return (title: string, tell: () => Promise<void>): void => {
    if (reason === undefined) test(title, tell);
    else test.skip(`${title} (${reason})`, tell);
  };
}
