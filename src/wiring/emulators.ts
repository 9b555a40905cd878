import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { commands, menus } from "../../commands/index.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Database } from "../emulators/kit/database.ts";
import { newSecret } from "../emulators/kit/own-machine.ts";
import type { Persistence } from "../emulators/kit/persistence.ts";
import { slackManifest } from "../platforms/slack/manifest.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Storage } from "../storage/storage.ts";
import { unlessForbidden } from "./letta-server.ts";

/** The sandbox's Discord, which finds its servers, threads and messages as they were. */
export async function startDiscordEmulatorOn(storage: Storage, clock: Clock): Promise<DiscordEmulator> {
  return startDiscordEmulator({ clock, persist: await keptIn(storage, "discord") });
}

/**
 * The sandbox's Slack with our app in both workspaces, as they were; of the app it takes what it is now. The second is
 * another company's, whose people can come into channels of the first.
 */
export async function startSlackEmulatorOn(storage: Storage, clock: Clock): Promise<SlackEmulator> {
  const manifest = slackManifest({ commands, menus });
  const persist = await keptIn(storage, "slack");
  const slack = await startSlackEmulator({
    clock,
    manifest,
    persist,
    botToken: `xoxb-sandbox-${newSecret()}`,
  });
  slack.configure(manifest);
  if (slack.workspaces.length === 1) slack.addWorkspace(sentences.start.otherCompany, { withApp: true });
  return slack;
}

/** What the app speaks with in each workspace; without the first one's it ends. */
export function botTokensOf({ botToken, teamId, workspaces }: SlackEmulator) {
  const others = workspaces.filter((workspace) => workspace.teamId !== teamId);
  return { botToken, more: others.flatMap((workspace) => workspace.botToken ?? []) };
}

/** An emulated platform keeps itself as one row beside the bot's tables. */
export async function keptIn(db: Database, name: string): Promise<Persistence> {
  await unlessForbidden(db.query("create schema if not exists sandbox"));
  await db.query("create table if not exists sandbox.world (name text primary key, world jsonb not null)");
  return {
    async load() {
      const { rows } = await db.query("select world from sandbox.world where name = $1", [name]);
      return rows[0]?.world;
    },
    async save(world) {
      await db.query(
        `insert into sandbox.world (name, world) values ($1, $2::jsonb)
         on conflict (name) do update set world = excluded.world`,
        [name, JSON.stringify(world)],
      );
    },
  };
}
