/** What a client shows: the sandbox's page draws these, and tests read them. Each is a picture of one moment. */

import { ChannelType, InteractionType, MessageFlags, MessageType } from "discord-api-types/v10";
import { TOKEN_LIVES_MS } from "../interactions/callbacks.ts";
import { signedUrl } from "../messages/cdn.ts";
import { hasFlag } from "../wire.ts";
import { maySee } from "../world/permissions.ts";
import type { ChannelRecord, MessageRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

export interface AuthorView {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl: string | undefined;
  readonly bot: boolean;
  readonly isWebhook: boolean;
}

interface AttachmentView {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly contentType: string;
  readonly url: string;
  readonly description: string | undefined;
}

export interface MessageView {
  readonly id: string;
  readonly channelId: string;
  readonly author: AuthorView;
  /** Discord's message type; `isSystem` when nobody wrote it. */
  readonly type: number;
  readonly isSystem: boolean;
  readonly content: string;
  readonly embeds: readonly Readonly<Record<string, unknown>>[];
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly flags: number;
  readonly ephemeral: boolean;
  /** Only this person sees it. */
  readonly visibleTo: string | undefined;
  /** "… is thinking": a deferred answer that has not come. */
  readonly loading: boolean;
  /** It will not come any more: its fifteen minutes are over. */
  readonly failed: boolean;
  readonly attachments: readonly AttachmentView[];
  readonly reactions: readonly { readonly emoji: string; readonly userIds: readonly string[] }[];
  /** The message it replies to; `author` and `content` are missing once that is deleted. */
  readonly repliesTo:
    | { readonly id: string; readonly author?: AuthorView; readonly content?: string }
    | undefined;
  readonly threadId: string | undefined;
  readonly mentionIds: readonly string[];
  readonly mentionsEveryone: boolean;
  readonly createdAt: number;
  readonly editedAt: number | undefined;
  /** The interaction that it answers. */
  readonly interactionId: string | undefined;
  /** "Alice used /chat" above the message. */
  readonly interaction:
    | {
        readonly id: string;
        readonly userId: string;
        readonly userName: string;
        readonly commandName: string | undefined;
      }
    | undefined;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly kind: "text" | "announcement" | "forum" | "category" | "thread" | "private-thread" | "dm";
  readonly topic: string | undefined;
  readonly parentId: string | undefined;
  readonly recipientId: string | undefined;
  readonly archived: boolean;
  readonly locked: boolean;
  /** Who opened a thread. */
  readonly ownerId: string | undefined;
  readonly memberIds: readonly string[];
  /** Of a thread: what its chip shows. */
  readonly messageCount: number;
  readonly lastMessageId: string | undefined;
}

const SHOWN_TYPES: readonly number[] = [
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
];

export function messageView(world: World, message: MessageRecord): MessageView {
  const loading = hasFlag(message.flags, MessageFlags.Loading);
  return {
    id: message.id,
    channelId: message.channelId,
    author: authorView(world, message),
    type: message.type,
    isSystem: !SHOWN_TYPES.includes(message.type),
    content: message.content,
    embeds: structuredClone(message.embeds),
    components: structuredClone(message.components),
    flags: message.flags,
    ephemeral: message.ephemeralFor !== undefined,
    visibleTo: message.ephemeralFor,
    loading,
    failed: loading && world.clock.now() - message.createdAt >= TOKEN_LIVES_MS,
    attachments: message.attachments.map((file) => ({
      id: file.id,
      filename: file.filename,
      size: file.size,
      contentType: file.contentType,
      url: signedUrl(world, message.channelId, file),
      description: file.description,
    })),
    reactions: message.reactions.map(({ emojiName, userIds }) => ({
      emoji: emojiName,
      userIds: [...userIds],
    })),
    repliesTo: replyView(world, message),
    threadId: threadOfMessage(message),
    mentionIds: [...message.mentionIds],
    mentionsEveryone: message.mentionEveryone,
    createdAt: message.createdAt,
    editedAt: message.editedAt ?? undefined,
    interactionId: message.origin?.interactionId,
    interaction: interactionOrigin(world, message),
  };
}

function authorView(world: World, message: MessageRecord): AuthorView {
  const { webhook } = message;
  if (webhook) {
    return {
      id: message.authorId,
      name: webhook.name,
      avatarUrl: webhook.avatarUrl ?? undefined,
      bot: true,
      isWebhook: true,
    };
  }
  const user = world.user(message.authorId);
  return {
    id: user.id,
    name: user.globalName ?? user.username,
    avatarUrl: undefined,
    bot: user.bot,
    isWebhook: false,
  };
}

/** The thread that hangs on a message, or whose beginning it announces. */
function threadOfMessage(message: MessageRecord): string | undefined {
  if (message.type === MessageType.ThreadCreated) return message.reference?.channelId;
  return hasFlag(message.flags, MessageFlags.HasThread) ? message.id : undefined;
}

function replyView(world: World, message: MessageRecord): MessageView["repliesTo"] {
  if (message.type !== MessageType.Reply || !message.reference?.messageId) return undefined;
  const target = world.messages.get(message.reference.messageId);
  if (!target) return { id: message.reference.messageId };
  return { id: target.id, author: authorView(world, target), content: target.content };
}

function interactionOrigin(world: World, { origin }: MessageRecord): MessageView["interaction"] {
  if (!origin || origin.type === InteractionType.MessageComponent) return undefined;
  const user = world.user(origin.userId);
  return {
    id: origin.interactionId,
    userId: user.id,
    userName: user.globalName ?? user.username,
    commandName: origin.name,
  };
}

const KINDS: Readonly<Record<number, ChannelView["kind"]>> = {
  [ChannelType.GuildText]: "text",
  [ChannelType.DM]: "dm",
  [ChannelType.GuildCategory]: "category",
  [ChannelType.GuildAnnouncement]: "announcement",
  [ChannelType.AnnouncementThread]: "thread",
  [ChannelType.PublicThread]: "thread",
  [ChannelType.PrivateThread]: "private-thread",
  [ChannelType.GuildForum]: "forum",
  [ChannelType.GuildMedia]: "forum",
};

export function channelView(channel: ChannelRecord): ChannelView {
  return {
    id: channel.id,
    name: channel.name,
    kind: KINDS[channel.type] ?? "text",
    topic: channel.topic ?? undefined,
    parentId: channel.parentId ?? undefined,
    recipientId: channel.recipientId,
    archived: channel.thread?.archived ?? false,
    locked: channel.thread?.locked ?? false,
    ownerId: channel.thread?.ownerId,
    memberIds: channel.thread?.members.map(({ userId }) => userId) ?? [],
    messageCount: channel.thread?.messageCount ?? 0,
    lastMessageId: channel.lastMessageId ?? undefined,
  };
}

/** The messages of a channel as one person sees them, oldest first; without a person, what everyone sees. */
export function messagesFor(world: World, channelId: string, userId: string | undefined): MessageView[] {
  const channel = world.channels.get(channelId);
  if (!channel || (userId !== undefined && !maySee(world, userId, channel))) return [];
  return world
    .messagesIn(channelId)
    .filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === userId)
    .map((message) => messageView(world, message));
}
