import { z } from "zod";
import { boundedText } from "../../core/text/bounded-text.ts";

/*
 * What Discord sends, as far as we read it. Everything else is left out, and what is not as it should be makes a
 * packet unreadable, which is logged and never thrown at the connection. `null` ends here.
 */

export const Snowflake = z.string().regex(/^\d{15,20}$/);

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

export const WireUser = z.object({
  id: Snowflake,
  username: z.string(),
  global_name: optional(z.string()),
  bot: z.boolean().default(false),
  system: z.boolean().default(false),
});
export type WireUser = z.infer<typeof WireUser>;

export const WireMember = z.object({
  nick: optional(z.string()),
  roles: z.array(z.string()).default([]),
});
export type WireMember = z.infer<typeof WireMember>;

const Bits = z.string().regex(/^\d+$/).transform(BigInt);

const WireOverwrite = z.object({ id: Snowflake, type: z.number(), allow: Bits, deny: Bits });

export const WireChannel = z.object({
  id: Snowflake,
  type: z.number(),
  name: optional(z.string()),
  guild_id: optional(Snowflake),
  parent_id: optional(Snowflake),
  /** The rest is left out where Discord tells only what a channel is. */
  last_message_id: optional(Snowflake).optional(),
  flags: optional(z.number()).optional(),
  nsfw: optional(z.boolean()).optional(),
  permission_overwrites: optional(z.array(WireOverwrite)).optional(),
  /** Of a thread: there when the bot is in it. */
  member: z.object({}).optional(),
  /** Of a thread. */
  thread_metadata: optional(
    z.object({ archived: z.boolean().default(false), locked: z.boolean().default(false) }),
  ).optional(),
});
export type WireChannel = z.infer<typeof WireChannel>;

const WireReferenced = z.object({
  id: Snowflake,
  author: WireUser,
  webhook_id: optional(Snowflake),
  application_id: optional(Snowflake),
});

export const WireMessage = z.object({
  id: Snowflake,
  channel_id: Snowflake,
  channel_type: optional(z.number()),
  guild_id: optional(Snowflake),
  type: z.number(),
  content: z.string().default("").transform(boundedText),
  author: WireUser,
  member: optional(WireMember),
  mentions: z.array(WireUser.extend({ member: optional(WireMember) })).default([]),
  mention_roles: z.array(z.string()).default([]),
  webhook_id: optional(Snowflake),
  application_id: optional(Snowflake),
  edited_timestamp: optional(z.string()),
  referenced_message: optional(WireReferenced),
  attachments: z
    .array(
      z.object({
        id: Snowflake,
        filename: z.string(),
        content_type: optional(z.string()),
        size: z.number(),
        url: z.string(),
      }),
    )
    .default([]),
  embeds: z.array(z.unknown()).default([]),
  sticker_items: z.array(z.unknown()).default([]),
  poll: z.unknown().optional(),
  message_snapshots: z.array(z.unknown()).default([]),
});
export type WireMessage = z.infer<typeof WireMessage>;

/** A message we posted or look for. */
export const WirePosted = z.object({
  id: Snowflake,
  channel_id: Snowflake,
  content: z.string().default(""),
  flags: z.number().default(0),
  nonce: optional(z.union([z.string(), z.number()])),
  author: z.object({ id: Snowflake, bot: z.boolean().default(false) }),
  webhook_id: optional(Snowflake),
  application_id: optional(Snowflake),
  components: z
    .array(z.object({ components: z.array(z.object({ custom_id: optional(z.string()) })).default([]) }))
    .default([]),
});
export type WirePosted = z.infer<typeof WirePosted>;

const WireOptionValue = z.union([z.string(), z.number(), z.boolean()]);
const WireOption = z.object({
  name: z.string(),
  type: z.number(),
  value: WireOptionValue.optional(),
  focused: z.boolean().default(false),
});
export const WireCommandData = z.object({
  name: z.string(),
  type: z.number(),
  options: z.array(WireOption.extend({ options: z.array(WireOption).default([]) })).default([]),
  target_id: optional(Snowflake),
  resolved: optional(z.object({ messages: z.record(z.string(), WireMessage).optional() })),
});
export type WireCommandData = z.infer<typeof WireCommandData>;

export const WireComponentData = z.object({ custom_id: z.string(), component_type: z.number() });

const WireField = z.object({
  custom_id: optional(z.string()),
  value: optional(z.string()),
  values: optional(z.array(z.string())),
});
export const WireModalData = z.object({
  custom_id: z.string(),
  components: z
    .array(z.object({ component: WireField.optional(), components: z.array(WireField).optional() }))
    .default([]),
});

export const WireInteraction = z.object({
  id: Snowflake,
  application_id: Snowflake,
  type: z.number(),
  token: z.string(),
  guild_id: optional(Snowflake),
  channel_id: Snowflake,
  channel: optional(WireChannel),
  member: optional(WireMember.extend({ user: WireUser, permissions: z.string() })),
  user: optional(WireUser),
  context: optional(z.number()),
  data: z.unknown(),
});
export type WireInteraction = z.infer<typeof WireInteraction>;

export const WireRole = z.object({
  id: Snowflake,
  name: z.string(),
  permissions: z.string(),
  tags: optional(z.object({ bot_id: optional(Snowflake) })),
});

export const WireGuild = z.object({
  id: Snowflake,
  name: z.string(),
  owner_id: Snowflake,
  roles: z.array(WireRole),
  channels: z.array(WireChannel).default([]),
  threads: z.array(WireChannel).default([]),
});

export type WireGuild = z.infer<typeof WireGuild>;

export const WireGuildSeen = z.object({ id: Snowflake, unavailable: z.boolean().default(false) });
export const WireGone = z.object({ id: Snowflake, channel_id: Snowflake });
export const WireManyGone = z.object({ ids: z.array(Snowflake), channel_id: Snowflake });
export const WireWebhook = z.object({
  id: Snowflake,
  token: optional(z.string()),
  application_id: optional(Snowflake),
});
export type WireWebhook = z.infer<typeof WireWebhook>;
