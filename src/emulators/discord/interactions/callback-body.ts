import { InteractionResponseType, InteractionType, MessageFlags } from "discord-api-types/v10";
import { z } from "zod";
import { callbackMessageBody, followUpBody } from "../messages/message-body.ts";
import { invalidField } from "../rest/api-error.ts";
import { parseForm } from "../rest/form-errors.ts";
import { modalBody } from "./modal-body.ts";

const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  value: z.union([z.string().max(100), z.number()]),
});
const choicesBody = z.object({ choices: z.array(choice).max(25) });
/** A deferral says whether the answer will be private, and nothing else. */
const deferralBody = z
  .object({
    flags: z.union([z.literal(0), z.literal(MessageFlags.Ephemeral)]).nullish(),
    tts: z.boolean().nullish(),
  })
  .nullish();

const envelope = z.object({ type: z.int(), data: z.unknown().optional() });

export type Callback =
  | {
      readonly type: typeof InteractionResponseType.ChannelMessageWithSource;
      readonly data: z.output<typeof callbackMessageBody>;
    }
  | {
      readonly type: typeof InteractionResponseType.DeferredChannelMessageWithSource;
      readonly isPrivate: boolean;
    }
  | { readonly type: typeof InteractionResponseType.DeferredMessageUpdate }
  | {
      readonly type: typeof InteractionResponseType.UpdateMessage;
      readonly data: z.output<typeof callbackMessageBody>;
    }
  | {
      readonly type: typeof InteractionResponseType.ApplicationCommandAutocompleteResult;
      readonly choices: z.output<typeof choice>[];
    }
  | { readonly type: typeof InteractionResponseType.Modal; readonly modal: z.output<typeof modalBody> };

/** Which first answers an interaction takes. A submission that came from a component may still update its message. */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [InteractionType.ApplicationCommand]: [
    InteractionResponseType.ChannelMessageWithSource,
    InteractionResponseType.DeferredChannelMessageWithSource,
    InteractionResponseType.Modal,
  ],
  [InteractionType.MessageComponent]: [
    InteractionResponseType.ChannelMessageWithSource,
    InteractionResponseType.DeferredChannelMessageWithSource,
    InteractionResponseType.DeferredMessageUpdate,
    InteractionResponseType.UpdateMessage,
    InteractionResponseType.Modal,
  ],
  [InteractionType.ApplicationCommandAutocomplete]: [
    InteractionResponseType.ApplicationCommandAutocompleteResult,
  ],
  [InteractionType.ModalSubmit]: [
    InteractionResponseType.ChannelMessageWithSource,
    InteractionResponseType.DeferredChannelMessageWithSource,
  ],
};

export function parseCallback(
  body: unknown,
  interaction: { readonly type: number; readonly hasSource: boolean },
): Callback {
  const { type, data } = parseForm(envelope, body);
  const allowed = [
    ...(ALLOWED[interaction.type] ?? []),
    ...(interaction.type === InteractionType.ModalSubmit && interaction.hasSource
      ? [InteractionResponseType.DeferredMessageUpdate, InteractionResponseType.UpdateMessage]
      : []),
  ];
  if (!allowed.includes(type)) {
    throw invalidField(["type"], "BASE_TYPE_CHOICES", `Value must be one of {${allowed.join(", ")}}.`);
  }
  switch (type) {
    case InteractionResponseType.ChannelMessageWithSource:
      return { type, data: parseForm(inData(callbackMessageBody), { data }).data };
    case InteractionResponseType.UpdateMessage:
      // What an update leaves out stays as it is; only a message of its own needs all of it.
      return { type, data: parseForm(inData(followUpBody), { data: data ?? {} }).data };
    case InteractionResponseType.DeferredChannelMessageWithSource: {
      const { data: deferral } = parseForm(inData(deferralBody), { data });
      return { type, isPrivate: deferral?.flags === MessageFlags.Ephemeral };
    }
    case InteractionResponseType.DeferredMessageUpdate:
      return { type };
    case InteractionResponseType.ApplicationCommandAutocompleteResult:
      return { type, choices: parseForm(inData(choicesBody), { data }).data.choices };
    case InteractionResponseType.Modal:
      return { type, modal: parseForm(inData(modalBody), { data }).data };
    default:
      throw invalidField(["type"], "BASE_TYPE_CHOICES", "There is no such callback.");
  }
}

function inData<Schema extends z.ZodType>(schema: Schema) {
  return z.object({ data: schema });
}
