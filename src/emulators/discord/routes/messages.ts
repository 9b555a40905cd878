import { ChannelType, MessageFlags, MessageType } from "discord-api-types/v10";
import { z } from "zod";
import { REGULAR_DEFAULT } from "../messages/mentions.ts";
import { channelEditBody, channelMessageBody } from "../messages/message-body.ts";
import { createMessage, deleteMessage, deleteMessages, editMessage } from "../messages/posting.ts";
import { showTyping } from "../messages/typing.ts";
import { messageJson } from "../payloads/message-json.ts";
import { invalidField, refuse } from "../rest/api-error.ts";
import type { Answer, Call, Route } from "../rest/call.ts";
import { parseForm, snowflakeField } from "../rest/form-errors.ts";
import { demandOpen } from "../threads/thread-state.ts";
import { hasFlag } from "../wire.ts";
import { demandOpenDm } from "../world/direct-messages.ts";
import { demand, may, maySee } from "../world/permissions.ts";
import type { ChannelRecord, MessageRecord } from "../world/records.ts";
import { compareSnowflakes, snowflakeTime } from "../world/snowflake.ts";
import type { World } from "../world/world.ts";
import { channelOf, every, NO_CONTENT, route } from "./route.ts";

/** How long the same nonce means the same message: "the past few minutes" [docs]. */
const NONCE_LIVES_MS = 5 * 60_000;
const BULK_DELETE_WITHIN_MS = 14 * 24 * 60 * 60_000;

const listQuery = z
  .object({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    before: snowflakeField.optional(),
    after: snowflakeField.optional(),
    around: snowflakeField.optional(),
  })
  .refine(({ before, after, around }) => [before, after, around].filter(Boolean).length <= 1, {
    message: "before, after and around exclude each other.",
  });

export function messageRoutes(world: World, readsContent: boolean): Route[] {
  const shown = (message: MessageRecord) => asBotReads(world, message, readsContent);
  return [
    route(
      "POST /channels/{channel_id}/messages",
      (call) => ({ body: shown(postMessage(world, call)) }),
      every(5000, 5),
    ),
    route(
      "GET /channels/{channel_id}/messages",
      (call) => ({ body: listMessages(world, call).map(shown) }),
      every(1000, 5),
    ),
    route("GET /channels/{channel_id}/messages/{message_id}", (call) => {
      const channel = channelOf(world, call);
      demand(world, world.botUserId, channel, "ReadMessageHistory");
      return { body: shown(visibleMessage(world, channel, call.param("message_id"))) };
    }),
    route(
      "PATCH /channels/{channel_id}/messages/{message_id}",
      (call) => ({ body: shown(patchMessage(world, call)) }),
      every(5000, 5),
    ),
    route(
      "DELETE /channels/{channel_id}/messages/{message_id}",
      (call) => removeMessage(world, call),
      every(1000, 5),
    ),
    route(
      "POST /channels/{channel_id}/messages/bulk-delete",
      (call) => bulkDelete(world, call),
      every(1000, 1),
    ),
    route("POST /channels/{channel_id}/typing", (call) => type(world, call), every(5000, 5)),
  ];
}

/** REST hides what the portal does not let the application read, as the gateway does. */
function asBotReads(
  world: World,
  message: MessageRecord,
  readsContent: boolean,
): ReturnType<typeof messageJson> {
  const json = messageJson(world, message);
  const isOpen =
    readsContent ||
    message.authorId === world.botUserId ||
    message.applicationId === world.applicationId ||
    message.mentionIds.includes(world.botUserId) ||
    world.channel(message.channelId).guildId === undefined;
  return isOpen ? json : { ...json, content: "", embeds: [], attachments: [], components: [] };
}

/** A bot's own routes show no ephemeral messages, not even its own. */
export function visibleMessage(world: World, channel: ChannelRecord, id: string): MessageRecord {
  const message = world.message(channel.id, id);
  if (message.ephemeralFor) throw refuse.unknownMessage();
  return message;
}

