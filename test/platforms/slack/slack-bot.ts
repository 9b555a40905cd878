import type { Model } from "@rapport/letta-server";
import type { MessageView, SlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import type { RapportSlack } from "../../harness/chats.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { textOf } from "./connected.ts";

export { storyServer };

/** The whole bot in a workspace of the sandbox's Slack, and what of Slack alone a story looks at. */
export type SlackBot = TestBot<RapportSlack> & {
  readonly slack: SlackEmulator;
  /** Waits for a message of the bot in a thread that is complete and holds this. */
  readAnswer(channel: string, thread: string, what: RegExp, viewer?: string): Promise<MessageView>;
};

export async function startSlackBot(server: TestServer, options: { model?: Model } = {}): Promise<SlackBot> {
  const bot = await startBot(server, { platform: "slack", ...options });
  const { slack } = bot.chat;
  const readAnswer: SlackBot["readAnswer"] = (channel, thread, what, viewer = "Alice") =>
    eventually(`${viewer} reads ${what}`, () =>
      slack
        .messages(channel, { threadTs: thread, viewer })
        .find(
          (message) =>
            message.author.isApp && message.stream?.state !== "in_progress" && what.test(textOf(message)),
        ),
    );
  return Object.assign(bot, { slack, readAnswer });
}
