import { z } from "zod";
import { channelJson } from "../payloads/payloads.ts";
import { refuse } from "../rest/api-error.ts";
import type { Call, Route } from "../rest/call.ts";
import { bitsField, parseForm } from "../rest/form-errors.ts";
import { AUTO_ARCHIVE_MINUTES, announceThread, isThread, setArchived } from "../threads/thread-state.ts";
import { deleteThread, renameThread } from "../threads/threads.ts";
import { deleteChannel, setOverwrite } from "../world/channels.ts";
import { demand, may } from "../world/permissions.ts";
import type { ChannelRecord, ThreadChannel } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { channelOf, every, NO_CONTENT, route } from "./route.ts";

const threadChange = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  archived: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  auto_archive_duration: z.literal(AUTO_ARCHIVE_MINUTES).nullish(),
  invitable: z.boolean().nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  flags: z.int().nullish(),
});
const channelChange = z.object({
  name: z.string().min(1).max(100).optional(),
  topic: z.string().max(1024).nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  position: z.int().nullish(),
  nsfw: z.boolean().nullish(),
  parent_id: z.string().nullish(),
  default_auto_archive_duration: z.literal(AUTO_ARCHIVE_MINUTES).nullish(),
});
const overwriteBody = z.object({
  type: z.union([z.literal(0), z.literal(1)]),
  allow: bitsField.nullish(),
  deny: bitsField.nullish(),
});

export function channelRoutes(world: World): Route[] {
  return [
    route("GET /channels/{channel_id}", (call) => {
      const channel = channelOf(world, call);
      demand(world, world.botUserId, channel);
      return { body: channelJson(world, channel) };
    }),
    route(
      "PATCH /channels/{channel_id}",
      (call) => ({ body: channelJson(world, change(world, call)) }),
      every(10_000, 5),
    ),
    route("DELETE /channels/{channel_id}", (call) => {
      const channel = channelOf(world, call);
      if (!channel.guildId) throw refuse.wrongChannelType();
      demand(world, world.botUserId, channel, channel.thread ? "ManageThreads" : "ManageChannels");
      const gone = channelJson(world, channel);
      if (isThread(channel)) deleteThread(world, channel);
      else deleteChannel(world, channel);
      return { body: gone };
    }),
    route("PUT /channels/{channel_id}/permissions/{overwrite_id}", (call) => {
      const channel = channelOf(world, call);
      demand(world, world.botUserId, channel, "ManageRoles");
      const { type, allow, deny } = parseForm(overwriteBody, call.body);
      setOverwrite(world, channel, {
        id: call.param("overwrite_id"),
        type,
        allow: allow ?? "0",
        deny: deny ?? "0",
      });
      return NO_CONTENT;
    }),
    route("DELETE /channels/{channel_id}/permissions/{overwrite_id}", (call) => {
      const channel = channelOf(world, call);
      demand(world, world.botUserId, channel, "ManageRoles");
      setOverwrite(world, channel, { id: call.param("overwrite_id"), type: 0, allow: "0", deny: "0" });
      return NO_CONTENT;
    }),
  ];
}

function change(world: World, call: Call): ChannelRecord {
  const channel = channelOf(world, call);
  demand(world, world.botUserId, channel);
  if (!channel.guildId) throw refuse.wrongChannelType();
  if (isThread(channel)) return changeThread(world, channel, call);
  demand(world, world.botUserId, channel, "ManageChannels");
  const wanted = parseForm(channelChange, call.body);
  if (wanted.name !== undefined) channel.name = wanted.name.toLowerCase().replaceAll(/\s+/g, "-");
  if (wanted.topic !== undefined) channel.topic = wanted.topic;
  if (wanted.rate_limit_per_user != null) channel.rateLimitPerUser = wanted.rate_limit_per_user;
  world.dispatch({ name: "CHANNEL_UPDATE", data: channelJson(world, channel), channelId: channel.id });
  world.tell({ type: "channel-updated", channelId: channel.id });
  return channel;
}

/** What the thread's own creator may change; locking, and opening what is locked, is for moderators. */
function changeThread(world: World, channel: ThreadChannel, call: Call): ThreadChannel {
  const { botUserId } = world;
  const wanted = parseForm(threadChange, call.body);
  const { thread } = channel;
  const moderates = may(world, botUserId, channel, "ManageThreads");
  const needsModerator = wanted.locked != null || (thread.locked && wanted.archived === false);
  if (!moderates && (needsModerator || thread.ownerId !== botUserId)) throw refuse.missingPermissions();
  // Nothing else of an archived thread can be changed unless the same request opens it.
  const opens = wanted.archived === false;
  if (thread.archived && !opens && wanted.locked == null && wanted.archived !== true)
    throw refuse.archivedThread();

  if (wanted.archived != null) setArchived(world, channel, wanted.archived);
  if (wanted.locked != null) thread.locked = wanted.locked;
  if (wanted.auto_archive_duration) {
    thread.autoArchiveMinutes = wanted.auto_archive_duration;
    thread.activeAt = world.clock.now();
  }
  if (wanted.invitable != null) thread.invitable = wanted.invitable;
  if (wanted.rate_limit_per_user != null) channel.rateLimitPerUser = wanted.rate_limit_per_user;
  if (wanted.name !== undefined) renameThread(world, channel, wanted.name, botUserId);
  announceThread(world, channel);
  return channel;
}
