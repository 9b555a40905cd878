/**
 * What the sandbox's Slack remembers, as it lies in memory and in a snapshot. Times are milliseconds since 1970, `ts`
 * are Slack's own. What goes over the wire is made from these in the *-json.ts files.
 */
import { z } from "zod";

const id = z.string();
const json = z.record(z.string(), z.json());

const teamRecord = z.object({ id, name: z.string(), domain: z.string() });
export type TeamRecord = z.infer<typeof teamRecord>;

const userRecord = z.object({
  id,
  teamId: id,
  /** In lower case, without spaces. */
  name: z.string(),
  displayName: z.string(),
  isBot: z.boolean(),
  isAdmin: z.boolean(),
  isOwner: z.boolean(),
  /** In several channels, or in a single one; absent: a member. */
  guest: z.enum(["multi", "single"]).optional(),
});
export type UserRecord = z.infer<typeof userRecord>;

const channelRecord = z.object({
  id,
  teamId: id,
  /** A DM is an "im", a private channel a "group". */
  type: z.enum(["channel", "group", "im", "mpim"]),
  name: z.string(),
  topic: z.string(),
  creatorId: id,
  createdAt: z.number(),
  isArchived: z.boolean(),
  memberIds: z.array(id),
  /** Other companies that read it by Slack Connect, and those that were invited to. */
  sharedWith: z.array(id).optional(),
  invited: z.array(id).optional(),
  isOrgShared: z.boolean().optional(),
  /** Who alone may post, and who alone may answer in threads; absent: every member. */
  posters: z.array(id).optional(),
  repliers: z.array(id).optional(),
  /** The roots of threads in which nobody may answer. */
  lockedThreads: z.array(z.string()).optional(),
});
export type ChannelRecord = z.infer<typeof channelRecord>;

export const taskRecord = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(["pending", "in_progress", "complete", "error"]),
  details: z.string().optional(),
  output: z.string().optional(),
  sources: z.array(z.object({ url: z.string(), text: z.string() })).optional(),
});
export type TaskRecord = z.infer<typeof taskRecord>;

/** What was streamed into a message, in the order in which it came: text runs, and each task where it began. */
const streamRecord = z.object({
  state: z.enum(["in_progress", "completed", "errored"]),
  startedAt: z.number(),
  recipientUserId: id.optional(),
  taskDisplayMode: z.enum(["timeline", "plan"]),
  planTitle: z.string().optional(),
  parts: z.array(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("text"), text: z.string() }),
      z.object({ type: z.literal("task"), taskId: z.string() }),
      z.object({ type: z.literal("blocks"), blocks: z.array(json) }),
    ]),
  ),
  tasks: z.array(taskRecord),
});
export type StreamRecord = z.infer<typeof streamRecord>;

const fileRecord = z.object({
  id,
  teamId: id,
  userId: id,
  name: z.string(),
  title: z.string(),
  mimetype: z.string(),
  size: z.number(),
  createdAt: z.number(),
  /** False between files.getUploadURLExternal and its completion. */
  isComplete: z.boolean(),
  isUploaded: z.boolean(),
  channelIds: z.array(id),
});
export type FileRecord = z.infer<typeof fileRecord>;

