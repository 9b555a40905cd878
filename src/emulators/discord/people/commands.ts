import {
  type APIChatInputApplicationCommandInteractionData,
  ApplicationCommandOptionType,
  ApplicationCommandType,
} from "discord-api-types/v10";
import { commandsOf } from "../commands/registered-commands.ts";
import { interactionChannelJson, memberJson, roleJson, userJson } from "../payloads/payloads.ts";
import { isObject, type JsonObject, type Sent } from "../wire.ts";
import { channelPermissions, guildPermissions } from "../world/permissions.ts";
import type { ChannelRecord, CommandRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

type OptionValue = string | number | boolean;
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** Characters of a text option [docs]. */
const TEXT_OPTION_LIMIT = 6000;

/** What Discord's client does not let a person do; it never reaches the bot. */
export class NotPossible extends Error {
  override readonly name = "NotPossible";
}

/** The commands that a person's menu offers in a channel. */
export function commandsFor(
  world: World,
  channel: ChannelRecord,
  userId: string,
  type: number,
): CommandRecord[] {
  const inGuild = channel.guildId !== undefined;
  const scoped = [...commandsOf(world, undefined), ...(inGuild ? commandsOf(world, world.guild.id) : [])];
  return scoped.filter((command) => command.type === type && isOffered(world, command, { inGuild, userId }));
}

function isOffered(
  world: World,
  command: CommandRecord,
  place: { inGuild: boolean; userId: string },
): boolean {
  const contexts = command.definition.contexts;
  if (Array.isArray(contexts) && !contexts.includes(place.inGuild ? 0 : 1)) return false;
  if (command.definition.contexts === null && command.definition.dm_permission === false && !place.inGuild)
    return false;
  const needed = command.definition.default_member_permissions;
  if (typeof needed !== "string" || !place.inGuild) return true;
  const bits = guildPermissions(world, place.userId);
  // "0" is for administrators only, who have everything.
  const wanted = needed === "0" ? 1n << 3n : BigInt(needed);
  return (bits & wanted) === wanted;
}

export function findCommand(
  world: World,
  channel: ChannelRecord,
  person: { readonly id: string; readonly name: string },
  command: { readonly name: string; readonly type: number },
): CommandRecord {
  const found = commandsFor(world, channel, person.id, command.type).find(
    ({ name }) => name === command.name,
  );
  if (!found) throw new NotPossible(`${person.name} is offered no command "${command.name}" here.`);
  const useCommands = 1n << 31n;
  if (!(channelPermissions(world, person.id, channel) & useCommands)) {
    throw new NotPossible(`${person.name} may not use commands here.`);
  }
  return found;
}

export interface Invocation {
  readonly command: CommandRecord;
  /** "list", or "group list". */
  readonly subcommand?: string | undefined;
  readonly values: OptionValues;
  /** The option that is being typed: then others may be missing. */
  readonly focused?: string;
}

/** The `data` of the interaction that a typed command causes; throws where the client would mark it red. */
export function commandData(
  world: World,
  channel: ChannelRecord,
  userId: string,
  invocation: Invocation,
): Sent<Omit<APIChatInputApplicationCommandInteractionData, "options" | "resolved">> {
  const { command, subcommand, values, focused } = invocation;
  const path = subcommand?.split(" ") ?? [];
  let declared = declaredOptions(command.definition);
  for (const name of path) {
    const branch = declared.find(
      (one) => one.name === name && Number(one.type) <= ApplicationCommandOptionType.SubcommandGroup,
    );
    if (!branch) throw new NotPossible(`/${command.name} has no sub-command "${name}".`);
    declared = declaredOptions(branch);
  }
  if (declared.some((one) => Number(one.type) <= ApplicationCommandOptionType.SubcommandGroup)) {
    throw new NotPossible(`/${command.name} needs one of its sub-commands.`);
  }
  const resolved = new Resolved(world, channel, userId);
  for (const name of Object.keys(values)) {
    if (!declared.some((one) => one.name === name))
      throw new NotPossible(`/${command.name} has no option "${name}".`);
  }
  const leaves = declared.flatMap((option) => {
    const name = String(option.name);
    const value = values[name];
    if (value === undefined) {
      if (option.required === true && focused === undefined)
        throw new NotPossible(`The option "${name}" is required.`);
      return [];
    }
    const type = Number(option.type);
    if (name === focused) return [{ name, type, value, focused: true }];
    checkValue(option, value, focused !== undefined);
    return [{ name, type, value: resolved.note(type, value) }];
  });
  const options = path.reduceRight<JsonObject[]>((inner, name, depth) => {
    const isGroup = path.length === 2 && depth === 0;
    return [
      {
        name,
        type: isGroup
          ? ApplicationCommandOptionType.SubcommandGroup
          : ApplicationCommandOptionType.Subcommand,
        options: inner,
      },
    ];
  }, leaves);
  return {
    id: command.id,
    name: command.name,
    type: ApplicationCommandType.ChatInput,
    ...(options.length > 0 && { options }),
    ...(command.guildId && { guild_id: command.guildId }),
    ...resolved.json,
  };
}

function checkValue(option: Record<string, unknown>, value: OptionValue, isTyping: boolean): void {
  const fault = typeFault(option, value) ?? (isTyping ? undefined : rangeFault(option, value));
  if (fault) throw new NotPossible(`The option "${String(option.name)}" ${fault}.`);
}

function typeFault({ type }: Record<string, unknown>, value: OptionValue): string | undefined {
  const wanted =
    type === ApplicationCommandOptionType.Boolean ? "boolean" : isNumeric(Number(type)) ? "number" : "string";
  if (typeof value !== wanted) return `takes a ${wanted}`;
  return type === ApplicationCommandOptionType.Integer && !Number.isInteger(value)
    ? "takes a whole number"
    : undefined;
}

function rangeFault(option: Record<string, unknown>, value: OptionValue): string | undefined {
  const choices = Array.isArray(option.choices) ? option.choices.filter(isObject) : [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === value))
    return "takes one of its choices";
  const isText = typeof value === "string";
  const size = isText ? value.length : Number(value);
  const least = isText ? option.min_length : option.min_value;
  const most = isText ? (option.max_length ?? TEXT_OPTION_LIMIT) : option.max_value;
  if (typeof least === "number" && size < least) return "is too small";
  return typeof most === "number" && size > most ? "is too large" : undefined;
}

