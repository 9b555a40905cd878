import { ChannelType } from "discord-api-types/v10";
import { z } from "zod";
import { channelJson, threadMemberJson } from "../payloads/payloads.ts";
import { invalidField, refuse } from "../rest/api-error.ts";
import type { Answer, Call, Route } from "../rest/call.ts";
import { parseForm } from "../rest/form-errors.ts";
import {
  AUTO_ARCHIVE_MINUTES,
  demandOpen,
  isThread,
  joinThread,
  leaveThread,
  threadOf,
} from "../threads/thread-state.ts";
import { activeThreads, createThread } from "../threads/threads.ts";
import { demand, maySee } from "../world/permissions.ts";
import type { ChannelRecord, ThreadChannel } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { isSystem, visibleMessage } from "./messages.ts";
import { channelOf, demandGuild, every, NO_CONTENT, route } from "./route.ts";

const common = {
  name: z.string().trim().min(1).max(100),
  auto_archive_duration: z.literal(AUTO_ARCHIVE_MINUTES).nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
};
/** discord.js sends a `type` with a thread from a message too; it changes nothing there. */
const fromMessageBody = z.object({ ...common, type: z.int().nullish() });
const looseBody = z.object({
  ...common,
  type: z
    .literal([ChannelType.AnnouncementThread, ChannelType.PublicThread, ChannelType.PrivateThread])
    .nullish(),
  invitable: z.boolean().nullish(),
});

export function threadRoutes(world: World): Route[] {
  return [
    route(
      "POST /channels/{channel_id}/messages/{message_id}/threads",
      (call) => ({ status: 201, body: threadJson(world, fromMessage(world, call)) }),
      every(10_000, 10),
    ),
    route(
      "POST /channels/{channel_id}/threads",
      (call) => ({ status: 201, body: threadJson(world, loose(world, call)) }),
      every(10_000, 10),
    ),
    route("GET /guilds/{guild_id}/threads/active", (call) => {
      demandGuild(world, call);
      return listing(
        world,
        activeThreads(world).filter((thread) => maySee(world, world.botUserId, thread)),
        false,
      );
    }),
    route("GET /channels/{channel_id}/threads/archived/public", (call) => archived(world, call, "public")),
    route("GET /channels/{channel_id}/threads/archived/private", (call) => archived(world, call, "private")),
    route("GET /channels/{channel_id}/users/@me/threads/archived/private", (call) =>
      archived(world, call, "joined"),
    ),
    ...memberRoutes(world),
  ];
}

function memberRoutes(world: World): Route[] {
  const path = "/channels/{channel_id}/thread-members";
  const seen = (call: Call) => {
    const thread = threadOf(world, call.param("channel_id"));
    demand(world, world.botUserId, thread);
    return thread;
  };
  return [
    route(`GET ${path}`, (call) => {
      const thread = seen(call);
      return { body: thread.thread.members.map((member) => threadMemberJson(thread, member)) };
    }),
    route(`GET ${path}/{user_id}`, (call) => {
      const thread = seen(call);
      const member = thread.thread.members.find(({ userId }) => userId === call.param("user_id"));
      if (!member) throw refuse.unknownMember();
      return { body: threadMemberJson(thread, member) };
    }),
    route(`PUT ${path}/@me`, (call) => {
      const thread = seen(call);
      demandOpen(thread);
      joinThread(world, thread, world.botUserId);
      return NO_CONTENT;
    }),
    route(`DELETE ${path}/@me`, (call) => {
      const thread = seen(call);
      demandOpen(thread);
      leaveThread(world, thread, world.botUserId);
      return NO_CONTENT;
    }),
    route(`PUT ${path}/{user_id}`, (call) => {
      const thread = seen(call);
      demandOpen(thread);
      demand(world, world.botUserId, thread, "SendMessagesInThreads");
      joinThread(world, thread, world.member(call.param("user_id")).userId);
      return NO_CONTENT;
    }),
    route(`DELETE ${path}/{user_id}`, (call) => {
      const thread = seen(call);
      demandOpen(thread);
      const ownsPrivate =
        thread.type === ChannelType.PrivateThread && thread.thread.ownerId === world.botUserId;
      if (!ownsPrivate) demand(world, world.botUserId, thread, "ManageThreads");
      leaveThread(world, thread, world.member(call.param("user_id")).userId);
      return NO_CONTENT;
    }),
  ];
}

