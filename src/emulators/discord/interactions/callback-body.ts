import { z } from "zod";
import { callbackMessageBody, followUpBody } from "../messages/message-body.ts";
import { invalidField } from "../rest/api-error.ts";
import { parseForm } from "../rest/form-errors.ts";
import { CallbackType, InteractionType, MessageFlag } from "../wire.ts";
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
    flags: z.union([z.literal(0), z.literal(MessageFlag.Ephemeral)]).nullish(),
    tts: z.boolean().nullish(),
  })
  .nullish();

const envelope = z.object({ type: z.int(), data: z.unknown().optional() });

export type Callback =
  | { readonly type: typeof CallbackType.Message; readonly data: z.output<typeof callbackMessageBody> }
  | { readonly type: typeof CallbackType.DeferredMessage; readonly isPrivate: boolean }
  | { readonly type: typeof CallbackType.DeferredUpdate }
  | { readonly type: typeof CallbackType.Update; readonly data: z.output<typeof callbackMessageBody> }
  | { readonly type: typeof CallbackType.Choices; readonly choices: z.output<typeof choice>[] }
  | { readonly type: typeof CallbackType.Modal; readonly modal: z.output<typeof modalBody> };

/** Which first answers an interaction takes. A submission that came from a component may still update its message. */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  [InteractionType.Command]: [CallbackType.Message, CallbackType.DeferredMessage, CallbackType.Modal],
  [InteractionType.Component]: [
    CallbackType.Message,
    CallbackType.DeferredMessage,
    CallbackType.DeferredUpdate,
    CallbackType.Update,
    CallbackType.Modal,
  ],
  [InteractionType.Autocomplete]: [CallbackType.Choices],
  [InteractionType.ModalSubmit]: [CallbackType.Message, CallbackType.DeferredMessage],
};

export function parseCallback(
  body: unknown,
  interaction: { readonly type: number; readonly hasSource: boolean },
): Callback {
  const { type, data } = parseForm(envelope, body);
  const allowed = [
    ...(ALLOWED[interaction.type] ?? []),
    ...(interaction.type === InteractionType.ModalSubmit && interaction.hasSource
      ? [CallbackType.DeferredUpdate, CallbackType.Update]
      : []),
  ];
  if (!allowed.includes(type)) {
    throw invalidField(["type"], "BASE_TYPE_CHOICES", `Value must be one of {${allowed.join(", ")}}.`);
  }
  switch (type) {
    case CallbackType.Message:
      return { type, data: parseForm(inData(callbackMessageBody), { data }).data };
    case CallbackType.Update:
      // What an update leaves out stays as it is; only a message of its own needs all of it.
      return { type, data: parseForm(inData(followUpBody), { data: data ?? {} }).data };
    case CallbackType.DeferredMessage: {
      const { data: deferral } = parseForm(inData(deferralBody), { data });
      return { type, isPrivate: deferral?.flags === MessageFlag.Ephemeral };
    }
    case CallbackType.DeferredUpdate:
      return { type };
    case CallbackType.Choices:
      return { type, choices: parseForm(inData(choicesBody), { data }).data.choices };
    case CallbackType.Modal:
      return { type, modal: parseForm(inData(modalBody), { data }).data };
    default:
      throw invalidField(["type"], "BASE_TYPE_CHOICES", "There is no such callback.");
  }
}

function inData<Schema extends z.ZodType>(schema: Schema) {
  return z.object({ data: schema });
}