function isNumeric(type: number): boolean {
  return type === ApplicationCommandOptionType.Integer || type === ApplicationCommandOptionType.Number;
}

/** People, channels and roles that options name, with what the bot is told about them. */
class Resolved {
  readonly #world: World;
  readonly #channel: ChannelRecord;
  readonly #userId: string;
  readonly #found: Record<string, Record<string, JsonObject>> = {};

  constructor(world: World, channel: ChannelRecord, userId: string) {
    this.#world = world;
    this.#channel = channel;
    this.#userId = userId;
  }

  get json(): JsonObject {
    return Object.keys(this.#found).length > 0 ? { resolved: this.#found } : {};
  }

  /** Gives the value as it travels: ids for what is named, the value itself for the rest. */
  note(type: number, value: OptionValue): OptionValue {
    if (type === ApplicationCommandOptionType.User || type === ApplicationCommandOptionType.Mentionable)
      this.#noteUser(String(value));
    if (type === ApplicationCommandOptionType.Channel) {
      const channel = this.#world.channel(String(value));
      this.#add("channels", channel.id, interactionChannelJson(this.#world, channel, this.#userId));
    }
    if (type === ApplicationCommandOptionType.Role) {
      const role = this.#world.roles.get(String(value));
      if (!role) throw new NotPossible(`There is no role ${value}.`);
      this.#add("roles", role.id, roleJson(role));
    }
    if (type === ApplicationCommandOptionType.Attachment)
      throw new NotPossible("The sandbox has no attachments in commands.");
    return value;
  }

  #noteUser(id: string): void {
    const user = this.#world.user(id);
    this.#add("users", id, userJson(user));
    const member = this.#channel.guildId ? this.#world.members.get(id) : undefined;
    if (!member) return;
    const permissions = channelPermissions(this.#world, id, this.#channel).toString();
    const { mute: _, deaf: __, ...shown } = memberJson(member);
    this.#add("members", id, { ...shown, permissions });
  }

  #add(kind: string, id: string, json: JsonObject): void {
    this.#found[kind] = { ...this.#found[kind], [id]: json };
  }
}

function declaredOptions(definition: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  const options = definition.options;
  return Array.isArray(options) ? options.filter(isObject) : [];
}
