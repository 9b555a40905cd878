import { MessageFlags } from "discord-api-types/v10";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { encode, ephemeral, filesOf } from "../messages/encode-message.ts";
import { customIds } from "../messages/posted.ts";
import type { InteractionTarget } from "../messages/reply-target.ts";
import type { WirePosted } from "../wire.ts";
import type { AcknowledgementState } from "./acknowledgements.ts";
import { hasKey } from "./custom-id.ts";

export interface ReplyDraft {
  readonly progress: AcknowledgementState;
  readonly message: OutgoingMessage;
  readonly once: IdempotencyKey;
}

export function bodyOf(
  { direct }: InteractionTarget,
  { message, once: idempotencyKey }: Pick<ReplyDraft, "message" | "once">,
) {
  const body = encode(message, { ownName: false, key: idempotencyKey.key, direct });
  return { body: message.visibility === "private" ? ephemeral(body) : body, files: filesOf(message) };
}

export const contentOf = (message: OutgoingMessage) =>
  encode(message, { ownName: false, key: undefined }).content;

export const isLoading = ({ flags }: WirePosted) => (flags & MessageFlags.Loading) !== 0;

export const isThis = (posted: WirePosted, { message, once: idempotencyKey }: ReplyDraft) =>
  !isLoading(posted) &&
  (posted.content === contentOf(message) || customIds(posted).some((id) => hasKey(id, idempotencyKey.key)));
