import type { DiscordEmulator } from "@rapport/discord-emulator";
import type { Inspector } from "../protocol/insight.ts";
import type { PageWorld } from "../server/workspace.ts";
import { discordActions } from "./actions.ts";
import { notesOf } from "./follow.ts";
import { DiscordView } from "./view.ts";

/** The sandbox's Discord on the page. */
export function discordWorld(discord: DiscordEmulator, inspector?: Inspector): PageWorld {
  const view = new DiscordView(discord);
  return {
    key: "discord",
    kind: "discord",
    inspector,
    view,
    deeds: discordActions(discord, (name) => view.findPerson(name)),
    follow: (note) =>
      discord.onEvent((event) => {
        for (const one of notesOf(event, discord)) note(one);
      }),
  };
}
