import { isObject, type JsonObject } from "../wire.ts";

/** Gateway intents, by the names of Discord's documentation. */
export const Intent = {
  Guilds: 1 << 0,
  GuildMembers: 1 << 1,
  GuildModeration: 1 << 2,
  GuildWebhooks: 1 << 5,
  GuildPresences: 1 << 8,
  GuildMessages: 1 << 9,
  GuildMessageReactions: 1 << 10,
  GuildMessageTyping: 1 << 11,
  DirectMessages: 1 << 12,
  DirectMessageReactions: 1 << 13,
  DirectMessageTyping: 1 << 14,
  MessageContent: 1 << 15,
} as const;

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
    (portal.messageContent ? 0 : intents & Intent.MessageContent) |
    (portal.guildMembers ? 0 : intents & Intent.GuildMembers) |
    (portal.presences ? 0 : intents & Intent.GuildPresences)
  );
}

/** The intents that let an event through, in a guild and in a DM. What is not listed here reaches everyone. */
const NEEDED: Readonly<Record<string, { readonly guild: number; readonly dm?: number }>> = {
  GUILD_CREATE: { guild: Intent.Guilds },
  GUILD_UPDATE: { guild: Intent.Guilds },
  GUILD_DELETE: { guild: Intent.Guilds },
  GUILD_ROLE_CREATE: { guild: Intent.Guilds },
  GUILD_ROLE_UPDATE: { guild: Intent.Guilds },
  GUILD_ROLE_DELETE: { guild: Intent.Guilds },
  CHANNEL_CREATE: { guild: Intent.Guilds },
  CHANNEL_UPDATE: { guild: Intent.Guilds },
  CHANNEL_DELETE: { guild: Intent.Guilds },
  THREAD_CREATE: { guild: Intent.Guilds },
  THREAD_UPDATE: { guild: Intent.Guilds },
  THREAD_DELETE: { guild: Intent.Guilds },
  THREAD_LIST_SYNC: { guild: Intent.Guilds },
  THREAD_MEMBER_UPDATE: { guild: Intent.Guilds },
  THREAD_MEMBERS_UPDATE: { guild: Intent.GuildMembers },
  GUILD_MEMBER_ADD: { guild: Intent.GuildMembers },
  GUILD_MEMBER_UPDATE: { guild: Intent.GuildMembers },
  GUILD_MEMBER_REMOVE: { guild: Intent.GuildMembers },
  WEBHOOKS_UPDATE: { guild: Intent.GuildWebhooks },
  MESSAGE_CREATE: { guild: Intent.GuildMessages, dm: Intent.DirectMessages },
  MESSAGE_UPDATE: { guild: Intent.GuildMessages, dm: Intent.DirectMessages },
  MESSAGE_DELETE: { guild: Intent.GuildMessages, dm: Intent.DirectMessages },
  MESSAGE_DELETE_BULK: { guild: Intent.GuildMessages },
  CHANNEL_PINS_UPDATE: { guild: Intent.Guilds, dm: Intent.DirectMessages },
  MESSAGE_REACTION_ADD: { guild: Intent.GuildMessageReactions, dm: Intent.DirectMessageReactions },
  MESSAGE_REACTION_REMOVE: { guild: Intent.GuildMessageReactions, dm: Intent.DirectMessageReactions },
  MESSAGE_REACTION_REMOVE_ALL: { guild: Intent.GuildMessageReactions, dm: Intent.DirectMessageReactions },
  MESSAGE_REACTION_REMOVE_EMOJI: { guild: Intent.GuildMessageReactions, dm: Intent.DirectMessageReactions },
  TYPING_START: { guild: Intent.GuildMessageTyping, dm: Intent.DirectMessageTyping },
};

export function letsThrough(intents: number, name: string, data: JsonObject, botUserId: string): boolean {
  // A bot hears of its own roles and threads whatever its intents are, of those of others only with one.
  if (MEMBERS.includes(name) && (isOwn(data, botUserId) || (intents & Intent.GuildMembers) !== 0))
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