const messageRecord = z.object({
  channelId: id,
  ts: z.string(),
  /** The root of the thread it is in. A root itself has none here; on the wire it gets one with its first reply. */
  threadTs: z.string().optional(),
  userId: id,
  /** Posted by the app. */
  isFromApp: z.boolean(),
  text: z.string(),
  /** Text that is Markdown, not mrkdwn: the app passed `markdown_text`. */
  markdown: z.string().optional(),
  /** As the app gave them, each with a block_id. */
  blocks: z.array(json),
  attachments: z.array(json),
  metadata: json.optional(),
  username: z.string().optional(),
  iconEmoji: z.string().optional(),
  iconUrl: z.string().optional(),
  mrkdwn: z.boolean(),
  /** A reply that is shown in the channel too. */
  isBroadcast: z.boolean(),
  subtype: z
    .enum([
      "file_share",
      "me_message",
      "channel_join",
      "channel_leave",
      "channel_convert_to_private",
      "channel_convert_to_public",
      "channel_posting_permissions",
    ])
    .optional(),
  fileIds: z.array(id),
  clientMsgId: z.string().optional(),
  edited: z.object({ userId: id, ts: z.string() }).optional(),
  reactions: z.array(z.object({ name: z.string(), userIds: z.array(id) })),
  ephemeralFor: id.optional(),
  isPinned: z.boolean().optional(),
  stream: streamRecord.optional(),
});
export type MessageRecord = z.infer<typeof messageRecord>;

/** The app in one workspace. */
const installationRecord = z.object({
  teamId: id,
  botUserId: id,
  botId: id,
  botToken: z.string(),
  refreshToken: z.string().optional(),
  expiresAt: z.number().optional(),
  installerId: id,
  scopes: z.array(z.string()),
  /** Why the token no longer works. */
  state: z.enum(["active", "revoked", "uninstalled"]),
});
export type InstallationRecord = z.infer<typeof installationRecord>;

export const sessionStatus = z.enum(["active", "processing", "suspended", "closed"]);

const sessionRecord = z.object({
  channelId: id,
  threadTs: z.string(),
  status: sessionStatus,
  title: z.string().optional(),
  initiatorId: id.optional(),
  username: z.string().optional(),
  iconEmoji: z.string().optional(),
  iconUrl: z.string().optional(),
});
export type SessionRecord = z.infer<typeof sessionRecord>;

/** "… is thinking": the line under a thread. */
const statusRecord = z.object({
  channelId: id,
  threadTs: z.string(),
  status: z.string(),
  loadingMessages: z.array(z.string()),
  username: z.string().optional(),
  iconEmoji: z.string().optional(),
  iconUrl: z.string().optional(),
  setAt: z.number(),
});
export type StatusRecord = z.infer<typeof statusRecord>;

const promptsRecord = z.object({
  channelId: id,
  title: z.string().optional(),
  prompts: z.array(z.object({ title: z.string(), message: z.string() })),
});
export type PromptsRecord = z.infer<typeof promptsRecord>;

/** A modal or a Home tab. `definition` is what the app sent, with block_ids filled in. */
const surfaceRecord = z.object({
  id,
  teamId: id,
  userId: id,
  type: z.enum(["modal", "home"]),
  definition: json,
  hash: z.string(),
  rootId: id,
  previousId: id.optional(),
  externalId: z.string().optional(),
  /** What its elements hold, by block_id and action_id. */
  values: z.record(z.string(), z.record(z.string(), json)),
});
export type SurfaceRecord = z.infer<typeof surfaceRecord>;

const responseUrlRecord = z.object({
  id,
  channelId: id,
  userId: id,
  createdAt: z.number(),
  used: z.number(),
  /** The message that a button was on. */
  sourceTs: z.string().optional(),
  interactionId: id.optional(),
});
export type ResponseUrlRecord = z.infer<typeof responseUrlRecord>;

export const snapshotRecord = z.object({
  version: z.literal(1),
  lastId: z.number(),
  lastTs: z.number(),
  appId: id,
  teams: z.array(teamRecord),
  users: z.array(userRecord),
  channels: z.array(channelRecord),
  messages: z.array(messageRecord),
  installations: z.array(installationRecord),
  sessions: z.array(sessionRecord),
  prompts: z.array(promptsRecord),
  homes: z.array(surfaceRecord),
  responseUrls: z.array(responseUrlRecord),
  files: z.array(fileRecord),
  /** The bytes of files, base64, by file id. */
  contents: z.record(z.string(), z.string()),
});
export type SnapshotRecord = z.infer<typeof snapshotRecord>;
