/** What a client shows: the sandbox's page draws these, and tests read them. Each is a picture of one moment. */

import { canBeStopped, sessionIn } from "../messages/agent-sessions.ts";
import { pingsIn } from "../messages/rich-text.ts";
import { statusOf } from "../messages/thread-status.ts";
import { privateUrl } from "../payloads/file-json.ts";
import { blocksOf, textOf } from "../payloads/message-json.ts";
import { blocksIn } from "../surfaces/element-values.ts";
import { type JsonObject, stringIn, textIn } from "../wire.ts";
import { maySee } from "../world/openness.ts";
import type { ChannelRecord, MessageRecord, SurfaceRecord, TaskRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

interface AuthorView {
  readonly id: string;
  /** A name of its own, if the message has one. */
  readonly name: string;
  readonly iconEmoji: string | undefined;
  readonly iconUrl: string | undefined;
  readonly isApp: boolean;
}

interface FileView {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly size: number;
  /** Only with a bot token. */
  readonly privateUrl: string;
}

interface ThreadView {
  readonly replyCount: number;
  readonly replyUserIds: readonly string[];
  readonly latestReplyTs: string | undefined;
  /** "is thinking…", while it lasts. */
  readonly status: StatusView | undefined;
  readonly session: SessionView | undefined;
}

interface StatusView {
  readonly text: string;
  readonly loadingMessages: readonly string[];
  readonly username: string | undefined;
  readonly iconEmoji: string | undefined;
  readonly iconUrl: string | undefined;
}

interface SessionView {
  readonly status: "active" | "processing" | "suspended" | "closed";
  readonly title: string | undefined;
  readonly username: string | undefined;
  readonly iconEmoji: string | undefined;
  readonly iconUrl: string | undefined;
  /** The Stop button is there. */
  readonly canBeStopped: boolean;
}

interface StreamView {
  readonly state: "in_progress" | "completed" | "errored";
  readonly planTitle: string | undefined;
  readonly tasks: readonly Readonly<TaskRecord>[];
}

export interface MessageView {
  readonly channelId: string;
  readonly ts: string;
  /** The root of the thread it answers in. */
  readonly threadTs: string | undefined;
  readonly isBroadcast: boolean;
  readonly author: AuthorView;
  readonly text: string;
  /** What is drawn: the app's own blocks, those of a stream, or those that Slack makes of the text. */
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly metadata: JsonObject | undefined;
  readonly subtype: string | undefined;
  readonly ephemeral: boolean;
  /** Only this person sees it. */
  readonly visibleTo: string | undefined;
  readonly edited: boolean;
  readonly stream: StreamView | undefined;
  readonly reactions: readonly { readonly name: string; readonly userIds: readonly string[] }[];
  readonly files: readonly FileView[];
  /** Whom it pings, by its text and blocks. */
  readonly pings: { readonly userIds: readonly string[]; readonly broadcast: boolean };
  /** Of a root: what its chip and its pane show. A root without answers has one too. */
  readonly thread: ThreadView | undefined;
  readonly createdAt: number;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly kind: "channel" | "private" | "dm" | "group-dm";
  readonly topic: string;
  readonly isArchived: boolean;
  readonly memberIds: readonly string[];
  /** The workspace that it belongs to, and those whose people come into it by Slack Connect. */
  readonly teamId: string;
  readonly sharedWith: readonly string[];
  /** Of a DM with the app: what its Messages tab offers. */
  readonly prompts:
    | {
        readonly title: string | undefined;
        readonly prompts: readonly { readonly title: string; readonly message: string }[];
      }
    | undefined;
}

export function messageView(world: World, message: MessageRecord): MessageView {
  const blocks = structuredClone(blocksOf(message));
  const text = textOf(message);
  return {
    channelId: message.channelId,
    ts: message.ts,
    threadTs: message.threadTs,
    isBroadcast: message.isBroadcast,
    author: authorView(world, message),
    text,
    blocks,
    attachments: structuredClone(message.attachments),
    metadata: structuredClone(message.metadata),
    subtype: message.subtype,
    ephemeral: message.ephemeralFor !== undefined,
    visibleTo: message.ephemeralFor,
    edited: message.edited !== undefined,
    stream: message.stream && {
      state: message.stream.state,
      planTitle: message.stream.planTitle,
      tasks: structuredClone(message.stream.tasks),
    },
    reactions: structuredClone(message.reactions),
    files: message.fileIds.flatMap((id) => {
      const file = world.files.get(id);
      return file ? [{ ...file, privateUrl: privateUrl(world, file) }] : [];
    }),
    pings: pingsIn([text, ...message.blocks.map((block) => JSON.stringify(block))].join("\n")),
    thread: message.threadTs === undefined ? threadView(world, message) : undefined,
    createdAt: Math.floor(Number(message.ts) * 1000),
  };
}

function authorView(world: World, message: MessageRecord): AuthorView {
  const user = world.users.get(message.userId);
  const session = sessionIn(world, message.channelId, message.threadTs ?? message.ts);
  // The name of an agent's session covers what is posted in it without one.
  const sticky = message.isFromApp ? session : undefined;
  return {
    id: message.userId,
    name: message.username ?? sticky?.username ?? user?.displayName ?? message.userId,
    iconEmoji: message.iconEmoji ?? sticky?.iconEmoji,
    iconUrl: message.iconUrl ?? sticky?.iconUrl,
    isApp: message.isFromApp,
  };
}

function threadView(world: World, { channelId, ts }: MessageRecord): ThreadView {
  const replies = world.repliesTo(channelId, ts);
  const session = sessionIn(world, channelId, ts);
  const status = statusOf(world, channelId, ts);
  return {
    replyCount: replies.length,
    replyUserIds: [...new Set(replies.map(({ userId }) => userId))],
    latestReplyTs: replies.at(-1)?.ts,
    status: status && {
      text: status.status,
      loadingMessages: status.loadingMessages,
      username: status.username,
      iconEmoji: status.iconEmoji,
      iconUrl: status.iconUrl,
    },
    session: session && {
      status: session.status,
      title: session.title,
      username: session.username,
      iconEmoji: session.iconEmoji,
      iconUrl: session.iconUrl,
      canBeStopped: canBeStopped(world, session),
    },
  };
}

const KINDS = { channel: "channel", group: "private", im: "dm", mpim: "group-dm" } as const;

export function channelView(world: World, channel: ChannelRecord): ChannelView {
  return {
    id: channel.id,
    name: channel.name,
    kind: KINDS[channel.type],
    topic: channel.topic,
    isArchived: channel.isArchived,
    memberIds: [...channel.memberIds],
    teamId: channel.teamId,
    sharedWith: [...(channel.sharedWith ?? [])],
    prompts: channel.type === "im" ? promptsView(world, channel.id) : undefined,
  };
}

/** Those that the app set, or those of its settings. */
function promptsView(world: World, channelId: string): ChannelView["prompts"] {
  const set = world.prompts.get(channelId);
  if (set) return { title: set.title, prompts: set.prompts };
  const prompts = world.config.agent?.prompts ?? [];
  return prompts.length > 0 ? { title: undefined, prompts } : undefined;
}

/** A modal or a Home tab as its person sees it. */
export interface SurfaceView {
  readonly id: string;
  readonly type: "modal" | "home";
  readonly callbackId: string;
  readonly privateMetadata: string;
  readonly title: string | undefined;
  readonly submit: string | undefined;
  readonly close: string | undefined;
  readonly blocks: readonly JsonObject[];
  /** What its elements hold, by block_id and action_id. */
  readonly values: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly hash: string;
}

export function surfaceView(surface: SurfaceRecord): SurfaceView {
  const { definition } = surface;
  return {
    id: surface.id,
    type: surface.type,
    callbackId: stringIn(definition.callback_id) ?? "",
    privateMetadata: stringIn(definition.private_metadata) ?? "",
    title: textIn(definition.title),
    submit: textIn(definition.submit),
    close: textIn(definition.close),
    blocks: structuredClone(blocksIn(definition)),
    values: structuredClone(surface.values),
    hash: surface.hash,
  };
}

/**
 * The messages of a channel as one person sees them, oldest first; without a person, what everyone sees. With a
 * thread its root and its answers, otherwise what stands in the channel itself.
 */
export function messagesFor(
  world: World,
  channelId: string,
  options: { readonly viewerId?: string | undefined; readonly threadTs?: string | undefined } = {},
): MessageView[] {
  const { viewerId, threadTs } = options;
  const channel = world.channels.get(channelId);
  if (!channel || (viewerId !== undefined && !maySee(world, channel, viewerId))) return [];
  return world
    .messagesIn(channelId)
    .filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === viewerId)
    .filter((message) =>
      threadTs === undefined
        ? message.threadTs === undefined || message.isBroadcast
        : message.ts === threadTs || message.threadTs === threadTs,
    )
    .map((message) => messageView(world, message));
}
