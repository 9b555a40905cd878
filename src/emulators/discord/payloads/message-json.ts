import {
  type APIMessage,
  type APIPartialEmoji,
  type APIReaction,
  type APIUser,
  type GatewayMessageCreateDispatchData,
  InteractionType,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";
import { hasFlag, NO_FLAGS, type Sent } from "../wire.ts";
import type { MessageRecord, OriginRecord, ReactionRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { attachmentJson, avatarHash, channelJson, isoTime, memberJson, userJson } from "./payloads.ts";

/** Components are sent as they were checked, and threads by what kind of channel they are: both have no type here. */
type MessageJson = Sent<Omit<APIMessage, "components" | "thread">>;

/** A message as REST answers it; `depth` 1 leaves out the message it refers to. */
export function messageJson(world: World, message: MessageRecord, depth = 0): MessageJson {
  const thread = hasFlag(message.flags, MessageFlags.HasThread) ? world.channels.get(message.id) : undefined;
  return {
    type: message.type,
    content: message.content,
    mentions: message.mentionIds.map((id) => userJson(world.user(id))),
    mention_roles: message.mentionRoleIds,
    attachments: message.attachments.map((file) => attachmentJson(world, message.channelId, file)),
    embeds: message.embeds,
    timestamp: isoTime(message.createdAt),
    edited_timestamp: message.editedAt === null ? null : isoTime(message.editedAt),
    flags: message.flags,
    components: message.components,
    stickers: [],
    sticker_items: [],
    id: message.id,
    channel_id: message.channelId,
    author: authorJson(world, message),
    pinned: message.pinned,
    mention_everyone: message.mentionEveryone,
    tts: message.tts,
    ...(message.nonce !== undefined && { nonce: message.nonce }),
    ...(message.webhookId !== undefined && { webhook_id: message.webhookId }),
    ...(message.applicationId !== undefined && { application_id: message.applicationId }),
    ...(message.position !== undefined && { position: message.position }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map((reaction) => reactionJson(world, reaction)),
    }),
    ...(message.origin && originFields(world, message.origin)),
    ...(thread && { thread: channelJson(world, thread) }),
    ...referenceFields(world, message, depth),
  };
}

/** A message as the gateway brings it: with what only events carry. */
export function messageEventJson(
  world: World,
  message: MessageRecord,
): Sent<Omit<GatewayMessageCreateDispatchData, "components" | "thread" | "channel_type">> {
  const channel = world.channels.get(message.channelId);
  const member = world.members.get(message.authorId);
  const isPrivate = message.ephemeralFor !== undefined;
  return {
    ...messageJson(world, message),
    author: inEvent(authorJson(world, message)),
    mentions: message.mentionIds.map((id) => {
      const mentioned = channel?.guildId && !isPrivate ? world.members.get(id) : undefined;
      return { ...inEvent(userJson(world.user(id))), ...(mentioned && { member: memberJson(mentioned) }) };
    }),
    channel_type: channel?.type,
    // An ephemeral message names no guild, and neither it nor a webhook's has a member.
    ...(channel?.guildId && !isPrivate && { guild_id: channel.guildId }),
    ...(channel?.guildId && member && !message.webhookId && !isPrivate && { member: memberJson(member) }),
  };
}

/** What REST tells of a user beyond this is in no event of a message. */
function inEvent({ banner: _, accent_color: __, flags: ___, ...user }: Sent<APIUser>): Sent<APIUser> {
  return user;
}

function authorJson(world: World, message: MessageRecord): Sent<APIUser> {
  if (!message.webhook) return userJson(world.user(message.authorId));
  const { name, avatarUrl } = message.webhook;
  return {
    id: message.authorId,
    username: name,
    avatar: avatarUrl === null ? null : avatarHash(avatarUrl),
    discriminator: "0000",
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    bot: true,
    global_name: null,
    primary_guild: null,
  };
}

function referenceFields(world: World, message: MessageRecord, depth: number): Partial<MessageJson> {
  const { reference } = message;
  if (!reference) return {};
  const channel = world.channels.get(reference.channelId);
  const target = reference.messageId ? world.messages.get(reference.messageId) : undefined;
  const showsTarget = message.type === MessageType.Reply || message.type === MessageType.ThreadStarterMessage;
  return {
    message_reference: {
      type: 0,
      channel_id: reference.channelId,
      ...(reference.messageId && { message_id: reference.messageId }),
      ...(channel?.guildId && { guild_id: channel.guildId }),
    },
    // Null says that the message was deleted; a message without the field says nothing.
    ...(showsTarget && depth === 0 && { referenced_message: target ? messageJson(world, target, 1) : null }),
  };
}

function reactionJson(world: World, reaction: ReactionRecord): Sent<APIReaction> {
  return {
    emoji: emojiJson(reaction),
    count: reaction.userIds.length,
    count_details: { burst: 0, normal: reaction.userIds.length },
    burst_colors: [],
    me_burst: false,
    burst_me: false,
    me: reaction.userIds.includes(world.botUserId),
    burst_count: 0,
  };
}

export function emojiJson({ emojiId, emojiName }: ReactionRecord): Sent<APIPartialEmoji> {
  return { id: emojiId, name: emojiName };
}

function originFields(world: World, origin: OriginRecord): Partial<MessageJson> {
  const user = userJson(world.user(origin.userId));
  const owners = { "0": world.guild.id };
  const metadata = {
    id: origin.interactionId,
    type: origin.type,
    user,
    authorizing_integration_owners: owners,
    ...(origin.originalMessageId && { original_response_message_id: origin.originalMessageId }),
  };
  return {
    interaction_metadata: {
      ...metadata,
      ...(origin.type === InteractionType.ApplicationCommand && {
        name: origin.name,
        command_type: origin.targetMessageId ? 3 : 1,
        ...(origin.targetMessageId && { target_message_id: origin.targetMessageId }),
      }),
      ...(origin.type === InteractionType.MessageComponent && {
        interacted_message_id: origin.interactedMessageId,
      }),
      ...(origin.type === InteractionType.ModalSubmit && {
        triggering_interaction_metadata: {
          id: origin.triggerId,
          type: origin.triggerType,
          user,
          authorizing_integration_owners: owners,
          ...(origin.interactedMessageId && { interacted_message_id: origin.interactedMessageId }),
        },
      }),
    },
    ...(origin.type === InteractionType.ApplicationCommand &&
      origin.name !== undefined && {
        interaction: { id: origin.interactionId, type: origin.type, name: origin.name, user },
      }),
  };
}
