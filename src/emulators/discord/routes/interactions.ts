import {
  InteractionResponseType,
  MessageFlags,
  type RESTPostAPIInteractionCallbackWithResponseResult,
} from "discord-api-types/v10";
import { acknowledge, editAnswer, followUp, messageOfInteraction } from "../interactions/callbacks.ts";
import { followUpBody, webhookEditBody } from "../messages/message-body.ts";
import { deleteMessage } from "../messages/posting.ts";
import { messageJson } from "../payloads/message-json.ts";
import type { Answer, Call, Route } from "../rest/call.ts";
import { parseForm } from "../rest/form-errors.ts";
import { hasFlag, type Sent } from "../wire.ts";
import type { InteractionRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { demandEditLayout } from "./messages.ts";
import { isAsked, NO_CONTENT, route } from "./route.ts";

export function interactionRoutes(world: World): Route[] {
  return [
    route(
      "POST /interactions/{interaction_id}/{interaction_token}/callback",
      (call) => {
        const { interaction, type } = acknowledge(world, {
          id: call.param("interaction_id"),
          token: call.param("interaction_token"),
          body: call.body,
          files: call.files,
        });
        const wantsAnswer = isAsked(call, "with_response");
        return wantsAnswer ? { body: callbackJson(world, interaction, type) } : NO_CONTENT;
      },
      { auth: "path", unlimited: true },
    ),
  ];
}

function callbackJson(
  world: World,
  interaction: InteractionRecord,
  type: number,
): Sent<RESTPostAPIInteractionCallbackWithResponseResult> {
  const original = interaction.originalId ? world.messages.get(interaction.originalId) : undefined;
  const flags = original?.flags ?? 0;
  const hasMessage =
    type === InteractionResponseType.ChannelMessageWithSource ||
    type === InteractionResponseType.DeferredChannelMessageWithSource ||
    type === InteractionResponseType.UpdateMessage;
  // Documented are 4 and 7 alone; that a deferral, which makes a message too, counts as 4 is a guess.
  const resourceType =
    type === InteractionResponseType.UpdateMessage
      ? InteractionResponseType.UpdateMessage
      : InteractionResponseType.ChannelMessageWithSource;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(original && {
        response_message_id: original.id,
        response_message_loading: hasFlag(flags, MessageFlags.Loading),
        response_message_ephemeral: hasFlag(flags, MessageFlags.Ephemeral),
      }),
    },
    ...(original &&
      hasMessage && { resource: { type: resourceType, message: messageJson(world, original) } }),
  };
}

/** `/webhooks/{application}/{token}`: the messages of an interaction, by the token that came with it. */
export const interactionMessages = {
  create(world: World, call: Call): Answer {
    const { allowed_mentions, content, embeds, components, attachments, flags } = parseForm(
      followUpBody,
      call.body,
    );
    const body = { allowed_mentions, content, embeds, components, attachments, flags, files: call.files };
    return { body: messageJson(world, followUp(world, call.param("webhook_token"), body)) };
  },
  get(world: World, call: Call, id: string): Answer {
    return { body: messageJson(world, messageOfInteraction(world, call.param("webhook_token"), id)) };
  },
  edit(world: World, call: Call, id: string): Answer {
    const token = call.param("webhook_token");
    const message = messageOfInteraction(world, token, id);
    const change = parseForm(webhookEditBody, call.body);
    demandEditLayout(message, change);
    editAnswer(world, token, message, { ...change, files: call.files });
    return { body: messageJson(world, message) };
  },
  remove(world: World, call: Call, id: string): Answer {
    deleteMessage(world, messageOfInteraction(world, call.param("webhook_token"), id));
    return NO_CONTENT;
  },
};
