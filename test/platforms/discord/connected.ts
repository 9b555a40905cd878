import type { DiscordEmulator } from "@rapport/discord-emulator";
import { expect } from "vitest";
import type { Platform } from "../../../src/core/ports/platform.ts";
import { type DiscordOptions, DiscordPlatform } from "../../../src/platforms/discord/platform.ts";
import { systemClock } from "../../../src/process/clock.ts";
import { loadDiscordContract } from "../../contracts/openapi/discord-contract.ts";
import {
  RecordingInbox,
  recordingLog,
  testCommands,
  testMenus,
} from "../../contracts/platform/platform-fixtures.ts";

export interface Connected {
  readonly platform: Platform;
  readonly inbox: RecordingInbox;
  readonly log: ReturnType<typeof recordingLog>;
  stop(): Promise<void>;
}

/** The real adapter with the real discord.js, connected to the sandbox. */
export async function connect(
  discord: DiscordEmulator,
  options: Partial<DiscordOptions> & { readonly inbox?: RecordingInbox } = {},
): Promise<Connected> {
  const { inbox = new RecordingInbox(), ...rest } = options;
  const log = recordingLog();
  const platform = createPlatform(discord, { log, ...rest });
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

export function createPlatform(discord: DiscordEmulator, options: Partial<DiscordOptions> = {}): Platform {
  return new DiscordPlatform({
    token: discord.token,
    apiBase: discord.url,
    commands: testCommands,
    menus: testMenus,
    clock: systemClock,
    log: recordingLog(),
    ...options,
  });
}

/** What the bot asked of Discord, of one route. */
export const asked = (discord: DiscordEmulator, method: string, pattern: string) =>
  discord.journal.of(method, pattern);

const contract = loadDiscordContract();

/** Ends the sandbox; all that was asked of it must have been as Discord's own document has it, and have pinged nobody. */
export async function stopSandbox(discord: DiscordEmulator): Promise<void> {
  await discord.stop();
  expect(discord.crashes).toEqual([]);
  expect(contract?.faultsIn(discord.journal) ?? []).toEqual([]);
  // Also an edit without it pings by default, whatever was said when it was posted.
  for (const worded of discord.journal.entries.flatMap(({ body }) => wordsIn(body)))
    expect(worded).toMatchObject({ allowed_mentions: { parse: [] } });
}

/** The messages that a request posts or edits. */
const wordsIn = (body: unknown): readonly object[] =>
  [body, isObject(body) && "data" in body && body.data].filter(isObject).filter((each) => "content" in each);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
