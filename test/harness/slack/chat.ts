import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { commands, menus } from "../../../commands/index.ts";
import { slackManifest } from "../../../src/platforms/slack/manifest.ts";
import type { Around, Chat } from "../chat.ts";
import { SlackClientDriver } from "./client-driver.ts";
import { placeOf, spotOf } from "./shown.ts";

export interface SlackChat extends Chat {
  readonly slack: SlackEmulator;
  driver(name: string): SlackClientDriver;
}

/** `chat.update` takes no longer text than this. */
const MESSAGE_LENGTH = 4_000;

/** The sandbox's Slack with the app as our manifest declares it. */
export async function startSlack(around: Around = {}): Promise<SlackChat> {
  const slack = await startSlackEmulator({
    manifest: slackManifest({ commands, menus }),
    ...around,
  });
  const { botToken, appToken, url: apiUrl, faults, sockets, crashes } = slack;
  const spotIn = (place: string) => spotOf(place.startsWith("#") ? slack.channel(place).id : place);
  return {
    slack,
    tenant: `slack/${slack.teamId}`,
    messageLength: MESSAGE_LENGTH,
    connection: {
      slack: { installed: { by: "token", botToken }, transport: { by: "sockets", appToken }, apiUrl },
    },
    faults,
    crashes,
    driver: (name) => new SlackClientDriver(slack, name),
    placeId(place) {
      const { channel, thread } = spotIn(place);
      return ["slack", slack.teamId, channel, ...(thread === undefined ? [] : [thread])].join(".");
    },
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
