import { emojiJson } from "../payloads/message-json.ts";
import { memberJson } from "../payloads/payloads.ts";
import { refuse } from "../rest/api-error.ts";
import type { MessageRecord, ReactionRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** [docs] Different emoji on one message. */
const KINDS_LIMIT = 20;

/** A unicode emoji as it stands in a path. Custom ones (`name:id`) are unknown: this server has none. */
export function parseEmoji(text: string): Pick<ReactionRecord, "emojiId" | "emojiName"> {
  const isEmoji =
    /^[\p{Extended_Pictographic}\p{Emoji_Component}\p{Emoji_Modifier}]+$/u.test(text) &&
    !/^[0-9#*]$/.test(text);
  if (!isEmoji) throw refuse.unknownEmoji();
  return { emojiId: null, emojiName: text };
}

export function findReaction(message: MessageRecord, emojiName: string): ReactionRecord | undefined {
  return message.reactions.find((reaction) => reaction.emojiName === emojiName);
}

export function addReaction(world: World, message: MessageRecord, emojiText: string, userId: string): void {
  const emoji = parseEmoji(emojiText);
  const present = findReaction(message, emoji.emojiName);
  if (present?.userIds.includes(userId)) return;
  if (!present && message.reactions.length >= KINDS_LIMIT) throw refuse.tooManyReactions();
  const reaction = present ?? { ...emoji, userIds: [] };
  if (!present) message.reactions.push(reaction);
  reaction.userIds.push(userId);
  announce(world, message, reaction, { name: "MESSAGE_REACTION_ADD", userId });
}

export function removeReaction(
  world: World,
  message: MessageRecord,
  emojiText: string,
  userId: string,
): void {
  const emoji = parseEmoji(emojiText);
  const reaction = findReaction(message, emoji.emojiName);
  if (!reaction?.userIds.includes(userId)) return;
  reaction.userIds = reaction.userIds.filter((id) => id !== userId);
  message.reactions = message.reactions.filter(({ userIds }) => userIds.length > 0);
  announce(world, message, reaction, { name: "MESSAGE_REACTION_REMOVE", userId });
}

export function clearReactions(world: World, message: MessageRecord, emojiText?: string): void {
  const emoji = emojiText === undefined ? undefined : parseEmoji(emojiText);
  message.reactions = emoji ? message.reactions.filter(({ emojiName }) => emojiName !== emoji.emojiName) : [];
  world.dispatch({
    name: emoji ? "MESSAGE_REACTION_REMOVE_EMOJI" : "MESSAGE_REACTION_REMOVE_ALL",
    data: { ...placeOf(world, message), ...(emoji && { emoji: emojiJson({ ...emoji, userIds: [] }) }) },
    channelId: message.channelId,
  });
  world.tell({ type: "reaction", channelId: message.channelId, messageId: message.id });
}

function announce(
  world: World,
  message: MessageRecord,
  reaction: ReactionRecord,
  what: { readonly name: "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE"; readonly userId: string },
): void {
  const { name, userId } = what;
  const member = world.members.get(userId);
  const place = placeOf(world, message);
  const isAdd = name === "MESSAGE_REACTION_ADD";
  world.dispatch({
    name,
    channelId: message.channelId,
    data: {
      user_id: userId,
      ...place,
      type: 0,
      burst: false,
      emoji: emojiJson(reaction),
      ...(isAdd && { message_author_id: message.authorId }),
      ...(isAdd && member && place.guild_id && { member: memberJson(member, world.user(userId)) }),
    },
  });
  world.tell({ type: "reaction", channelId: message.channelId, messageId: message.id });
}

function placeOf(world: World, message: MessageRecord) {
  const guildId = world.channels.get(message.channelId)?.guildId;
  return { message_id: message.id, channel_id: message.channelId, ...(guildId && { guild_id: guildId }) };
}
