import { z } from "zod";
import { boundedText } from "../../core/text/bounded-text.ts";
import { RichText } from "./reading/rich-text-block.ts";

/*
 * What comes from Slack, as far as we read it. Of recorded events only type, channel, user, ts and text are sure to be
 * there, so everything else is optional.
 */

const id = z.string().min(1);
const Ts = z.string().regex(/^\d+\.\d+$/);
/** Files may come with `null` for words. */
const Text = z
  .string()
  .nullish()
  .transform((text) => boundedText(text ?? ""));

const File = z.object({
  id,
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  url_private: z.string().nullish(),
});

export const WireMessage = z.object({
  subtype: z.string().optional(),
  user: id.optional(),
  bot_id: z.string().nullish(),
  text: Text,
  /** What a person typed; undefined where there are blocks of another kind, as apps post them. */
  blocks: z.array(RichText).nullish().catch(undefined),
  ts: Ts,
  thread_ts: Ts.optional(),
  /** Of the root of a thread, as Slack lists it. */
  latest_reply: Ts.nullish(),
  /** Whose workspace the author is of, which is another one in a shared channel. */
  user_team: id.nullish(),
  team: id.nullish(),
  edited: z.object({ ts: z.string() }).nullish(),
  files: z.array(File).nullish(),
});
export type WireMessage = z.infer<typeof WireMessage>;

export const WireMessageEvent = WireMessage.extend({ channel: id });
export const WireChanged = z.object({ channel: id, message: WireMessage });
export const WireDeleted = z.object({
  channel: id,
  deleted_ts: Ts,
  previous_message: WireMessage.optional(),
});

/** The outside of an event. */
export const WireEnvelope = z.object({
  type: z.literal("event_callback"),
  team_id: id.nullish(),
  enterprise_id: id.nullish(),
  is_ext_shared_channel: z.boolean().nullish(),
  authorizations: z.array(z.object({ team_id: id.nullish(), enterprise_id: id.nullish() })).nullish(),
  event: z.looseObject({ type: z.string(), subtype: z.string().optional() }),
});
export type WireEnvelope = z.infer<typeof WireEnvelope>;

/** The workspace in whose name we were told: in a shared channel not the author's. */
export function teamOf({ authorizations, team_id, enterprise_id }: WireEnvelope): string | undefined {
  const [first] = authorizations ?? [];
  return first?.team_id ?? team_id ?? first?.enterprise_id ?? enterprise_id ?? undefined;
}

export const WireStopped = z.object({
  channel: id,
  user: id,
  thread_ts: Ts,
  event_ts: z.string(),
  /** What Slack ended. */
  streaming_message_ts: z.array(Ts).nullish(),
});
export const WireHomeOpened = z.object({ user: id, channel: id.nullish(), tab: z.string().nullish() });
export const WireRevoked = z.object({ tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish() });
/** Slack left out events of this workspace in this minute, given in seconds. */
export const WireRateLimited = z.object({
  type: z.literal("app_rate_limited"),
  team_id: id,
  minute_rate_limited: z.number(),
});
export const WirePlaceGone = z.object({ channel: id });
export const WirePlaceMoved = z.object({ old_channel_id: id, new_channel_id: id });

export const WireSlash = z.object({
  command: z.string().startsWith("/"),
  text: Text,
  team_id: id.nullish(),
  enterprise_id: id.nullish(),
  channel_id: id,
  channel_name: z.string().optional(),
  user_id: id,
  user_name: z.string().default(""),
  trigger_id: id,
  response_url: z.url().optional(),
});
export type WireSlash = z.infer<typeof WireSlash>;

const interaction = {
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.nullish(), username: z.string().nullish(), name: z.string().nullish() }),
  trigger_id: id,
  channel: z.object({ id, name: z.string().nullish() }).nullish(),
  response_url: z.url().nullish(),
};

export const WireBlockActions = z.object({
  ...interaction,
  type: z.literal("block_actions"),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string().optional() })).min(1),
  container: z.object({
    type: z.string(),
    message_ts: Ts.nullish(),
    channel_id: id.nullish(),
    thread_ts: Ts.nullish(),
  }),
});
export type WireBlockActions = z.infer<typeof WireBlockActions>;

export const WireShortcut = z.object({
  ...interaction,
  type: z.literal("message_action"),
  callback_id: z.string(),
  message: WireMessage.extend({ username: z.string().nullish() }),
});
export type WireShortcut = z.infer<typeof WireShortcut>;

const FieldValue = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

export const WireSubmission = z.object({
  ...interaction,
  // Sent without a trigger by some clients, and never used for one.
  trigger_id: id.optional(),
  type: z.literal("view_submission"),
  view: z.object({
    id,
    private_metadata: z.string().default(""),
    app_installed_team_id: id.nullish(),
    hash: z.string().optional(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), FieldValue)) }),
  }),
});
export type WireSubmission = z.infer<typeof WireSubmission>;

export const WireInteraction = z.discriminatedUnion("type", [WireBlockActions, WireShortcut, WireSubmission]);
export type WireInteraction = z.infer<typeof WireInteraction>;

/** A message as Slack lists it. */
export const WireListed = WireMessage.extend({
  username: z.string().nullish(),
  app_id: z.string().nullish(),
  streaming_state: z.string().nullish(),
  metadata: z
    .object({ event_type: z.string().nullish(), event_payload: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
});
export type WireListed = z.infer<typeof WireListed>;

/** A page of messages; what cannot be read is passed over. */
export const WirePage = z
  .object({
    messages: z
      .array(z.unknown())
      .transform((all) => all.flatMap((one) => WireMessage.safeParse(one).data ?? [])),
    response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
  })
  .transform(({ messages, response_metadata }) => ({
    messages,
    next: response_metadata?.next_cursor || undefined,
  }));

export const WirePosted = z.object({ channel: id, ts: Ts });

const UserFacts = z.object({
  /** Their own workspace. */
  team_id: id.optional(),
  enterprise_user: z.object({ enterprise_id: id.nullish() }).nullish(),
  /** They left, or were removed. */
  deleted: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  name: z.string().default(""),
  real_name: z.string().nullish(),
  is_admin: z.boolean().default(false),
  is_owner: z.boolean().default(false),
  profile: z.object({ display_name: z.string().nullish(), real_name: z.string().nullish() }).nullish(),
});
export type WireUser = z.infer<typeof UserFacts>;
export const WireUserInfo = z.object({ user: UserFacts });
