import type { MessageChangedEvent, MessageDeletedEvent } from "@slack/types";
import { messageEventJson, messageJson } from "../payloads/message-json.ts";
import type { Sent } from "../wire.ts";
import type { ChannelRecord, MessageRecord } from "../world/records.ts";
import { botIsMember } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import { pingsIn } from "./rich-text.ts";
import { clearStatus } from "./thread-status.ts";

const SUBSCRIPTIONS: Readonly<Record<ChannelRecord["type"], string>> = {
  channel: "message.channels",
  group: "message.groups",
  im: "message.im",
  mpim: "message.mpim",
};

export type NewMessage = Pick<MessageRecord, "userId" | "isFromApp" | "text"> & Partial<MessageRecord>;

/** Puts a message into a channel and lets everybody know: the people at once, the app by its events. */
export function createMessage(world: World, channel: ChannelRecord, draft: NewMessage): MessageRecord {
  const message: MessageRecord = {
    ts: world.timestamps.next(),
    blocks: [],
    attachments: [],
    mrkdwn: true,
    isBroadcast: false,
    fileIds: [],
    reactions: [],
    ...draft,
    channelId: channel.id,
  };
  world.addMessage(message);
  if (message.isFromApp && message.ephemeralFor === undefined) {
    clearStatus(world, channel, message.threadTs ?? message.ts);
  }
  world.tell({ type: "message-created", ...placeOf(channel, message) });
  if (message.ephemeralFor === undefined) announce(world, channel, message);
  return message;
}

/** One message of a person that mentions the app comes as two events: same ts, each with an event_id of its own. */
function announce(world: World, channel: ChannelRecord, message: MessageRecord): void {
  if (!botIsMember(world, channel)) return;
  const event = messageEventJson(world, channel, message);
  world.dispatch({ teamId: channel.teamId, subscription: SUBSCRIPTIONS[channel.type], event });
  const bot = world.installation(channel.teamId)?.botUserId ?? "";
  const isMention = !message.isFromApp && pingsIn(message.text).userIds.includes(bot);
  if (!isMention || channel.type === "im" || message.subtype?.startsWith("channel_")) return;
  // No channel_type, and no subtype: a mention with a file is still a mention [recorded].
  const { channel_type: _type, subtype: _subtype, ...rest } = event;
  world.dispatch({
    teamId: channel.teamId,
    subscription: "app_mention",
    event: { ...rest, type: "app_mention" },
  });
}

/** Changes a message. `editorId` is absent when nobody edited it: a stream that ended, a reaction. */
export function editMessage(
  world: World,
  channel: ChannelRecord,
  message: MessageRecord,
  change: { readonly editorId?: string; apply(message: MessageRecord): void },
): void {
  const before = messageJson(world, message);
  change.apply(message);
  const { editorId } = change;
  const eventTs = world.timestamps.next();
  if (editorId !== undefined) message.edited = { userId: editorId, ts: eventTs };
  world.tell({ type: "message-edited", ...placeOf(channel, message) });
  if (message.ephemeralFor !== undefined || !botIsMember(world, channel)) return;
  world.dispatch({
    teamId: channel.teamId,
    subscription: SUBSCRIPTIONS[channel.type],
    event: {
      type: "message",
      subtype: "message_changed",
      message: messageJson(world, message),
      previous_message: before,
      channel: channel.id,
      hidden: true,
      ts: eventTs,
      event_ts: eventTs,
      channel_type: channel.type,
    } satisfies Sent<Omit<MessageChangedEvent, "message" | "previous_message">>,
  });
}

export function deleteMessage(world: World, channel: ChannelRecord, message: MessageRecord): void {
  const before = messageJson(world, message);
  world.removeMessage(message);
  world.tell({ type: "message-deleted", ...placeOf(channel, message) });
  if (message.ephemeralFor !== undefined || !botIsMember(world, channel)) return;
  const eventTs = world.timestamps.next();
  world.dispatch({
    teamId: channel.teamId,
    subscription: SUBSCRIPTIONS[channel.type],
    event: {
      type: "message",
      subtype: "message_deleted",
      previous_message: before,
      channel: channel.id,
      hidden: true,
      deleted_ts: message.ts,
      ts: eventTs,
      event_ts: eventTs,
      channel_type: channel.type,
    } satisfies Sent<Omit<MessageDeletedEvent, "previous_message">>,
  });
}

export function placeOf(channel: ChannelRecord, message: MessageRecord) {
  return {
    teamId: channel.teamId,
    channelId: channel.id,
    ts: message.ts,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    ...(message.ephemeralFor !== undefined && { visibleTo: message.ephemeralFor }),
  };
}

/** The files of a message belong to its channel from now on. */
export function shareFiles(world: World, channel: ChannelRecord, fileIds: readonly string[]): void {
  for (const id of fileIds) {
    const file = world.files.get(id);
    if (file && !file.channelIds.includes(channel.id)) file.channelIds.push(channel.id);
  }
}
