import { SlackApiError } from "../http/api-error.ts";
import { refuseUnlessMayPost } from "./posting-rights.ts";
import type { ChannelRecord, InstallationRecord, MessageRecord } from "./records.ts";
import { botIsMember, openDm } from "./workspaces.ts";
import type { World } from "./world.ts";

/** A channel that the app may know of: public, or one it is in. Those of other workspaces are unknown. */
export function knownChannel(world: World, caller: InstallationRecord, id: string): ChannelRecord {
  const channel = world.channels.get(id);
  const isKnown =
    channel?.teamId === caller.teamId && (channel.type === "channel" || botIsMember(world, channel));
  if (!channel || !isKnown) throw new SlackApiError("channel_not_found");
  return channel;
}

/** Where the app is a member, to read. */
export function memberChannel(world: World, caller: InstallationRecord, id: string): ChannelRecord {
  const channel = knownChannel(world, caller, id);
  if (!botIsMember(world, channel)) throw new SlackApiError("not_in_channel");
  return channel;
}

/** Where the app may post, or answer in this thread. The id of a person stands for the DM with them. */
export function postingChannel(
  world: World,
  caller: InstallationRecord,
  id: string,
  threadTs?: string,
): ChannelRecord {
  const user = world.users.get(id);
  if (user?.teamId === caller.teamId && !user.isBot) return openDm(world, user.id, caller.teamId);
  const channel = knownChannel(world, caller, id);
  if (channel.isArchived) throw new SlackApiError("is_archived");
  const mayPost = botIsMember(world, channel) || caller.scopes.includes("chat:write.public");
  if (!mayPost) throw new SlackApiError("not_in_channel");
  refuseUnlessMayPost(channel, caller.botUserId, threadTs);
  return channel;
}

/** The id of a channel that is named, `#general` or `general`: posts alone may do so. What is no name is handed back. */
export function idOfNamed(world: World, caller: InstallationRecord, asked: string): string {
  const name = asked.replace(/^#/, "");
  const isNamed = (one: ChannelRecord) =>
    one.name === name && (one.type === "channel" || one.type === "group");
  return world.channelsOf(caller.teamId).find(isNamed)?.id ?? asked;
}

/** The root of the thread that an answer belongs to. */
export function checkThread(world: World, channel: ChannelRecord, threadTs: string): MessageRecord {
  const root = world.message(channel.id, threadTs);
  // Slack names neither error for a post [guess]; what it does with such a ts is not what anybody wants.
  if (!root) throw new SlackApiError("thread_not_found");
  if (root.threadTs !== undefined) throw new SlackApiError("cannot_reply_to_message");
  return root;
}
