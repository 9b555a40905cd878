/**
 * The life of an interaction. It begins when Discord sends it. Within 3 seconds it takes exactly one callback:
 *
 * - a message (4): answered.
 * - a deferral (5): a message that says "thinking"; its first edit, or the first follow-up in its place, is the answer.
 * - an update of the component's message, now (7) or later (6).
 * - choices (8), for autocompletion, and then nothing more.
 * - a modal (9): it has no message of its own; what is submitted is an interaction of its own.
 *
 * Without one its token is void. With one the token serves `@original` and follow-ups for 15 minutes.
 */

import { InteractionResponseType, InteractionType, MessageFlags, MessageType } from "discord-api-types/v10";
import type { UploadedFile } from "../messages/attachments.ts";
import { WEBHOOK_DEFAULT } from "../messages/mentions.ts";
import { createMessage, editMessage, type MessageContent } from "../messages/posting.ts";
import { shownComponents } from "../payloads/component-json.ts";
import { refuse } from "../rest/api-error.ts";
import { hasFlag } from "../wire.ts";
import type { InteractionRecord, MessageRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { type Callback, parseCallback } from "./callback-body.ts";

export const ACKNOWLEDGE_WITHIN_MS = 3000;
export const TOKEN_LIVES_MS = 15 * 60_000;

/** The interaction of a callback: known, in time, and not yet acknowledged. */
function pendingInteraction(world: World, id: string, token: string): InteractionRecord {
  const interaction = world.interactions.get(id);
  if (!interaction || interaction.token !== token) throw refuse.unknownInteraction();
  if (interaction.acknowledged !== undefined) throw refuse.alreadyAcknowledged();
  if (world.clock.now() - interaction.createdAt >= ACKNOWLEDGE_WITHIN_MS) throw refuse.unknownInteraction();
  return interaction;
}

export function acknowledge(
  world: World,
  call: { id: string; token: string; body: unknown; files: readonly UploadedFile[] },
): { readonly interaction: InteractionRecord; readonly type: number } {
  const interaction = pendingInteraction(world, call.id, call.token);
  const callback = parseCallback(call.body, {
    type: interaction.type,
    hasSource: interaction.sourceMessageId !== undefined,
  });
  apply(world, interaction, callback, call.files);
  interaction.acknowledged = callback.type;
  announceInteraction(world, interaction);
  if (callback.type === InteractionResponseType.Modal) {
    const { id: interactionId, userId, channelId } = interaction;
    world.tell({ type: "modal-opened", interactionId, userId, channelId });
  }
  return { interaction, type: callback.type };
}

function apply(
  world: World,
  interaction: InteractionRecord,
  callback: Callback,
  files: readonly UploadedFile[],
): void {
  switch (callback.type) {
    case InteractionResponseType.ChannelMessageWithSource:
      interaction.originalId = answer(world, interaction, { ...callback.data, files }).id;
      return;
    case InteractionResponseType.DeferredChannelMessageWithSource: {
      const flags = MessageFlags.Loading | (callback.isPrivate ? MessageFlags.Ephemeral : 0);
      interaction.loading = true;
      interaction.originalId = answer(world, interaction, { flags, mayBeEmpty: true }).id;
      return;
    }
    case InteractionResponseType.UpdateMessage:
      editMessage(world, sourceMessage(world, interaction), {
        ...callback.data,
        files,
        mentionsByDefault: WEBHOOK_DEFAULT,
      });
      interaction.originalId = interaction.sourceMessageId;
      return;
    case InteractionResponseType.DeferredMessageUpdate:
      interaction.originalId = interaction.sourceMessageId;
      return;
    case InteractionResponseType.ApplicationCommandAutocompleteResult:
      interaction.choices = JSON.parse(JSON.stringify(callback.choices));
      return;
    case InteractionResponseType.Modal: {
      const { custom_id, title, components } = callback.modal;
      interaction.modal = { custom_id, title, components: shownComponents(components) };
      return;
    }
    default:
      callback satisfies never;
  }
}

function sourceMessage(world: World, interaction: InteractionRecord): MessageRecord {
  const source = interaction.sourceMessageId && world.messages.get(interaction.sourceMessageId);
  if (!source) throw refuse.unknownMessage();
  return source;
}

/** A message of the application that answers an interaction. It needs no permission to send. */
function answer(
  world: World,
  interaction: InteractionRecord,
  content: MessageContent & { files?: readonly UploadedFile[]; mayBeEmpty?: boolean; isFollowUp?: boolean },
): MessageRecord {
  const { isFollowUp = false, ...draft } = content;
  const isPrivate = hasFlag(content.flags ?? 0, MessageFlags.Ephemeral);
  const repliesTo = isFollowUp ? interaction.originalId : interaction.sourceMessageId;
  return createMessage(world, {
    ...draft,
    channel: world.channel(interaction.channelId),
    authorId: world.botUserId,
    mentionsByDefault: WEBHOOK_DEFAULT,
    fields: {
      type: typeOfAnswer(interaction, isFollowUp),
      webhookId: world.applicationId,
      applicationId: world.applicationId,
      origin: {
        ...interaction.origin,
        ...(isFollowUp && interaction.originalId && { originalMessageId: interaction.originalId }),
      },
      ...(repliesTo && { reference: { messageId: repliesTo, channelId: interaction.channelId } }),
      ...(isPrivate && { ephemeralFor: interaction.userId }),
    },
  });
}

function typeOfAnswer(interaction: InteractionRecord, isFollowUp: boolean): number {
  if (isFollowUp || interaction.sourceMessageId) return MessageType.Reply;
  if (interaction.type !== InteractionType.ApplicationCommand) return MessageType.Default;
  return interaction.origin.targetMessageId ? MessageType.ContextMenuCommand : MessageType.ChatInputCommand;
}

/** The interaction whose token serves `@original` and follow-ups now. */
function answeredInteraction(world: World, token: string): InteractionRecord {
  const interaction = [...world.interactions.values()].find((one) => one.token === token);
  if (!interaction) throw refuse.invalidWebhookToken();
  if (world.clock.now() - interaction.createdAt >= TOKEN_LIVES_MS) throw refuse.invalidWebhookToken();
  if (
    interaction.acknowledged === undefined ||
    interaction.type === InteractionType.ApplicationCommandAutocomplete
  ) {
    throw refuse.unknownWebhook();
  }
  return interaction;
}

/** `@original`, or a follow-up of the same interaction by its id. */
export function messageOfInteraction(world: World, token: string, id: string): MessageRecord {
  const interaction = answeredInteraction(world, token);
  const message = world.messages.get(id === "@original" ? (interaction.originalId ?? "") : id);
  const isOwn =
    message && (message.id === interaction.originalId || message.origin?.interactionId === interaction.id);
  if (!isOwn) throw refuse.unknownMessage();
  return message;
}

/** A follow-up. While the answer is still "thinking" the follow-up takes its place, seen by whom that was for. */
export function followUp(
  world: World,
  token: string,
  content: MessageContent & { files?: readonly UploadedFile[] },
): MessageRecord {
  const interaction = answeredInteraction(world, token);
  const original = interaction.originalId && world.messages.get(interaction.originalId);
  if (!interaction.loading || !original) return answer(world, interaction, { ...content, isFollowUp: true });
  editAnswer(world, token, original, content);
  return original;
}

export function editAnswer(
  world: World,
  token: string,
  message: MessageRecord,
  change: MessageContent & { files?: readonly UploadedFile[] },
): void {
  const interaction = answeredInteraction(world, token);
  const keptFlags = message.flags & MessageFlags.Ephemeral;
  editMessage(world, message, { ...change, mentionsByDefault: WEBHOOK_DEFAULT });
  message.flags = (message.flags & ~MessageFlags.Ephemeral) | keptFlags;
  if (message.id === interaction.originalId && interaction.loading) {
    interaction.loading = false;
    announceInteraction(world, interaction);
  }
}

export function announceInteraction(world: World, { id, userId, channelId }: InteractionRecord): void {
  world.tell({ type: "interaction", interactionId: id, userId, channelId });
}
