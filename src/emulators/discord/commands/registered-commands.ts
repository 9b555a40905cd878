import { type APIApplicationCommand, ApplicationCommandType } from "discord-api-types/v10";
import { z } from "zod";
import { refuse } from "../rest/api-error.ts";
import { parseForm } from "../rest/form-errors.ts";
import type { Sent } from "../wire.ts";
import type { CommandRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { type CommandBody, commandBody } from "./command-body.ts";

/** [docs] Per scope and type, and creates in a day. */
const LIMITS: Readonly<Record<number, number>> = {
  [ApplicationCommandType.ChatInput]: 100,
  [ApplicationCommandType.User]: 15,
  [ApplicationCommandType.Message]: 15,
};
const CREATES_A_DAY = 200;
const DAY_MS = 24 * 60 * 60_000;

/** The commands of one scope: global ones without a guild, or those of the guild. */
export function commandsOf(world: World, guildId: string | undefined): CommandRecord[] {
  return [...world.commands.values()].filter((command) => command.guildId === guildId);
}

export function commandById(world: World, guildId: string | undefined, id: string): CommandRecord {
  const found = world.commands.get(id);
  if (!found || found.guildId !== guildId) throw refuse.unknownCommand();
  return found;
}

/** One more command; with a name that is there already it takes that one's place. */
export function upsertCommand(
  world: World,
  guildId: string | undefined,
  body: unknown,
): { readonly command: CommandRecord; readonly created: boolean } {
  const wanted = parseForm(commandBody, body);
  const present = sameName(commandsOf(world, guildId), wanted);
  if (!present) demandRoom(world, guildId, [wanted]);
  const command = put(world, guildId, wanted, present);
  world.tell({ type: "commands-changed" });
  return { command, created: present === undefined };
}

/** All commands of a scope at once, of all types: what is not in the list is deleted. */
export function replaceCommands(world: World, guildId: string | undefined, body: unknown): CommandRecord[] {
  const wanted = parseForm(z.array(commandBody), body);
  const present = commandsOf(world, guildId);
  const fresh = wanted.filter((one) => !sameName(present, one));
  const kept = present.filter((one) => wanted.some((other) => sameName([one], other)));
  demandRoom(world, guildId, fresh, kept);
  for (const gone of present) if (!kept.includes(gone)) world.commands.delete(gone.id);
  const commands = wanted.map((one) => put(world, guildId, one, sameName(kept, one)));
  world.tell({ type: "commands-changed" });
  return commands;
}

export function editCommand(world: World, command: CommandRecord, body: unknown): CommandRecord {
  const change = parseForm(z.looseObject({}), body);
  const edited = put(
    world,
    command.guildId,
    parseForm(commandBody, { ...asSent(command), ...change }),
    command,
  );
  world.tell({ type: "commands-changed" });
  return edited;
}

export function deleteCommand(world: World, command: CommandRecord): void {
  world.commands.delete(command.id);
  world.tell({ type: "commands-changed" });
}

/** The rest is as it was sent, once it was checked. */
type CommandJson = Sent<Pick<APIApplicationCommand, "id" | "application_id" | "version" | "guild_id">>;

export function commandJson(world: World, command: CommandRecord, withLocalizations: boolean): CommandJson {
  const { name_localizations, description_localizations, ...definition } = command.definition;
  return {
    id: command.id,
    application_id: world.applicationId,
    version: command.version,
    ...definition,
    ...(withLocalizations && {
      name_localizations: name_localizations ?? null,
      description_localizations: description_localizations ?? null,
    }),
    ...(command.guildId && { guild_id: command.guildId }),
  };
}

function put(
  world: World,
  guildId: string | undefined,
  body: CommandBody,
  present: CommandRecord | undefined,
): CommandRecord {
  const definition = withDefaults(body, guildId === undefined);
  const isSame = present && JSON.stringify(present.definition) === JSON.stringify(definition);
  const command: CommandRecord = {
    id: present?.id ?? world.ids.next(),
    ...(guildId && { guildId }),
    // A command that did not change keeps its version.
    version: isSame ? present.version : world.ids.next(),
    type: body.type ?? ApplicationCommandType.ChatInput,
    name: body.name,
    definition,
  };
  if (!present) world.commandCreates.push({ scope: guildId ?? "global", at: world.clock.now() });
  world.commands.set(command.id, command);
  return command;
}

function withDefaults(body: CommandBody, isGlobal: boolean): CommandRecord["definition"] {
  const { id: _, options, dm_permission, default_permission, ...rest } = body;
  const contexts = body.contexts ?? (isGlobal && dm_permission === false ? [0] : null);
  const filled = {
    ...rest,
    type: body.type ?? ApplicationCommandType.ChatInput,
    description: body.description ?? "",
    default_member_permissions: body.default_member_permissions ?? null,
    dm_permission: contexts?.includes(1) ?? true,
    nsfw: body.nsfw ?? false,
    integration_types: body.integration_types ?? [0],
    contexts,
    default_permission: default_permission ?? true,
    ...(options && options.length > 0 && { options: options.map(withoutEmpty) }),
  };
  return JSON.parse(JSON.stringify(filled));
}

/** Discord leaves false and empty parts of an option out of its answers. */
function withoutEmpty(option: object): object {
  const kept = Object.entries(option).filter(
    ([, value]) =>
      value !== null &&
      value !== undefined &&
      value !== false &&
      !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === "options" && Array.isArray(value) ? value.map(withoutEmpty) : value,
    ]),
  );
}

/** A command as a body that would make it again, for a change to be laid over. */
function asSent({ definition }: CommandRecord): object {
  const { description, ...rest } = definition;
  return description === "" ? rest : { ...rest, description };
}

function sameName(commands: readonly CommandRecord[], wanted: CommandBody): CommandRecord | undefined {
  const type = wanted.type ?? ApplicationCommandType.ChatInput;
  return commands.find((one) => one.name === wanted.name && one.type === type);
}

function demandRoom(
  world: World,
  guildId: string | undefined,
  fresh: readonly CommandBody[],
  kept: readonly CommandRecord[] = commandsOf(world, guildId),
): void {
  for (const [type, limit] of Object.entries(LIMITS)) {
    const count = [...kept, ...fresh].filter(
      (one) => (one.type ?? ApplicationCommandType.ChatInput) === Number(type),
    ).length;
    if (count > limit) throw refuse.tooManyCommands();
  }
  const scope = guildId ?? "global";
  const since = world.clock.now() - DAY_MS;
  world.commandCreates = world.commandCreates.filter(({ at }) => at > since);
  const today = world.commandCreates.filter((create) => create.scope === scope).length;
  if (today + fresh.length > CREATES_A_DAY) throw refuse.tooManyCommandCreates();
}