function fromMessage(world: World, call: Call): ThreadChannel {
  const parent = channelOf(world, call);
  demand(world, world.botUserId, parent);
  demandThreadParent(parent);
  demand(world, world.botUserId, parent, "CreatePublicThreads");
  const message = visibleMessage(world, parent, call.param("message_id"));
  const body = parseForm(fromMessageBody, call.body);
  if (isSystem(message)) throw refuse.systemMessage();
  return createThread(world, {
    parent,
    ownerId: world.botUserId,
    name: body.name,
    message,
    type:
      parent.type === ChannelType.GuildAnnouncement
        ? ChannelType.AnnouncementThread
        : ChannelType.PublicThread,
    autoArchiveMinutes: body.auto_archive_duration ?? undefined,
    rateLimitPerUser: body.rate_limit_per_user ?? undefined,
  });
}

/** Without a `type` the thread is private, which surprises everybody once [docs]. */
function loose(world: World, call: Call): ThreadChannel {
  const parent = channelOf(world, call);
  demand(world, world.botUserId, parent);
  demandThreadParent(parent);
  const body = parseForm(looseBody, call.body);
  const type = body.type ?? ChannelType.PrivateThread;
  const isPrivate = type === ChannelType.PrivateThread;
  if (
    parent.type === ChannelType.GuildAnnouncement
      ? type !== ChannelType.AnnouncementThread
      : type === ChannelType.AnnouncementThread
  ) {
    throw invalidField(["type"], "BASE_TYPE_CHOICES", "This kind of thread does not exist in this channel.");
  }
  demand(world, world.botUserId, parent, isPrivate ? "CreatePrivateThreads" : "CreatePublicThreads");
  return createThread(world, {
    parent,
    ownerId: world.botUserId,
    name: body.name,
    type,
    autoArchiveMinutes: body.auto_archive_duration ?? undefined,
    invitable: body.invitable ?? undefined,
    rateLimitPerUser: body.rate_limit_per_user ?? undefined,
  });
}

function demandThreadParent(parent: ChannelRecord): void {
  if (parent.type !== ChannelType.GuildText && parent.type !== ChannelType.GuildAnnouncement)
    throw refuse.wrongChannelType();
}

function archived(world: World, call: Call, which: "public" | "private" | "joined"): Answer {
  const parent = channelOf(world, call);
  demand(world, world.botUserId, parent, "ReadMessageHistory");
  if (which === "private") demand(world, world.botUserId, parent, "ManageThreads");
  const limit = Number(call.query.get("limit") ?? 50);
  const before = call.query.get("before");
  const cut = before === null ? Number.POSITIVE_INFINITY : Date.parse(before);
  const found = world
    .threadsOf(parent.id)
    .filter(isThread)
    .filter((one) => one.thread.archived && (one.type === ChannelType.PrivateThread) === (which !== "public"))
    .filter(
      (one) => which !== "joined" || one.thread.members.some(({ userId }) => userId === world.botUserId),
    )
    .filter((one) => one.thread.archiveChangedAt < cut)
    .sort((left, right) => right.thread.archiveChangedAt - left.thread.archiveChangedAt);
  return listing(world, found.slice(0, limit), found.length > limit);
}

function listing(world: World, threads: readonly ThreadChannel[], hasMore: boolean): Answer {
  const members = threads.flatMap((thread) =>
    thread.thread.members
      .filter(({ userId }) => userId === world.botUserId)
      .map((member) => threadMemberJson(thread, member)),
  );
  return {
    body: { threads: threads.map((thread) => threadJson(world, thread)), members, has_more: hasMore },
  };
}

function threadJson(world: World, thread: ThreadChannel) {
  return channelJson(world, thread);
}