/** Refuses what a bot may not write into a channel, in the order in which Discord looks. */
function demandSend(world: World, channel: ChannelRecord): void {
  const { botUserId } = world;
  if (!maySee(world, botUserId, channel)) throw refuse.missingAccess();
  if (channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia)
    throw refuse.directSendIntoForum();
  if (channel.type === ChannelType.GuildCategory) throw refuse.notATextChannel();
  demand(world, botUserId, channel, channel.thread ? "SendMessagesInThreads" : "SendMessages");
  demandOpenDm(world, channel);
}

function postMessage(world: World, call: Call): MessageRecord {
  const channel = channelOf(world, call);
  demandSend(world, channel);
  const {
    message_reference: reference,
    nonce,
    enforce_nonce,
    tts,
    ...body
  } = parseForm(channelMessageBody, call.body);
  if (call.files.length > 0) demand(world, world.botUserId, channel, "AttachFiles");
  const earlier = enforce_nonce && nonce !== undefined ? messageWithNonce(world, nonce) : undefined;
  if (earlier) return earlier;
  const replyTo = reference && repliedMessage(world, channel, reference);
  return createMessage(world, {
    ...body,
    // Without the permission an embed is dropped, silently.
    embeds: may(world, world.botUserId, channel, "EmbedLinks") ? (body.embeds ?? []) : [],
    channel,
    authorId: world.botUserId,
    files: call.files,
    mentionsByDefault: REGULAR_DEFAULT,
    fields: {
      ...(replyTo && {
        type: MessageType.Reply,
        reference: { messageId: replyTo.id, channelId: channel.id },
      }),
      ...(nonce !== undefined && { nonce }),
      ...(tts && { tts }),
    },
  });
}

function messageWithNonce(world: World, nonce: string | number): MessageRecord | undefined {
  const since = world.clock.now() - NONCE_LIVES_MS;
  for (const message of world.messages.values()) {
    const isSame = message.nonce !== undefined && String(message.nonce) === String(nonce);
    if (isSame && message.authorId === world.botUserId && message.createdAt > since) return message;
  }
  return undefined;
}

