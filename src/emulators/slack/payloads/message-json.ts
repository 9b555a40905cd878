import type { GenericMessageEvent } from "@slack/types";
import { richText } from "../messages/rich-text.ts";
import type { JsonObject, Sent } from "../wire.ts";
import type { ChannelRecord, MessageRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { fileJson } from "./file-json.ts";
import { streamBlocks, streamText } from "./stream-json.ts";
import { botIcons } from "./user-json.ts";

/** What a client shows of a message: its own blocks, or those that Slack makes of its text. */
export function blocksOf(message: MessageRecord): JsonObject[] {
  const derivedId = message.ts.slice(-5);
  if (message.stream) return [...streamBlocks(message.stream, derivedId), ...message.blocks];
  if (message.markdown !== undefined) {
    return [{ type: "markdown", block_id: derivedId, text: message.markdown }];
  }
  if (message.blocks.length > 0) return message.blocks;
  return message.text === "" ? [] : [richText(message.text, derivedId, message.mrkdwn)];
}

export function textOf(message: MessageRecord): string {
  return message.stream ? streamText(message.stream) || message.text : message.text;
}

/** Blocks, attachments and files are passed on as they were checked. */
type MessageFields = Omit<
  GenericMessageEvent,
  "subtype" | "channel" | "channel_type" | "event_ts" | "user" | "blocks" | "attachments" | "files"
>;
type MessageJson = Sent<MessageFields>;

/** A message as conversations.history and the answers of chat.* have it. */
export function messageJson(
  world: World,
  message: MessageRecord,
  options: { readonly withMetadata?: boolean } = {},
): MessageJson {
  return {
    ...authorFields(world, message),
    type: "message",
    ts: message.ts,
    ...(message.clientMsgId && { client_msg_id: message.clientMsgId }),
    text: textOf(message),
    ...teamFields(world, message),
    blocks: blocksOf(message),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.edited && { edited: { user: message.edited.userId, ts: message.edited.ts } }),
    ...(message.stream && { streaming_state: message.stream.state }),
    ...threadFields(world, message),
    ...fileFields(world, message),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map(({ name, userIds }) => ({
        name,
        users: userIds,
        count: userIds.length,
      })),
    }),
    ...(message.isPinned && { pinned_to: [message.channelId] }),
    ...(options.withMetadata && message.metadata && { metadata: message.metadata }),
  };
}

/** Who is of another company is named with their workspace and a profile [recorded by others]. */
function teamFields(world: World, message: MessageRecord): Sent<Pick<MessageFields, "team">> {
  const channel = world.channels.get(message.channelId);
  const user = world.users.get(message.userId);
  if (!channel) return {};
  if (!user || user.teamId === channel.teamId) return { team: channel.teamId };
  return {
    team: user.teamId,
    user_team: user.teamId,
    source_team: user.teamId,
    user_profile: {
      name: user.name,
      real_name: user.displayName,
      display_name: user.displayName,
      team: user.teamId,
      is_restricted: user.guest !== undefined,
      is_ultra_restricted: user.guest === "single",
    },
  };
}

/** A person's message has a user; the app's has its bot too; under a name of its own it has no user at all. */
function authorFields(
  world: World,
  message: MessageRecord,
): Sent<Pick<MessageFields, "bot_id" | "bot_profile">> {
  const subtype = message.subtype ?? (message.isBroadcast ? "thread_broadcast" : undefined);
  if (!message.isFromApp) return { user: message.userId, ...(subtype && { subtype }) };
  const channel = world.channels.get(message.channelId);
  const installation = channel && world.installation(channel.teamId);
  const bot = { ...(installation && { bot_id: installation.botId }), app_id: world.appId };
  if (message.username !== undefined) {
    return { ...bot, subtype: "bot_message", username: message.username, icons: iconsOf(message) };
  }
  return {
    user: message.userId,
    ...bot,
    ...(subtype && { subtype }),
    ...(installation && {
      bot_profile: {
        id: installation.botId,
        app_id: world.appId,
        name: world.config.name,
        icons: botIcons(installation.botId),
        deleted: false,
        updated: 0,
        team_id: channel.teamId,
      },
    }),
    ...((message.iconEmoji ?? message.iconUrl) && { icons: iconsOf(message) }),
  };
}

function iconsOf({ iconEmoji, iconUrl }: MessageRecord): JsonObject {
  if (iconEmoji) return { emoji: iconEmoji };
  return iconUrl ? { image_64: iconUrl } : {};
}

function threadFields(
  world: World,
  message: MessageRecord,
): Sent<Pick<MessageFields, "thread_ts" | "parent_user_id">> {
  const { channelId, ts, threadTs } = message;
  if (threadTs !== undefined) {
    const root = world.message(channelId, threadTs);
    return { thread_ts: threadTs, ...(root && { parent_user_id: root.userId }) };
  }
  const replies = world.repliesTo(channelId, ts);
  const latest = replies.at(-1);
  if (!latest) return {};
  const users = [...new Set(replies.map(({ userId }) => userId))];
  return {
    thread_ts: ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: latest.ts,
    reply_users: users.slice(0, 5),
    is_locked: false,
    subscribed: false,
  };
}

function fileFields(world: World, message: MessageRecord): JsonObject {
  const files = message.fileIds.flatMap((id) => world.files.get(id) ?? []);
  if (files.length === 0) return {};
  return {
    files: files.map((file) => fileJson(world, file)),
    upload: false,
    display_as_bot: false,
  };
}

/** As an event brings it: with the channel, and in a broadcast the root of its thread. */
export function messageEventJson(
  world: World,
  channel: ChannelRecord,
  message: MessageRecord,
): MessageJson & Pick<GenericMessageEvent, "channel" | "event_ts" | "channel_type"> {
  const root = message.threadTs ? world.message(message.channelId, message.threadTs) : undefined;
  return {
    ...messageJson(world, message),
    ...(message.isBroadcast && root && { root: messageJson(world, root) }),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channel.type,
  };
}
