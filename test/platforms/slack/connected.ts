import {
  type MessageView,
  type SlackEmulator,
  type SlackEmulatorOptions,
  startSlackEmulator,
} from "@rapport/slack-emulator";
import type { Place } from "../../../src/core/domain/model.ts";
import type { Platform } from "../../../src/core/ports/platform.ts";
import { locationOf } from "../../../src/platforms/slack/ids.ts";
import { slackManifest } from "../../../src/platforms/slack/manifest.ts";
import { type SlackOptions, SlackPlatform } from "../../../src/platforms/slack/platform.ts";
import { systemClock } from "../../../src/process/clock.ts";
import {
  RecordingInbox,
  recordingLog,
  testCommands,
  testMenus,
} from "../../contracts/platform/platform-fixtures.ts";

export { buttonsOf, textOf } from "../../../src/testing/slack/shown.ts";

export interface Connected {
  readonly platform: Platform;
  readonly inbox: RecordingInbox;
  readonly log: ReturnType<typeof recordingLog>;
  stop(): Promise<void>;
}

/** The sandbox's Slack with the app as our manifest declares it. */
export const startSlack = (options: SlackEmulatorOptions = {}): Promise<SlackEmulator> =>
  startSlackEmulator({ manifest: slackManifest({ commands: testCommands, menus: testMenus }), ...options });

/** The real adapter with the real Bolt, connected to the sandbox. */
export async function connect(
  slack: SlackEmulator,
  options: Partial<SlackOptions> & { readonly inbox?: RecordingInbox } = {},
): Promise<Connected> {
  const { inbox = new RecordingInbox(), ...rest } = options;
  const log = recordingLog();
  const platform = createPlatform(slack, { log, ...rest });
  await platform.start(inbox);
  return {
    platform,
    inbox,
    log,
    async stop() {
      await platform.stop();
      await platform.close();
    },
  };
}

export function createPlatform(slack: SlackEmulator, options: Partial<SlackOptions> = {}): Platform {
  return new SlackPlatform({
    installed: { by: "token", botToken: slack.botToken },
    transport: { by: "sockets", appToken: slack.appToken },
    apiUrl: slack.url,
    commands: testCommands,
    menus: testMenus,
    clock: systemClock,
    log: recordingLog(),
    ...options,
  });
}

/** What the bot says in a place as this person sees it, oldest first; in a channel with all its threads. */
export function botMessages(slack: SlackEmulator, place: Place, viewer: string): readonly MessageView[] {
  const { channel, thread } = locationOf(place.id);
  const seen = (threadTs?: string) =>
    slack.messages(channel, { viewer, ...(threadTs !== undefined && { threadTs }) });
  const all = thread === undefined ? seen() : seen(thread);
  const roots = thread === undefined ? all.filter((each) => each.thread?.replyCount) : [];
  const below = roots.flatMap(({ ts }) => seen(ts).filter((each) => each.ts !== ts));
  const known = new Map([...all, ...below].map((message) => [message.ts, message]));
  return [...known.values()]
    .filter(({ author, ts }) => author.isApp && ts !== thread)
    .toSorted((left, right) => (left.ts < right.ts ? -1 : 1));
}
