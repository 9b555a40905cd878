import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type LettaServer, offlineModel, openAiModel, startLettaServer } from "@rapport/letta-server";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { commands, menus } from "../../commands/index.ts";
import type { Config } from "../config/config.ts";
import { AppError } from "../core/domain/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Database } from "../emulators/kit/database.ts";
import { newSecret } from "../emulators/kit/own-machine.ts";
import type { Persistence } from "../emulators/kit/persistence.ts";
import { slackManifest } from "../platforms/slack/manifest.ts";
import type { Storage } from "../storage/storage.ts";

export interface OwnLetta {
  readonly lettaServer: LettaServer;
  /** Made for this start: without it nobody on this machine reads or writes what is remembered. */
  readonly apiKey: string;
}

/**
 * The sandbox's Letta on the bot's own database; it answers through the endpoint, else with the offline responder.
 * `alone`: no other process has one there.
 */
export async function startLettaServerOn(
  storage: Storage,
  clock: Clock,
  { endpoint, alone }: { readonly endpoint: Config["endpoint"]; readonly alone: boolean },
): Promise<OwnLetta> {
  const model = endpoint ? openAiModel(endpoint) : offlineModel({ clock });
  const apiKey = newSecret();
  const started = startLettaServer({ db: storage, clock, model, alone, password: apiKey });
  return { lettaServer: await unlessForbidden(started), apiKey };
}

/** The sandbox's Discord, which finds its servers, threads and messages as they were. */
export async function startDiscordEmulatorOn(storage: Storage, clock: Clock): Promise<DiscordEmulator> {
  return startDiscordEmulator({ clock, persist: await keptIn(storage, "discord") });
}

/** Another company, whose people can come into channels of the first. */
const SECOND_WORKSPACE = "Harbour Works";

/** The sandbox's Slack with our app in both workspaces, as they were; of the app it takes what it is now. */
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
  if (slack.workspaces.length === 1) slack.addWorkspace(SECOND_WORKSPACE, { withApp: true });
  return slack;
}

/** What the app speaks with in each workspace; without the first one's it ends. */
export function botTokensOf({ botToken, teamId, workspaces }: SlackEmulator) {
  const others = workspaces.filter((workspace) => workspace.teamId !== teamId);
  return { botToken, more: others.flatMap((workspace) => workspace.botToken ?? []) };
}

/** SQLSTATE insufficient_privilege. */
const FORBIDDEN = "42501";

/** What is emulated keeps itself beside the bot's own tables, where a user may be let into those alone. */
async function unlessForbidden<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === FORBIDDEN)) throw error;
    throw schemasRefused(error);
  }
}

const schemasRefused = (cause: unknown) =>
  new AppError(
    "misconfigured",
    "What is emulated needs the schemas letta and sandbox, and the user in DATABASE_URL may not make them: grant it CREATE on the database.",
    { cause },
  );

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
