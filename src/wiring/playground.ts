import type { DiscordEmulator } from "@rapport/discord-emulator";
import type { LettaServer } from "@rapport/letta-server";
import type { SlackEmulator } from "@rapport/slack-emulator";
import type { App } from "../app.ts";
import type { Config } from "../config/config.ts";
import { BotInspector } from "../inspector/bot-inspector.ts";
import { discordPlaces, slackPlaces } from "../inspector/place-naming.ts";
import { discordWorld, slackWorlds, startSandboxPage } from "../playground/server/server.ts";
import { discordSwitches, lettaSwitches, slackSwitches } from "../playground/server/switches.ts";
import { startNotices } from "../process/banner.ts";
import { systemClock } from "../process/clock.ts";
import { onFreePort } from "../process/free-port.ts";
import type { Storage } from "../storage/storage.ts";
import { botTokensOf, startDiscordEmulatorOn, startSlackEmulatorOn } from "./emulators.ts";

/* What there is for somebody without tokens: emulated platforms, and a page to use them. Production is built without it. */

/** The platforms that are emulated here. */
export interface Emulators {
  readonly discord: DiscordEmulator | undefined;
  readonly slack: SlackEmulator | undefined;
  /** What the app speaks with in each emulated workspace. */
  readonly botTokens: ReturnType<typeof botTokensOf> | undefined;
}

export async function startEmulators(config: Config, storage: Storage): Promise<Emulators> {
  const discord =
    config.discord.kind === "sandbox" ? await startDiscordEmulatorOn(storage, systemClock) : undefined;
  const slack =
    config.slack.kind === "sandbox" ? await startSlackEmulatorOn(storage, systemClock) : undefined;
  return { discord, slack, botTokens: slack && botTokensOf(slack) };
}

interface Emulated extends Emulators {
  readonly letta: LettaServer | undefined;
}

export function startPage(config: Config, app: App, { discord, slack, letta }: Emulated) {
  const worlds = [
    ...(discord ? [discordWorld(discord, new BotInspector(app, discordPlaces(discord.guildId)))] : []),
    ...(slack ? slackWorlds(slack, (team) => new BotInspector(app, slackPlaces(team))) : []),
  ];
  const switches = [
    ...(letta ? lettaSwitches(letta) : []),
    ...(discord ? discordSwitches(discord) : []),
    ...(slack ? slackSwitches(slack) : []),
  ];
  const options = { worlds, switches, notices: startNotices(config) };
  return onFreePort(config.port, (port) => startSandboxPage({ ...options, port }));
}
