import { SlackApiError } from "../http/api-error.ts";
import { createMessage } from "../messages/posting.ts";
import type { ChannelRecord } from "./records.ts";
import type { World } from "./world.ts";

/*
 * Admins say who may post in a channel, and who may answer in its threads; and they lock single threads. Everybody goes on
 * reading, and using what an app shows there.
 */

/** Why somebody, the app included, may not write there, by Slack's word for it; undefined where they may. */
export function whyNotPost(
  { posters, repliers, lockedThreads = [] }: ChannelRecord,
  userId: string,
  threadTs: string | undefined,
): string | undefined {
  const mayPost = posters?.includes(userId) ?? true;
  const mayReply = repliers?.includes(userId) ?? true;
  // Which of its words Slack takes for such a setting is not documented [guess]: the one whose description fits.
  if (!mayPost && !mayReply) return "restricted_action_read_only_channel";
  if (threadTs === undefined) return mayPost ? undefined : "restricted_action_thread_only_channel";
  if (!mayReply) return "restricted_action_non_threadable_channel";
  return lockedThreads.includes(threadTs) ? "restricted_action_thread_locked" : undefined;
}

export function refuseUnlessMayPost(channel: ChannelRecord, userId: string, threadTs?: string): void {
  const why = whyNotPost(channel, userId, threadTs);
  if (why !== undefined) throw new SlackApiError(why);
}

/** These alone may post, and these alone may answer in threads; without a list, everybody. A message there tells of it. */
export function restrictPosting(
  world: World,
  channel: ChannelRecord,
  { posters, repliers }: Pick<ChannelRecord, "posters" | "repliers">,
): void {
  delete channel.posters;
  delete channel.repliers;
  Object.assign(channel, posters && { posters: [...posters] }, repliers && { repliers: [...repliers] });
  world.tell({ type: "channel-updated", teamId: channel.teamId, channelId: channel.id });
  const [actor = ""] = channel.memberIds;
  createMessage(world, channel, {
    userId: actor,
    isFromApp: false,
    text: "changed who can post in this channel.",
    subtype: "channel_posting_permissions",
  });
}

export function lockThread(channel: ChannelRecord, threadTs: string): void {
  channel.lockedThreads = [...(channel.lockedThreads ?? []), threadTs];
}
