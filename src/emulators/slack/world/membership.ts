import type { MemberJoinedChannelEvent, MemberLeftChannelEvent } from "@slack/types";
import { createMessage } from "../messages/posting.ts";
import type { ChannelRecord } from "./records.ts";
import { botIsMember } from "./workspaces.ts";
import type { World } from "./world.ts";

/** Somebody, or the bot, comes into a channel: a line in it, and an event for an app that is there. */
export function joinChannel(
  world: World,
  channel: ChannelRecord,
  who: { readonly userId: string; readonly inviterId?: string },
): void {
  const { userId, inviterId } = who;
  if (channel.memberIds.includes(userId)) return;
  channel.memberIds.push(userId);
  world.tell({ type: "channel-updated", teamId: channel.teamId, channelId: channel.id });
  say(world, channel, userId, "join");
  announce(world, channel, "member_joined_channel", {
    user: userId,
    ...(inviterId !== undefined && { inviter: inviterId }),
  });
}

export function leaveChannel(
  world: World,
  channel: ChannelRecord,
  { userId, actorId = userId }: { readonly userId: string; readonly actorId?: string },
): void {
  if (!channel.memberIds.includes(userId)) return;
  const isBot = userId === world.installation(channel.teamId)?.botUserId;
  const heard = botIsMember(world, channel) && !isBot;
  channel.memberIds = channel.memberIds.filter((id) => id !== userId);
  world.tell({ type: "channel-updated", teamId: channel.teamId, channelId: channel.id });
  say(world, channel, userId, "leave");
  if (heard) announce(world, channel, "member_left_channel", { user: userId });
  // The app hears of its own leaving by another event, and of nothing in the channel after it.
  if (isBot) tellLife(world, channel, "left", { actor_id: actorId });
}

/** Only public and private channels are archived or deleted. The app hears of those it is in. */
export function archiveChannel(
  world: World,
  channel: ChannelRecord,
  { isArchived, userId }: { readonly isArchived: boolean; readonly userId: string },
): void {
  if (channel.isArchived === isArchived) return;
  channel.isArchived = isArchived;
  world.tell({ type: "channel-updated", teamId: channel.teamId, channelId: channel.id });
  if (botIsMember(world, channel)) {
    tellLife(world, channel, isArchived ? "archive" : "unarchive", { user: userId });
  }
}

export function deleteChannel(world: World, channel: ChannelRecord, userId: string): void {
  const heard = botIsMember(world, channel);
  for (const message of world.messagesIn(channel.id)) world.removeMessage(message);
  world.channels.delete(channel.id);
  world.tell({ type: "channel-deleted", teamId: channel.teamId, channelId: channel.id });
  const details = channel.type === "group" ? { actor_id: userId, date_deleted: seconds(world) } : {};
  if (heard) tellLife(world, channel, "deleted", details);
}

function tellLife(
  world: World,
  channel: ChannelRecord,
  what: "left" | "deleted" | "archive" | "unarchive",
  details: Readonly<Record<string, unknown>>,
): void {
  const type = `${channel.type === "group" ? "group" : "channel"}_${what}`;
  const event = { type, channel: channel.id, ...details, event_ts: world.timestamps.next() };
  world.dispatch({ teamId: channel.teamId, subscription: type, event });
}

function seconds(world: World): number {
  return Math.floor(world.clock.now() / 1000);
}

function say(world: World, channel: ChannelRecord, userId: string, what: "join" | "leave"): void {
  createMessage(world, channel, {
    userId,
    isFromApp: false,
    text: `<@${userId}> has ${what === "join" ? "joined" : "left"} the channel`,
    subtype: `channel_${what}`,
  });
}

function announce(
  world: World,
  channel: ChannelRecord,
  type: "member_joined_channel" | "member_left_channel",
  who: { readonly user: string; readonly inviter?: string },
): void {
  if (type === "member_joined_channel" && !botIsMember(world, channel)) return;
  world.dispatch({
    teamId: channel.teamId,
    subscription: type,
    event: {
      type,
      ...who,
      channel: channel.id,
      channel_type: channel.type === "group" ? "G" : "C",
      team: channel.teamId,
      event_ts: world.timestamps.next(),
    } satisfies MemberJoinedChannelEvent | MemberLeftChannelEvent,
  });
}