function repliedMessage(
  world: World,
  channel: ChannelRecord,
  reference: {
    message_id: string;
    channel_id?: string | null | undefined;
    fail_if_not_exists?: boolean | null | undefined;
  },
): MessageRecord | undefined {
  if (!may(world, world.botUserId, channel, "ReadMessageHistory")) throw refuse.noHistoryToReply();
  if (reference.channel_id && reference.channel_id !== channel.id) {
    throw invalidField(
      ["message_reference"],
      "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL",
      "Cannot reply to a message in a different channel",
    );
  }
  const target = world.messages.get(reference.message_id);
  if (!target || target.channelId !== channel.id || target.ephemeralFor) {
    if (reference.fail_if_not_exists === false) return undefined;
    throw invalidField(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  }
  if (isSystem(target)) {
    throw invalidField(
      ["message_reference"],
      "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
      "Cannot reply to a system message",
    );
  }
  return target;
}

const WRITTEN_TYPES: readonly number[] = [
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
];

export function isSystem({ type }: MessageRecord): boolean {
  return !WRITTEN_TYPES.includes(type);
}

/** Newest first. Without the right to read the past the list is empty, which is no error. */
function listMessages(world: World, call: Call): MessageRecord[] {
  const channel = channelOf(world, call);
  demand(world, world.botUserId, channel);
  const query = parseForm(listQuery, Object.fromEntries(call.query));
  if (!may(world, world.botUserId, channel, "ReadMessageHistory")) return [];
  const messages = world.messagesIn(channel.id).filter(({ ephemeralFor }) => !ephemeralFor);
  return window(messages, query).reverse();
}

function window(messages: MessageRecord[], query: z.output<typeof listQuery>): MessageRecord[] {
  const { limit, before, after, around } = query;
  if (after) return messages.filter(({ id }) => compareSnowflakes(id, after) > 0).slice(0, limit);
  if (around) {
    const older = messages.filter(({ id }) => compareSnowflakes(id, around) < 0);
    const newer = messages.filter(({ id }) => compareSnowflakes(id, around) >= 0);
    const half = Math.floor(limit / 2);
    return [...older.slice(Math.max(0, older.length - half)), ...newer.slice(0, limit - half)];
  }
  const fitting = before ? messages.filter(({ id }) => compareSnowflakes(id, before) < 0) : messages;
  return fitting.slice(-limit);
}

function patchMessage(world: World, call: Call): MessageRecord {
  const channel = channelOf(world, call);
  demand(world, world.botUserId, channel);
  const message = visibleMessage(world, channel, call.param("message_id"));
  const change = parseForm(channelEditBody, call.body);
  demandOpen(channel);
  // Also for messages of the bot's own webhooks: they are changed through the webhook.
  if (message.authorId !== world.botUserId) throw refuse.otherAuthor();
  if (isSystem(message)) throw refuse.systemMessage();
  demandEditLayout(message, change);
  editMessage(world, message, { ...change, files: call.files, mentionsByDefault: REGULAR_DEFAULT });
  return message;
}

/** An edit is held against the message that it will make, whose kind (v1 or v2) cannot be unset. */
export function demandEditLayout(
  message: MessageRecord,
  change: {
    content?: string | undefined;
    embeds?: readonly unknown[] | undefined;
    components?: readonly { type: number }[] | undefined;
    flags?: number | undefined;
  },
): void {
  const isV2 = hasFlag(message.flags | (change.flags ?? 0), MessageFlags.IsComponentsV2);
  const components = change.components ?? [];
  const isPlainRows = components.length <= 5 && components.every(({ type }) => type === 1);
  if (!isV2 && !isPlainRows) {
    throw invalidField(
      ["components"],
      "BASE_TYPE_BAD_LENGTH",
      "Must be 5 or fewer in length, and action rows only, without the flag IS_COMPONENTS_V2.",
    );
  }
  if (!isV2) return;
  const becomes = { content: change.content ?? message.content, embeds: change.embeds ?? message.embeds };
  for (const field of ["content", "embeds"] as const) {
    if (becomes[field].length > 0) {
      throw invalidField(
        [field],
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
      );
    }
  }
}

function removeMessage(world: World, call: Call): Answer {
  const channel = channelOf(world, call);
  demand(world, world.botUserId, channel);
  const message = visibleMessage(world, channel, call.param("message_id"));
  if (message.type === MessageType.ThreadStarterMessage) throw refuse.systemMessage();
  if (message.authorId !== world.botUserId) demand(world, world.botUserId, channel, "ManageMessages");
  deleteMessage(world, message);
  return NO_CONTENT;
}

function bulkDelete(world: World, call: Call): Answer {
  const channel = channelOf(world, call);
  demand(world, world.botUserId, channel, "ManageMessages");
  const { messages: ids } = parseForm(
    z.object({ messages: z.array(snowflakeField).min(2).max(100) }),
    call.body,
  );
  const oldest = world.clock.now() - BULK_DELETE_WITHIN_MS;
  if (ids.some((id) => snowflakeTime(id) < oldest)) throw refuse.tooOldToBulkDelete();
  const found = ids.map((id) => world.messages.get(id)).filter((one) => one?.channelId === channel.id);
  deleteMessages(
    world,
    channel,
    found.filter((one) => one !== undefined),
  );
  return NO_CONTENT;
}

/** The dots show for ten seconds, or until the typist's next message. */
function type(world: World, call: Call): Answer {
  const channel = channelOf(world, call);
  demand(world, world.botUserId, channel, channel.thread ? "SendMessagesInThreads" : "SendMessages");
  demandOpen(channel);
  demandOpenDm(world, channel);
  showTyping(world, channel, world.botUserId);
  return NO_CONTENT;
}
