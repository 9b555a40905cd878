import { MessageType } from "discord-api-types/v10";
import type { MessageEvent, MessageId, Person } from "../../../core/domain/model.ts";
import type { Decoded } from "../../shared/messages/stored-target.ts";
import { channelName } from "../guild/channel-name.ts";
import { bitsOf, type Directory, mayManage, type Self } from "../guild/directory.ts";
import { hearsOnly, permissionsOf, readsOnly } from "../guild/member-permissions.ts";
import { eventIdOf, messageIdOf, personIdOf, snowflakeTime } from "../ids.ts";
import type { WireChannel, WireInteraction, WireMember, WireMessage, WireUser } from "../wire.ts";
import { outsideCode, readableText } from "./mentions.ts";
import { opensThreads, placeOf, publicThreadIn, threadOf, writeTarget } from "./reply-target.ts";

type KnownGuild = Pick<Directory, "roleName" | "isOwnRole" | "manages" | "channel" | "guildRoles">;

/**
 * Whether a person said it: not the bot, not another bot, not a webhook (our personas speak through one), and
 * nothing that Discord itself says, such as that a thread was opened.
 */
export function isFromPerson({ author, webhook_id, type }: WireMessage): boolean {
  const isTalk = type === MessageType.Default || type === MessageType.Reply;
  return isTalk && webhook_id === undefined && !author.bot && !author.system;
}

/** Somebody in a server wrote something and we got nothing of it: the Message Content intent is off. */
export function lacksContent(message: WireMessage): boolean {
  const { content, attachments, embeds, sticker_items, poll, message_snapshots, guild_id } = message;
  const parts = [attachments, embeds, sticker_items, message_snapshots];
  return (
    guild_id !== undefined && content === "" && poll == null && parts.every(({ length }) => length === 0)
  );
}

/** What a person said. `message` must be from a person, `channel` is where it was said. */
export function decodeMessage(
  message: WireMessage,
  channel: WireChannel,
  { self, known }: { self: Self; known: KnownGuild },
): Decoded<MessageEvent> {
  const guild = message.guild_id ?? channel.guild_id;
  const place = placeOf(channel, guild);
  const where = {
    channel: channel.id,
    channelType: channel.type,
    guild,
    parent: place.kind === "thread" ? channel.parent_id : undefined,
    person: message.author.id,
  };
  const repliesTo = ownMessageRepliedTo(message, self);
  const opensThread = guild !== undefined && opensThreads(channel.type);
  return {
    event: {
      type: "message",
      id: eventIdOf(message.id),
      message: messageIdOf({ channel: channel.id, message: message.id, byWebhook: false }),
      place,
      author: authorOf(message, { guild, known, home: place.kind === "thread" ? where.parent : channel.id }),
      at: snowflakeTime(message.id),
      text: textOf(message, { self, known }),
      addressed: addressed(message, { guild, self, known, repliesTo }),
      ...(repliesTo && { repliesTo }),
      ...(opensThread && {
        thread: threadOf(where, { id: message.id, type: publicThreadIn(channel.type), name: undefined })
          .place,
      }),
      attachments: message.attachments.map(({ id, filename, content_type, size, url }) => ({
        id,
        name: filename,
        contentType: content_type ?? "application/octet-stream",
        bytes: size,
        url,
      })),
    },
    target: writeTarget({ via: "message", ...where, message: message.id }),
  };
}

/** Whether somebody in a server called the bot, or replied to it. */
export function mentionsBot(
  message: WireMessage,
  { self, known }: { self: Self; known: KnownGuild },
): boolean {
  const about = { guild: message.guild_id, self, known, repliesTo: ownMessageRepliedTo(message, self) };
  return addressed(message, about) !== "none";
}

function addressed(
  message: WireMessage,
  about: { guild: string | undefined; self: Self; known: KnownGuild; repliesTo: MessageId | undefined },
): MessageEvent["addressed"] {
  const { guild, self, known, repliesTo } = about;
  if (guild === undefined) return "direct";
  const isWritten = callsIn(message.content, self);
  const ownRolePinged = message.mention_roles.some((role) => known.isOwnRole(guild, role));
  if (isWritten || ownRolePinged) return "mention";
  // A reply mentions whom it answers without a word of it in the text.
  if (repliesTo) return "reply";
  return message.mentions.some(({ id }) => id === self.user) ? "mention" : "none";
}

/** A mention in code is none. */
function callsIn(content: string, { user }: Self): boolean {
  let isCalled = false;
  outsideCode(content, (part) => {
    isCalled ||= part.includes(`<@${user}>`) || part.includes(`<@!${user}>`);
    return part;
  });
  return isCalled;
}

function ownMessageRepliedTo({ channel_id, referenced_message: replied }: WireMessage, self: Self) {
  if (!replied) return undefined;
  const isOwn = replied.author.id === self.user || replied.application_id === self.application;
  if (!isOwn) return undefined;
  // Answers to interactions are sent by the application, whose id then stands in for a webhook's.
  const byWebhook = replied.webhook_id !== undefined && replied.webhook_id !== self.application;
  return messageIdOf({ channel: channel_id, message: replied.id, byWebhook });
}

/** The words of any message, the target of a message menu too. */
export function textOf(
  { content, mentions, guild_id, channel_id }: WireMessage,
  { self, known }: { self: Self; known: KnownGuild },
): string {
  const users = new Map(mentions.map((user) => [user.id, nameOf(user, user.member)]));
  return readableText(content, {
    user: (id) => users.get(id),
    role: (id) => (guild_id === undefined ? undefined : known.roleName(guild_id, id)),
    channel: (id) => channelName(known, id, { guild_id, channel_id }),
    isBot: (kind, id) =>
      kind === "user" ? id === self.user : guild_id !== undefined && known.isOwnRole(guild_id, id),
  });
}

export const nameOf = (user: WireUser, member: Pick<WireMember, "nick"> | undefined): string =>
  member?.nick || user.global_name || user.username;

/** @param where `home`: whose settings say who may read there */
function authorOf(
  { author, member }: WireMessage,
  { guild, home = "", known }: { guild: string | undefined; home: string | undefined; known: KnownGuild },
): Person {
  const { roles = [] } = member ?? {};
  const may = () =>
    permissionsOf({ user: author.id, roles }, known.guildRoles(guild ?? ""), known.channel(home));
  return {
    id: personIdOf(author.id),
    name: nameOf(author, member),
    manages: guild !== undefined && known.manages(guild, author.id, member),
    ...(guild !== undefined && hearsOnly(may()) && { hearsOnly: true }),
    ...rolesOf(guild, member),
  };
}

/** Who acts: a member in a server, a user in direct messages. */
export function actorOf({ guild_id, member, user, channel }: WireInteraction): Person | undefined {
  if (member) {
    const permissions = bitsOf(member.permissions);
    return {
      id: personIdOf(member.user.id),
      name: nameOf(member.user, member),
      manages: mayManage(member.permissions),
      ...(hearsOnly(permissions) && { hearsOnly: true }),
      ...(readsOnly(permissions, channel?.type) && { readsOnly: true }),
      ...rolesOf(guild_id, member),
    };
  }
  return user && { id: personIdOf(user.id), name: nameOf(user, undefined), manages: false };
}

/** Members do not list the role that everyone has: it bears the id of the guild. */
const rolesOf = (
  guild: string | undefined,
  member: Pick<WireMember, "roles"> | undefined,
): Pick<Person, "roles"> => (guild === undefined ? {} : { roles: [guild, ...(member?.roles ?? [])] });
