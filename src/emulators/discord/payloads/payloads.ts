/**
 * What Discord sends, made from what the sandbox remembers. Where Discord omits a field it is omitted here too:
 * discord.js breaks on `null` for `thread`, `components`, `embeds` and `install_params`.
 */
import { createHash } from "node:crypto";
import {
  type APIAttachment,
  type APIDMChannel,
  type APIGuild,
  type APIGuildMember,
  type APIRole,
  type APITextChannel,
  type APIThreadChannel,
  type APIThreadMember,
  type APIUser,
  type APIWebhook,
  ChannelFlags,
  ChannelType,
  Locale,
} from "discord-api-types/v10";
import { signedUrl } from "../messages/cdn.ts";
import { NO_FLAGS, type Sent } from "../wire.ts";
import { channelPermissions, maySee, permissionBits } from "../world/permissions.ts";
import type {
  AttachmentRecord,
  ChannelRecord,
  GuildRecord,
  MemberRecord,
  RoleRecord,
  ThreadRecord,
  UserRecord,
  WebhookRecord,
} from "../world/records.ts";
import type { World } from "../world/world.ts";

export const isoTime = (ms: number) => new Date(ms).toISOString().replace("Z", "000+00:00");

/** Avatars are known by the hash of their picture. */
export const avatarHash = (source: string) => createHash("md5").update(source).digest("hex");

export function userJson(user: UserRecord): Sent<APIUser> {
  return {
    id: user.id,
    username: user.username,
    avatar: null,
    discriminator: user.bot ? "0001" : "0",
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    banner: null,
    accent_color: null,
    global_name: user.globalName,
    avatar_decoration_data: null,
    collectibles: null,
    display_name_styles: null,
    primary_guild: null,
    ...(user.bot && { bot: true }),
  };
}

type MemberJson = Sent<Omit<APIGuildMember, "user">>;

/** A member as it stands beside a `user`, or with its own when `user` is given. */
export function memberJson(member: MemberRecord, user: UserRecord): Sent<APIGuildMember>;
export function memberJson(member: MemberRecord): MemberJson;
export function memberJson(member: MemberRecord, user?: UserRecord): MemberJson {
  return {
    avatar: null,
    banner: null,
    communication_disabled_until: null,
    flags: NO_FLAGS,
    joined_at: isoTime(member.joinedAt),
    nick: member.nick,
    pending: false,
    premium_since: null,
    roles: member.roles,
    ...(user && { user: { ...userJson(user), bot: user.bot } }),
    mute: false,
    deaf: false,
  };
}

export function roleJson(role: RoleRecord): Sent<APIRole> {
  return {
    id: role.id,
    name: role.name,
    description: null,
    permissions: role.permissions,
    position: role.position,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: role.botId !== undefined,
    mentionable: role.mentionable,
    icon: null,
    unicode_emoji: null,
    ...(role.botId && { tags: { bot_id: role.botId } }),
    flags: NO_FLAGS,
  };
}

type OfType<Channel> = Sent<Omit<Channel, "type"> & Pick<ChannelRecord, "type">>;
type DirectChannelJson = OfType<Omit<APIDMChannel, "name">>;
/** By which kind of channel it is: its types name one each. */
type GuildChannelJson = OfType<Omit<APITextChannel, "guild_id"> | Partial<APIThreadChannel>>;
/** Null where the types know a number alone [docs]. */
type HiddenChannelJson = OfType<Omit<APITextChannel, "guild_id" | "nsfw" | "rate_limit_per_user">>;

/** A channel, thread or DM as the gateway and REST show it to the bot: what it may not view is hidden in it. */
export function channelJson(
  world: World,
  channel: ChannelRecord,
): DirectChannelJson | GuildChannelJson | HiddenChannelJson {
  const isHidden =
    channel.guildId !== undefined && !channel.thread && !maySee(world, world.botUserId, channel);
  return isHidden ? hiddenChannelJson(channel) : wholeChannelJson(world, channel);
}

