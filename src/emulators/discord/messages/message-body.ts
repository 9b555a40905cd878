import { MessageFlags } from "discord-api-types/v10";
import { z } from "zod";
import { addFault, snowflakeField } from "../rest/form-errors.ts";
import { hasFlag } from "../wire.ts";
import { componentsField, flatten, hasV1LayoutFault } from "./components.ts";
import { embedsField } from "./embeds.ts";

/** Characters of a message [docs]; Discord's own OpenAPI document says 4000 for some routes, which bots do not get. */
const CONTENT_LIMIT = 2000;
const NONCE_LIMIT = 25;
const IDS_LIMIT = 100;

const allowedMentions = z
  .object({
    parse: z.array(z.enum(["roles", "users", "everyone"])).nullish(),
    users: z.array(snowflakeField).max(IDS_LIMIT).nullish(),
    roles: z.array(snowflakeField).max(IDS_LIMIT).nullish(),
    replied_user: z.boolean().nullish(),
  })
  .superRefine(({ parse, users, roles }, context) => {
    for (const [key, ids] of [
      ["users", users],
      ["roles", roles],
    ] as const) {
      if (parse?.includes(key) && ids && ids.length > 0) {
        addFault(
          context,
          [key],
          "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
          `parse:["${key}"] and ${key}: [ids...] are mutually exclusive.`,
        );
      }
    }
  })
  .transform(({ parse, users, roles, replied_user }) => ({
    parse: parse ?? [],
    users: users ?? [],
    roles: roles ?? [],
    replied_user: replied_user ?? false,
  }));

/** Not strict: an edit lists attachments as the client got them, with everything they carried. */
const attachment = z.object({
  id: z.union([z.string(), z.int()]).transform(String),
  filename: z.string().max(1024).nullish(),
  title: z.string().max(1024).nullish(),
  description: z.string().max(1024).nullish(),
});

const nothing = z.array(z.never()).max(0).nullish();

const common = {
  content: z
    .string()
    .max(CONTENT_LIMIT)
    .nullish()
    // Discord strips white space around a text: a message of nothing else is empty.
    .transform((content) => (content === undefined ? undefined : (content ?? "").trim())),
  embeds: embedsField.nullish().transform((embeds) => (embeds === null ? [] : embeds)),
  components: componentsField.nullish().transform((components) => (components === null ? [] : components)),
  allowed_mentions: allowedMentions.nullish().transform((allowed) => allowed ?? undefined),
  attachments: z
    .array(attachment)
    .max(10)
    .nullish()
    .transform((list) => list ?? undefined),
  flags: z
    .int()
    .nonnegative()
    .nullish()
    .transform((flags) => flags ?? undefined),
  tts: z.boolean().nullish(),
  /** discord.js puts both into every body, also where Discord has no use for them. */
  nonce: z
    .union([z.string().max(NONCE_LIMIT), z.int()])
    .nullish()
    .transform((nonce) => nonce ?? undefined),
  enforce_nonce: z.boolean().nullish(),
  // The sandbox has no stickers, polls or themes to send.
  sticker_ids: nothing,
  poll: nothing,
  shared_client_theme: nothing,
};

const reference = z.object({
  // 1 would be a forward, which the sandbox does not do.
  type: z.literal(0).nullish(),
  message_id: snowflakeField,
  channel_id: snowflakeField.nullish(),
  guild_id: snowflakeField.nullish(),
  fail_if_not_exists: z.boolean().nullish(),
});

/** "clyde" and "discord" may stand in no webhook's name, nor in the name that a message of it wears. */
export const webhookName = z
  .string()
  .transform((name) => name.trim())
  .superRefine((name, context) => {
    if (name.length < 1 || name.length > 80) {
      addFault(context, [], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 80 in length.");
    }
    const forbidden = /clyde|discord/i.exec(name)?.[0];
    if (forbidden) {
      addFault(
        context,
        [],
        "USERNAME_INVALID_CONTAINS",
        `Username cannot contain "${forbidden.toLowerCase()}"`,
      );
    }
  });
const webhookFields = {
  username: webhookName.nullish(),
  avatar_url: z
    .string()
    .regex(/^https?:\/\//, "Not a well formed URL.")
    .max(2048)
    .nullish(),
  thread_name: z.string().max(100).nullish(),
  applied_tags: z.array(snowflakeField).max(5).nullish(),
};

const CREATE_FLAGS =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
const EDIT_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
const PRIVATE_FLAGS = CREATE_FLAGS | MessageFlags.Ephemeral;

export const channelMessageBody = z
  .object({ ...common, message_reference: reference.nullish() })
  .superRefine((body, context) => checkLayout(body, context, CREATE_FLAGS));
export const channelEditBody = z
  .object(common)
  // A client lists the flags that a message has; those it cannot set are left as they are.
  .transform(({ flags, ...body }) => ({
    ...body,
    flags: flags === undefined ? undefined : flags & EDIT_FLAGS,
  }));
export const webhookMessageBody = z
  .object({ ...common, ...webhookFields })
  .superRefine((body, context) => checkLayout(body, context, CREATE_FLAGS));
export const webhookEditBody = z.object({ ...common, ...webhookFields }).transform(({ flags, ...body }) => ({
  ...body,
  flags: flags === undefined ? undefined : flags & EDIT_FLAGS,
}));
/** The data of callbacks 4 and 7. */
export const callbackMessageBody = z
  .object(common)
  .superRefine((body, context) => checkLayout(body, context, PRIVATE_FLAGS));
export const followUpBody = z
  .object(common)
  .superRefine((body, context) => checkLayout(body, context, PRIVATE_FLAGS));

type MessageBody = z.output<z.ZodObject<typeof common>>;

/** What a message may consist of: v1 without the flag, components alone with it. */
function checkLayout(
  body: Pick<MessageBody, "content" | "embeds" | "components" | "flags">,
  context: z.RefinementCtx,
  allowedFlags: number,
): void {
  const flags = body.flags ?? 0;
  if (flags & ~allowedFlags)
    addFault(context, ["flags"], "MESSAGE_FLAGS_INVALID", "These flags cannot be set here.");
  const components = body.components ?? [];
  if (!hasFlag(flags, MessageFlags.IsComponentsV2)) {
    if (hasV1LayoutFault(components)) {
      addFault(
        context,
        ["components"],
        "BASE_TYPE_BAD_LENGTH",
        "Must be 5 or fewer in length, and action rows only, without the flag IS_COMPONENTS_V2.",
      );
    }
    return;
  }
  for (const field of ["content", "embeds"] as const) {
    if ((body[field]?.length ?? 0) > 0) {
      addFault(
        context,
        [field],
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
      );
    }
  }
}

/** Whether a message in which these stand shows anything at all. */
export function hasSubstance(message: {
  readonly content: string;
  readonly embeds: readonly unknown[];
  readonly components: readonly unknown[];
  readonly attachments: readonly unknown[];
}): boolean {
  return (
    message.content.length > 0 ||
    message.embeds.length > 0 ||
    message.attachments.length > 0 ||
    flatten(message.components).length > 0
  );
}
