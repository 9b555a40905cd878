import { ChannelType, MessageFlags, MessageType } from "discord-api-types/v10";
import { shownComponents } from "../payloads/component-json.ts";
import { messageEventJson } from "../payloads/message-json.ts";
import { refuse } from "../rest/api-error.ts";
import { isThread, joinThread, mayLetIn, wakeForMessage } from "../threads/thread-state.ts";
import { hasFlag } from "../wire.ts";
import { maySee } from "../world/permissions.ts";
import type { ChannelRecord, MessageRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { type ListedAttachment, resolveAttachments, type UploadedFile } from "./attachments.ts";
import { type AllowedMentions, mentionsIn } from "./mentions.ts";
import { hasSubstance } from "./message-body.ts";

/** The part of a parsed body that makes or changes a message. */
export interface MessageContent {
  readonly content?: string | undefined;
  readonly embeds?: MessageRecord["embeds"] | undefined;
  readonly components?: readonly object[] | undefined;
  readonly attachments?: readonly ListedAttachment[] | undefined;
  readonly allowed_mentions?: AllowedMentions | undefined;
  readonly flags?: number | undefined;
}

export interface NewMessage extends MessageContent {
  readonly channel: ChannelRecord;
  readonly authorId: string;
  readonly files?: readonly UploadedFile[];
  readonly mentionsByDefault: AllowedMentions;
  /** What only some messages have: a webhook's face, an interaction's origin, the message replied to. */
  readonly fields?: Partial<
    Pick<
      MessageRecord,
      | "type"
      | "webhook"
      | "webhookId"
      | "applicationId"
      | "reference"
      | "nonce"
      | "origin"
      | "ephemeralFor"
      | "tts"
    >
  >;
  /** A deferred answer is a message before it has anything to show. */
  readonly mayBeEmpty?: boolean;
}

/** Writes a message into a channel and tells everyone who may see it. */
export function createMessage(world: World, draft: NewMessage): MessageRecord {
  const { channel, fields = {} } = draft;
  const { attachments, commit } = resolveAttachments(world, draft.files ?? [], draft.attachments);
  const shown = {
    content: draft.content ?? "",
    embeds: draft.embeds ?? [],
    components: shownComponents(draft.components ?? []),
    attachments,
  };
  if (!draft.mayBeEmpty && !hasSubstance(shown)) throw refuse.emptyMessage();
  if (!fields.ephemeralFor) wakeForMessage(world, channel);
  commit();
  const repliedTo = fields.reference?.messageId ? world.messages.get(fields.reference.messageId) : undefined;
  const message: MessageRecord = {
    id: world.ids.next(),
    channelId: channel.id,
    authorId: draft.authorId,
    type: MessageType.Default,
    createdAt: world.clock.now(),
    editedAt: null,
    flags: draft.flags ?? 0,
    tts: false,
    pinned: false,
    reactions: [],
    ...shown,
    ...mentionsIn(world, shown.content, {
      allowed: draft.allowed_mentions ?? draft.mentionsByDefault,
      channel,
      authorId: draft.authorId,
      repliedUserId: repliedTo?.authorId,
    }),
    ...fields,
  };
  place(world, channel, message);
  return message;
}

/** Puts a finished message into its channel: numbers it, counts it, announces it. */
export function place(world: World, channel: ChannelRecord, message: MessageRecord): void {
  const isPrivate = message.ephemeralFor !== undefined;
  if (isThread(channel) && !isPrivate) {
    message.position = channel.thread.totalMessageSent;
    if (world.members.has(message.authorId)) joinThread(world, channel, message.authorId);
    channel.thread.messageCount += 1;
    channel.thread.totalMessageSent += 1;
    channel.thread.activeAt = world.clock.now();
  }
  world.addMessage(message);
  if (!isPrivate) channel.lastMessageId = message.id;
  world.dispatch({ name: "MESSAGE_CREATE", data: messageEventJson(world, message), channelId: channel.id });
  world.tell({ type: "message-created", ...whereIs(message) });
  if (!isPrivate) letInMentioned(world, channel, message);
}

/** Who is mentioned in a private thread and sees its channel is in it from then on. */
function letInMentioned(world: World, channel: ChannelRecord, message: MessageRecord): void {
  if (!isThread(channel) || channel.type !== ChannelType.PrivateThread) return;
  const parent = world.channels.get(channel.parentId ?? "");
  const isIn = world.members.has(message.authorId) && mayLetIn(world, channel, message.authorId);
  if (!parent || !isIn) return;
  for (const id of message.mentionIds) if (maySee(world, id, parent)) joinThread(world, channel, id);
}

export interface MessageChange extends MessageContent {
  readonly files?: readonly UploadedFile[];
  readonly mentionsByDefault: AllowedMentions;
}

/** Changes a message in place. What the change does not name stays. */
export function editMessage(world: World, message: MessageRecord, change: MessageChange): void {
  const channel = world.channel(message.channelId);
  const uploads = change.files ?? [];
  const { attachments, commit } = resolveAttachments(world, uploads, change.attachments, message.attachments);
  const next = {
    content: change.content ?? message.content,
    embeds: change.embeds ?? message.embeds,
    components: change.components ? shownComponents(change.components) : message.components,
    attachments,
  };
  if (!hasSubstance(next)) throw refuse.emptyMessage();
  commit();
  const setFlags = change.flags ?? 0;
  const keptFlags = change.flags === undefined ? message.flags : message.flags & ~MessageFlags.SuppressEmbeds;
  const wasLoading = hasFlag(message.flags, MessageFlags.Loading);
  Object.assign(message, next, { flags: (keptFlags | setFlags) & ~MessageFlags.Loading });
  if (change.content !== undefined) {
    Object.assign(
      message,
      mentionsIn(world, next.content, {
        allowed: change.allowed_mentions ?? change.mentionsByDefault,
        channel,
        authorId: message.authorId,
      }),
    );
  }
  // The first answer after a defer is not an edit to those who read it, but the event tells the time all the same.
  message.editedAt = wasLoading ? message.editedAt : world.clock.now();
  announceMessage(world, message);
}

/** MESSAGE_UPDATE: also for what nobody wrote, such as a thread that now hangs on the message. */
export function announceMessage(world: World, message: MessageRecord): void {
  world.dispatch({
    name: "MESSAGE_UPDATE",
    data: messageEventJson(world, message),
    channelId: message.channelId,
  });
  world.tell({ type: "message-edited", ...whereIs(message) });
}

export function deleteMessage(world: World, message: MessageRecord): void {
  removeQuietly(world, message);
  world.dispatch({
    name: "MESSAGE_DELETE",
    data: deletionJson(world, message),
    channelId: message.channelId,
  });
}

/** Several at once are one event to the bot. */
export function deleteMessages(
  world: World,
  channel: ChannelRecord,
  messages: readonly MessageRecord[],
): void {
  for (const message of messages) removeQuietly(world, message);
  world.dispatch({
    name: "MESSAGE_DELETE_BULK",
    data: { ids: messages.map(({ id }) => id), channel_id: channel.id, guild_id: channel.guildId },
    channelId: channel.id,
  });
}

function removeQuietly(world: World, message: MessageRecord): void {
  world.removeMessage(message);
  const channel = world.channels.get(message.channelId);
  if (channel?.thread && !message.ephemeralFor) channel.thread.messageCount -= 1;
  world.tell({ type: "message-deleted", ...whereIs(message) });
}

function deletionJson(world: World, message: MessageRecord) {
  const guildId = message.ephemeralFor ? undefined : world.channels.get(message.channelId)?.guildId;
  return { id: message.id, channel_id: message.channelId, ...(guildId && { guild_id: guildId }) };
}

function whereIs(message: MessageRecord) {
  return {
    channelId: message.channelId,
    messageId: message.id,
    ...(message.ephemeralFor && { visibleTo: message.ephemeralFor }),
  };
}
