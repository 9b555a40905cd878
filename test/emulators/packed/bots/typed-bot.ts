import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type Database, type LettaServer, startLettaServer } from "@rapport/letta-server";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import {
  ManualClock,
  type RunningBot,
  type Shown,
  startBot,
  startDiscord,
  startSlack,
} from "@rapport/testing";

/** Compiled only: what somebody who writes TypeScript gets from each package. */
export async function typed(db: Database): Promise<readonly Shown[]> {
  const clock = new ManualClock();
  const boot = async (connection: {
    readonly token: string;
  }): Promise<RunningBot & { readonly token: string }> => ({
    token: connection.token,
    stop: () => Promise.resolve(),
  });
  const bot = await startBot(await startDiscord({ clock, botName: "Ping" }), boot);
  bot.chat.faults.next({ path: "/channels/**", fault: { type: "status", status: 500 } });
  const token: string = bot.running.token;
  const slack = await startSlack({ clock });
  const discord: DiscordEmulator = await startDiscordEmulator({ token });
  const other: SlackEmulator = await startSlackEmulator({ botToken: slack.connection.botToken });
  const letta: LettaServer = await startLettaServer({ db });
  await Promise.all([discord.stop(), other.stop(), letta.stop()]);
  return bot.alice.view("#general");
}
