import { ApplicationCommandType as CommandType } from "discord-api-types/v10";
import { z } from "zod";
import type { Logger } from "../../../core/ports/logger.ts";
import type { DiscordApi } from "../rest/api.ts";
import { type DiscordCommand, differences, ExistingCommand } from "./definitions.ts";

/** Only one process registers at a time; undefined when another does. */
export type Lock = (name: string) => Promise<{ release(): Promise<void> | void } | undefined>;

/** Makes Discord know exactly these commands, and writes nothing when it does already. */
export async function register(
  wanted: readonly DiscordCommand[],
  services: {
    api: DiscordApi;
    application: string;
    guild: string | undefined;
    lock: Lock | undefined;
    log: Logger;
  },
): Promise<void> {
  const { api, application, log } = services;
  const held = services.lock ? await services.lock(`discord.commands.${application}`) : FREE;
  if (!held) {
    log.info({}, "another process registers the commands");
    return;
  }
  try {
    const { path, all, existing, differing } = await compare(wanted, services);
    const { create, change, remove } = differing;
    // Single writes are limited to a few in twenty seconds; all at once is one. It would also remove what is not ours.
    const isAlone = existing.every(({ type }) => type !== CommandType.PrimaryEntryPoint);
    if (isAlone && create.length + change.length + remove.length > 1) {
      await api({ method: "PUT", path, body: all });
    } else {
      for (const body of create) await api({ method: "POST", path, body });
      for (const { id, to } of change) await api({ method: "PATCH", path: `${path}/${id}`, body: to });
      for (const { id } of remove) await api({ method: "DELETE", path: `${path}/${id}` });
    }
    log.info(
      { created: create.length, changed: change.length, removed: remove.length },
      "commands registered",
    );
  } finally {
    await held.release();
  }
}

/** Holds what Discord has against what it should have, and writes nothing. */
export async function compare(
  wanted: readonly DiscordCommand[],
  { api, application, guild }: { api: DiscordApi; application: string; guild: string | undefined },
) {
  const path = guild
    ? (`/applications/${application}/guilds/${guild}/commands` as const)
    : (`/applications/${application}/commands` as const);
  const existing = z
    .array(ExistingCommand)
    .parse(await api({ method: "GET", path, query: { with_localizations: "true" } }));
  const all = guild ? wanted.map(inOneGuild) : wanted;
  return { path, all, existing, differing: differences(all, existing) };
}

const FREE = { release: () => undefined };

/** Where a command may be used is a question for those of all servers only. */
function inOneGuild({
  integration_types: _types,
  contexts: _contexts,
  ...command
}: DiscordCommand): DiscordCommand {
  return command;
}
