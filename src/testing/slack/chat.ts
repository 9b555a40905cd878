import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import type { Chat, ChatOptions } from "../chat.ts";
import { SlackClientDriver } from "./client-driver.ts";
import { placeOf, spotOf } from "./places.ts";

export interface SlackOptions extends ChatOptions {
  /** The app's manifest. Without one the app may do all that this Slack knows, and any command is there. */
  readonly manifest?: unknown;
  /** How a command is typed as a message, where Slack takes none: in threads. `!name words`, if nothing else is said. */
  readonly typed?: (name: string, words: string) => string;
  /** Whether all see the answer to a command. Each may be so, if nothing else is said. */
  readonly isOpen?: (command: string) => boolean;
}

/** What bolt takes: the tokens, and `clientOptions.slackApiUrl`. */
interface SlackConnection {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly apiUrl: string;
}

export interface SlackChat extends Chat<SlackConnection> {
  readonly slack: SlackEmulator;
  driver(name: string): SlackClientDriver;
}

/** An emulated Slack of its own: one workspace with Alice, Bob and Carol, and the app installed. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackChat> {
  const { stopLabel, typed = (name, words) => `!${name} ${words}`, isOpen = () => true, ...others } = options;
  const slack = await startSlackEmulator(others);
  const { botToken, appToken, signingSecret, url: apiUrl, botName, faults, sockets, crashes } = slack;
  const spotIn = (place: string) => spotOf(place.startsWith("#") ? slack.channel(place).id : place);
  return {
    slack,
    botName,
    connection: { botToken, appToken, signingSecret, apiUrl },
    faults,
    crashes,
    driver: (name) => new SlackClientDriver(slack, name, { stopLabel, typed, isOpen }),
    addQuietChannel: (name) => void slack.addChannel(name, { withBot: false }),
    titleOf(thread) {
      const { channel, thread: root } = spotIn(thread);
      return slack.messages(channel, root === undefined ? {} : { threadTs: root })[0]?.thread?.session?.title;
    },
    linkTo(place) {
      const { channel, thread } = spotIn(place);
      return thread === undefined ? `<#${channel}>` : `/archives/${channel}/p${thread.replace(".", "")}`;
    },
    linkedIn(text) {
      const { channel, seconds, rest } =
        /\/archives\/(?<channel>\w+)\/p(?<seconds>\d+)(?<rest>\d{6})\b/.exec(text)?.groups ?? {};
      if (channel === undefined) throw new Error(`nothing is linked in “${text}”`);
      return placeOf(channel, `${seconds}.${rest}`);
    },
    redeliverNext() {
      sockets.duplicateNext("message");
      sockets.duplicateNext("app_mention");
    },
    loseRevisions() {
      for (let each = 0; each < 2; each += 1) sockets.loseNext("message");
    },
    cutNextPost: (by) =>
      faults.next({ method: "POST", path: "/api/chat.*", fault: { type: "cut-after-commit", by } }),
    loseNextFile: () =>
      faults.next({ method: "GET", path: "/files-pri/**", fault: { type: "cut-before-headers" } }),
    dropConnection: () => sockets.cut("one"),
    switchLimitsOff: () => slack.limits.switchOff(),
    onEvent: (listener) => slack.onEvent(listener),
    stop: () => slack.stop(),
  };
}
