/**
 * What the sandbox's Discord remembers, as it lies in memory and in a snapshot. Ids are snowflakes, times are
 * milliseconds since 1970. What goes over the wire is made from these in payloads.ts.
 */
import { z } from "zod";

const id = z.string();
const json = z.record(z.string(), z.json());

const userRecord = z.object({
  id,
  username: z.string(),
  globalName: z.string().nullable(),
  bot: z.boolean(),
  /** Closed to direct messages from the bot: 50007. */
  closedDms: z.boolean(),
});
export type UserRecord = z.infer<typeof userRecord>;

const roleRecord = z.object({
  id,
  name: z.string(),
  permissions: z.string(),
  position: z.number(),
  color: z.number(),
  mentionable: z.boolean(),
  /** The bot whose own, managed role this is. */
  botId: id.optional(),
});
export type RoleRecord = z.infer<typeof roleRecord>;

const memberRecord = z.object({
  userId: id,
  nick: z.string().nullable(),
  roles: z.array(id),
  joinedAt: z.number(),
});
export type MemberRecord = z.infer<typeof memberRecord>;

const guildRecord = z.object({
  id,
  name: z.string(),
  ownerId: id,
  /** False once the bot was removed from it. */
  botIsMember: z.boolean(),
});
export type GuildRecord = z.infer<typeof guildRecord>;

const overwriteRecord = z.object({
  id,
  /** 0 for a role, 1 for a member. */
  type: z.union([z.literal(0), z.literal(1)]),
  allow: z.string(),
  deny: z.string(),
});
export type OverwriteRecord = z.infer<typeof overwriteRecord>;

const threadRecord = z.object({
  ownerId: id,
  archived: z.boolean(),
  locked: z.boolean(),
  invitable: z.boolean(),
  autoArchiveMinutes: z.number(),
  archiveChangedAt: z.number(),
  createdAt: z.number(),
  /** The last message, unarchiving or change of duration: auto-archive counts from here. */
  activeAt: z.number(),
  members: z.array(z.object({ userId: id, joinedAt: z.number() })),
  messageCount: z.number(),
  totalMessageSent: z.number(),
});
export type ThreadRecord = z.infer<typeof threadRecord>;

const channelRecord = z.object({
  id,
  type: z.number(),
  /** Absent in a DM. */
  guildId: id.optional(),
  name: z.string(),
  topic: z.string().nullable(),
  parentId: id.nullable(),
  position: z.number(),
  rateLimitPerUser: z.number(),
  overwrites: z.array(overwriteRecord),
  lastMessageId: id.nullable(),
  /** The person on the other side of a DM. */
  recipientId: id.optional(),
  thread: threadRecord.optional(),
});
export type ChannelRecord = z.infer<typeof channelRecord>;
/** A channel that is known to be a thread. */
export type ThreadChannel = ChannelRecord & { thread: ThreadRecord };

const attachmentRecord = z.object({
  id,
  filename: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  size: z.number(),
  contentType: z.string(),
});
export type AttachmentRecord = z.infer<typeof attachmentRecord>;

const reactionRecord = z.object({
  emojiId: id.nullable(),
  emojiName: z.string(),
  userIds: z.array(id),
});
export type ReactionRecord = z.infer<typeof reactionRecord>;

/** Which interaction a message answers; shown above it as "Alice used /chat". */
const originRecord = z.object({
  interactionId: id,
  type: z.number(),
  userId: id,
  /** The command's name, as in "persona list". */
  name: z.string().optional(),
  originalMessageId: id.optional(),
  interactedMessageId: id.optional(),
  targetMessageId: id.optional(),
  /** The interaction that opened the modal whose submission this is. */
  triggerId: id.optional(),
  triggerType: z.number().optional(),
});
export type OriginRecord = z.infer<typeof originRecord>;

const messageRecord = z.object({
  id,
  channelId: id,
  authorId: id,
  /** A webhook's message shows this name and face instead of a user's. */
  webhook: z.object({ name: z.string(), avatarUrl: z.string().nullable() }).optional(),
  webhookId: id.optional(),
  applicationId: id.optional(),
  type: z.number(),
  content: z.string(),
  createdAt: z.number(),
  editedAt: z.number().nullable(),
  flags: z.number(),
  tts: z.boolean(),
  pinned: z.boolean(),
  embeds: z.array(json),
  components: z.array(json),
  attachments: z.array(attachmentRecord),
  mentionIds: z.array(id),
  mentionRoleIds: z.array(id),
  mentionEveryone: z.boolean(),
  reference: z.object({ messageId: id.optional(), channelId: id }).optional(),
  nonce: z.union([z.string(), z.number()]).optional(),
  origin: originRecord.optional(),
  reactions: z.array(reactionRecord),
  /** An ephemeral message is there for this person and for nobody else. */
  ephemeralFor: id.optional(),
  /** Messages of a thread are numbered. */
  position: z.number().optional(),
});
export type MessageRecord = z.infer<typeof messageRecord>;

const webhookRecord = z.object({
  id,
  token: z.string(),
  name: z.string(),
  avatar: z.string().nullable(),
  channelId: id,
  guildId: id,
  creatorId: id,
  /** Null for one that a person made by hand. */
  applicationId: id.nullable(),
});
export type WebhookRecord = z.infer<typeof webhookRecord>;

const commandRecord = z.object({
  id,
  /** Absent for a global command. */
  guildId: id.optional(),
  version: id,
  type: z.number(),
  name: z.string(),
  /** The command as it was registered, with defaults filled in. */
  definition: json,
});
export type CommandRecord = z.infer<typeof commandRecord>;

const interactionRecord = z.object({
  id,
  token: z.string(),
  type: z.number(),
  userId: id,
  channelId: id,
  createdAt: z.number(),
  /** The type of the first callback, once there was one. */
  acknowledged: z.number().optional(),
  /** Deferred, and no answer came yet. */
  loading: z.boolean(),
  originalId: id.optional(),
  /** The message of the pressed component, or the one whose component opened this modal. */
  sourceMessageId: id.optional(),
  origin: originRecord,
  modal: json.optional(),
  choices: z.array(json).optional(),
});
export type InteractionRecord = z.infer<typeof interactionRecord>;

export const snapshotRecord = z.object({
  version: z.literal(1),
  lastId: z.string(),
  applicationId: id,
  botUserId: id,
  guild: guildRecord,
  users: z.array(userRecord),
  roles: z.array(roleRecord),
  members: z.array(memberRecord),
  channels: z.array(channelRecord),
  messages: z.array(messageRecord),
  webhooks: z.array(webhookRecord),
  commands: z.array(commandRecord),
  commandCreates: z.array(z.object({ scope: z.string(), at: z.number() })),
  interactions: z.array(interactionRecord),
  /** The bytes of attachments, base64, by attachment id. */
  files: z.record(z.string(), z.string()),
});
export type SnapshotRecord = z.infer<typeof snapshotRecord>;
