import type { MessageId } from "../../../core/domain/model.ts";
import { messageIdOf } from "../ids.ts";
import { WirePosted } from "../wire.ts";

/** Where messages go that are nobody's reply to an interaction. */
export interface PostLocation {
  readonly channel: string;
  readonly channelType: number;
  readonly guild?: string | undefined;
  readonly parent?: string | undefined;
  /** What we post comes after this message, or snowflake. */
  readonly after: string;
  /** The message in a channel that is answered there; shown above the answer. */
  readonly replyTo?: string | undefined;
}

export const customIds = ({ components }: WirePosted): readonly string[] =>
  components.flatMap(({ components: row }) => row.flatMap(({ custom_id }) => custom_id ?? []));

/** Answers to interactions bear the application's id where a webhook's would be. */
export const isByWebhook = ({ webhook_id, application_id }: WirePosted) =>
  webhook_id !== undefined && webhook_id !== application_id;

export function idOf(answer: unknown, byWebhook: boolean): MessageId {
  const { id, channel_id } = WirePosted.pick({ id: true, channel_id: true }).parse(answer);
  return messageIdOf({ channel: channel_id, message: id, byWebhook });
}
