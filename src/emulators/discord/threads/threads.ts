import { ChannelType, MessageFlags, MessageType } from "discord-api-types/v10";
import { announceMessage, place } from "../messages/posting.ts";
import { channelJson } from "../payloads/payloads.ts";
import { refuse } from "../rest/api-error.ts";
import { hasFlag } from "../wire.ts";
import type { ChannelRecord, MessageRecord, ThreadChannel } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { announceThread, isThread, setArchived } from "./thread-state.ts";

/** Active threads in a guild [docs: 160006 beyond it]. */
const ACTIVE_LIMIT = 1000;
const DEFAULT_ARCHIVE_MINUTES = 4320;

export interface NewThread {
  readonly parent: ChannelRecord;
  readonly ownerId: string;
  readonly name: string;
  readonly type?: number;
  /** The message that it hangs on; the thread then has its id. */
  readonly message?: MessageRecord;
  readonly autoArchiveMinutes?: number | undefined;
  readonly invitable?: boolean | undefined;
  readonly rateLimitPerUser?: number | undefined;
}

export function createThread(world: World, draft: NewThread): ThreadChannel {
  const { parent, ownerId, message } = draft;
  if (message && world.channels.has(message.id)) throw refuse.threadExists();
  if (activeThreads(world).length >= ACTIVE_LIMIT) throw refuse.tooManyThreads();
  const now = world.clock.now();
  const channel: ThreadChannel = {
    id: message?.id ?? world.ids.next(),
    type: draft.type ?? ChannelType.PublicThread,
    ...(parent.guildId && { guildId: parent.guildId }),
    name: draft.name,
    topic: null,
    parentId: parent.id,
    position: 0,
    rateLimitPerUser: draft.rateLimitPerUser ?? parent.rateLimitPerUser,
    overwrites: [],
    lastMessageId: null,
    thread: {
      ownerId,
      archived: false,
      locked: false,
      invitable: draft.invitable ?? true,
      autoArchiveMinutes: draft.autoArchiveMinutes ?? DEFAULT_ARCHIVE_MINUTES,
      archiveChangedAt: now,
      createdAt: now,
      activeAt: now,
      members: [{ userId: ownerId, joinedAt: now }],
      messageCount: 0,
      totalMessageSent: 0,
    },
  };
  world.channels.set(channel.id, channel);
  world.dispatch({
    name: "THREAD_CREATE",
    data: { ...channelJson(world, channel), newly_created: true },
    channelId: channel.id,
  });
  world.tell({ type: "thread-created", channelId: channel.id, parentId: parent.id });
  announceStart(world, channel, draft);
  return channel;
}

/** On a message the thread shows as a flag and begins with a pointer to it; without one the parent gets a line. */
function announceStart(world: World, channel: ThreadChannel, { parent, ownerId, message }: NewThread): void {
  if (message) {
    message.flags |= MessageFlags.HasThread;
    announceMessage(world, message);
    const starter = { messageId: message.id, channelId: parent.id };
    place(
      world,
      channel,
      systemMessage(world, channel, ownerId, MessageType.ThreadStarterMessage, { reference: starter }),
    );
    return;
  }
  if (channel.type === ChannelType.PrivateThread) return;
  const line = systemMessage(world, parent, ownerId, MessageType.ThreadCreated, {
    content: channel.name,
    reference: { channelId: channel.id },
  });
  place(world, parent, line);
}

function systemMessage(
  world: World,
  channel: ChannelRecord,
  authorId: string,
  type: number,
  fields: Partial<MessageRecord>,
): MessageRecord {
  return {
    id: world.ids.next(),
    channelId: channel.id,
    authorId,
    type,
    content: "",
    createdAt: world.clock.now(),
    editedAt: null,
    flags: 0,
    tts: false,
    pinned: false,
    embeds: [],
    components: [],
    attachments: [],
    mentionIds: [],
    mentionRoleIds: [],
    mentionEveryone: false,
    reactions: [],
    ...fields,
  };
}

export function renameThread(world: World, channel: ThreadChannel, name: string, byUserId: string): void {
  if (channel.name === name) return;
  channel.name = name;
  place(
    world,
    channel,
    systemMessage(world, channel, byUserId, MessageType.ChannelNameChange, { content: name }),
  );
}

export function deleteThread(world: World, channel: ThreadChannel): void {
  for (const message of world.messagesIn(channel.id)) world.removeMessage(message);
  const { id, guildId, parentId, type } = channel;
  world.dispatch({
    name: "THREAD_DELETE",
    data: { id, guild_id: guildId, parent_id: parentId, type },
    channelId: channel.id,
  });
  world.channels.delete(id);
  const starter = world.messages.get(id);
  if (starter && hasFlag(starter.flags, MessageFlags.HasThread)) {
    starter.flags &= ~MessageFlags.HasThread;
    announceMessage(world, starter);
  }
  world.tell({ type: "thread-deleted", channelId: id, parentId: parentId ?? "" });
}

export function activeThreads(world: World): ThreadChannel[] {
  return [...world.channels.values()].filter(isThread).filter(({ thread }) => !thread.archived);
}

/** Archives what has been quiet for its whole duration, and says when the next one will be due. */
export function archiveQuietThreads(world: World): number | undefined {
  const now = world.clock.now();
  for (const channel of activeThreads(world)) {
    if (dueAt(channel) > now) continue;
    setArchived(world, channel, true);
    announceThread(world, channel);
  }
  const due = activeThreads(world).map(dueAt);
  return due.length > 0 ? Math.min(...due) : undefined;
}

function dueAt({ thread }: ThreadChannel): number {
  return thread.activeAt + thread.autoArchiveMinutes * 60_000;
}