/** Such a channel still comes, with its id and type, and with an overwrite that it does not really have [docs]. */
function hiddenChannelJson({ id, type, guildId = "", position }: ChannelRecord): HiddenChannelJson {
  const everyone = { id: guildId, type: 0, allow: "0", deny: permissionBits("ViewChannel").toString() };
  return {
    id,
    type,
    guild_id: guildId,
    name: "___hidden___",
    position,
    flags: ChannelFlags.ChannelObfuscated,
    last_message_id: null,
    parent_id: null,
    topic: null,
    rate_limit_per_user: null,
    nsfw: null,
    permission_overwrites: [everyone],
  };
}

function wholeChannelJson(world: World, channel: ChannelRecord): DirectChannelJson | GuildChannelJson {
  if (channel.type === ChannelType.DM) {
    return {
      id: channel.id,
      type: channel.type,
      last_message_id: channel.lastMessageId,
      flags: NO_FLAGS,
      recipients: [userJson(world.user(channel.recipientId ?? ""))],
    };
  }
  const common = {
    id: channel.id,
    type: channel.type,
    last_message_id: channel.lastMessageId,
    flags: NO_FLAGS,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId,
    rate_limit_per_user: channel.rateLimitPerUser,
  };
  if (channel.thread) return { ...common, ...threadFields(world, channel, channel.thread) };
  return {
    ...common,
    topic: channel.topic,
    position: channel.position,
    permission_overwrites: channel.overwrites,
    nsfw: false,
  };
}

function threadFields(
  world: World,
  channel: ChannelRecord,
  thread: ThreadRecord,
): Sent<Partial<APIThreadChannel>> {
  const own = thread.members.find(({ userId }) => userId === world.botUserId);
  return {
    owner_id: thread.ownerId,
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: isoTime(thread.archiveChangedAt),
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: isoTime(thread.createdAt),
      ...(channel.type === ChannelType.PrivateThread && { invitable: thread.invitable }),
    },
    message_count: thread.messageCount,
    member_count: thread.members.length,
    total_message_sent: thread.totalMessageSent,
    ...(own && { member: threadMemberJson(channel, own) }),
  };
}

export function threadMemberJson(
  channel: ChannelRecord,
  member: ThreadRecord["members"][number],
): Sent<APIThreadMember> {
  return {
    id: channel.id,
    user_id: member.userId,
    join_timestamp: isoTime(member.joinedAt),
    flags: NO_FLAGS,
  };
}

/** A channel inside an interaction: with what the person who acts may do there. */
export function interactionChannelJson(
  world: World,
  channel: ChannelRecord,
  userId: string,
): ReturnType<typeof wholeChannelJson> & { readonly permissions: string } {
  return {
    ...wholeChannelJson(world, channel),
    permissions: channelPermissions(world, userId, channel).toString(),
  };
}

export function webhookJson(world: World, webhook: WebhookRecord): Sent<APIWebhook> {
  const own = webhook.applicationId === world.applicationId;
  return {
    id: webhook.id,
    type: 1,
    name: webhook.name,
    avatar: webhook.avatar,
    channel_id: webhook.channelId,
    guild_id: webhook.guildId,
    application_id: webhook.applicationId,
    user: userJson(world.user(webhook.creatorId)),
    // The tokens of others' webhooks stay hidden from the bot.
    ...(own && {
      token: webhook.token,
      url: `${world.baseUrl}/api/webhooks/${webhook.id}/${webhook.token}`,
    }),
  };
}

export function attachmentJson(
  world: World,
  channelId: string,
  attachment: AttachmentRecord,
): Sent<APIAttachment> {
  const url = signedUrl(world, channelId, attachment);
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.size,
    url,
    proxy_url: url,
    content_type: attachment.contentType,
    content_scan_version: 0,
    ...(attachment.title !== undefined && { title: attachment.title }),
    ...(attachment.description !== undefined && { description: attachment.description }),
  };
}

/** The fields of a guild that GET /guilds/{id} and GUILD_CREATE share. */
export function guildJson(world: World, guild: GuildRecord): Sent<Omit<APIGuild, "hub_type">> {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: guild.ownerId,
    application_id: null,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: NO_FLAGS,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: [...world.roles.values()].map(roleJson),
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: Locale.EnglishUS,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
  };
}
