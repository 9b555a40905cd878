import { GatewayIntentBits } from "discord-api-types/v10";
import { isObject, type JsonObject } from "../wire.ts";

/** Every bit that Discord knows: 4013 for others. 17-19 and 22-23 are not in use. */
export const KNOWN_INTENTS = 0b11_0011_0001_1111_1111_1111_1111;

/** Intents that must be switched on in the developer portal: 4014 without. */
export interface PrivilegedIntents {
  readonly messageContent: boolean;
  readonly guildMembers: boolean;
  readonly presences: boolean;
}

export function disallowedIntents(intents: number, portal: PrivilegedIntents): number {
  return (
    (portal.messageContent ? 0 : intents & GatewayIntentBits.MessageContent) |
    (portal.guildMembers ? 0 : intents & GatewayIntentBits.GuildMembers) |
    (portal.presences ? 0 : intents & GatewayIntentBits.GuildPresences)
  );
}

/** The intents that let an event through, in a guild and in a DM. What is not listed here reaches everyone. */
const NEEDED: Readonly<Record<string, { readonly guild: number; readonly dm?: number }>> = {
  GUILD_CREATE: { guild: GatewayIntentBits.Guilds },
  GUILD_UPDATE: { guild: GatewayIntentBits.Guilds },
  GUILD_DELETE: { guild: GatewayIntentBits.Guilds },
  GUILD_ROLE_CREATE: { guild: GatewayIntentBits.Guilds },
  GUILD_ROLE_UPDATE: { guild: GatewayIntentBits.Guilds },
  GUILD_ROLE_DELETE: { guild: GatewayIntentBits.Guilds },
  CHANNEL_CREATE: { guild: GatewayIntentBits.Guilds },
  CHANNEL_UPDATE: { guild: GatewayIntentBits.Guilds },
  CHANNEL_DELETE: { guild: GatewayIntentBits.Guilds },
  THREAD_CREATE: { guild: GatewayIntentBits.Guilds },
  THREAD_UPDATE: { guild: GatewayIntentBits.Guilds },
  THREAD_DELETE: { guild: GatewayIntentBits.Guilds },
  THREAD_LIST_SYNC: { guild: GatewayIntentBits.Guilds },
  THREAD_MEMBER_UPDATE: { guild: GatewayIntentBits.Guilds },
  THREAD_MEMBERS_UPDATE: { guild: GatewayIntentBits.GuildMembers },
  GUILD_MEMBER_ADD: { guild: GatewayIntentBits.GuildMembers },
  GUILD_MEMBER_UPDATE: { guild: GatewayIntentBits.GuildMembers },
  GUILD_MEMBER_REMOVE: { guild: GatewayIntentBits.GuildMembers },
  WEBHOOKS_UPDATE: { guild: GatewayIntentBits.GuildWebhooks },
  MESSAGE_CREATE: { guild: GatewayIntentBits.GuildMessages, dm: GatewayIntentBits.DirectMessages },
  MESSAGE_UPDATE: { guild: GatewayIntentBits.GuildMessages, dm: GatewayIntentBits.DirectMessages },
  MESSAGE_DELETE: { guild: GatewayIntentBits.GuildMessages, dm: GatewayIntentBits.DirectMessages },
  MESSAGE_DELETE_BULK: { guild: GatewayIntentBits.GuildMessages },
  CHANNEL_PINS_UPDATE: { guild: GatewayIntentBits.Guilds, dm: GatewayIntentBits.DirectMessages },
  MESSAGE_REACTION_ADD: {
    guild: GatewayIntentBits.GuildMessageReactions,
    dm: GatewayIntentBits.DirectMessageReactions,
  },
  MESSAGE_REACTION_REMOVE: {
    guild: GatewayIntentBits.GuildMessageReactions,
    dm: GatewayIntentBits.DirectMessageReactions,
  },
  MESSAGE_REACTION_REMOVE_ALL: {
    guild: GatewayIntentBits.GuildMessageReactions,
    dm: GatewayIntentBits.DirectMessageReactions,
  },
  MESSAGE_REACTION_REMOVE_EMOJI: {
    guild: GatewayIntentBits.GuildMessageReactions,
    dm: GatewayIntentBits.DirectMessageReactions,
  },
  TYPING_START: { guild: GatewayIntentBits.GuildMessageTyping, dm: GatewayIntentBits.DirectMessageTyping },
};

export function letsThrough(intents: number, name: string, data: JsonObject, botUserId: string): boolean {
  // A bot hears of its own roles and threads whatever its intents are, of those of others only with one.
  if (MEMBERS.includes(name) && (isOwn(data, botUserId) || (intents & GatewayIntentBits.GuildMembers) !== 0))
    return true;
  const needed = NEEDED[name];
  if (!needed) return true;
  const bit = data.guild_id === undefined && needed.dm !== undefined ? needed.dm : needed.guild;
  return (intents & bit) !== 0;
}

const MEMBERS: readonly string[] = ["GUILD_MEMBER_UPDATE", "THREAD_MEMBERS_UPDATE"];

function isOwn({ user, added_members, removed_member_ids }: JsonObject, botUserId: string): boolean {
  const added = Array.isArray(added_members) ? added_members : [];
  const removed = Array.isArray(removed_member_ids) ? removed_member_ids : [];
  return (
    (isObject(user) && user.id === botUserId) ||
    added.some((one: unknown) => isObject(one) && one.user_id === botUserId) ||
    removed.includes(botUserId)
  );
}

const CONTENT_FIELDS = ["content", "embeds", "attachments", "components"] as const;

/** A message without what the MessageContent intent would show, where this bot may not read it anyway. */
export function withoutHiddenContent(botUserId: string, message: JsonObject): JsonObject {
  const referenced = message.referenced_message;
  const shown = isObject(referenced)
    ? {
        ...message,
        referenced_message: withoutHiddenContent(botUserId, {
          ...referenced,
          guild_id: message.guild_id ?? "",
        }),
      }
    : message;
  return mayRead(botUserId, message)
    ? shown
    : { ...shown, content: "", embeds: [], attachments: [], components: [] };
}

/** Own messages, direct messages and messages that mention the bot are readable without the intent. */
function mayRead(botUserId: string, message: JsonObject): boolean {
  if (CONTENT_FIELDS.every((field) => message[field] === undefined)) return true;
  if (message.guild_id === undefined) return true;
  const author = message.author;
  if (isObject(author) && author.id === botUserId) return true;
  if (message.application_id === botUserId) return true;
  const mentions = message.mentions;
  return Array.isArray(mentions) && mentions.some((one: unknown) => isObject(one) && one.id === botUserId);
}
