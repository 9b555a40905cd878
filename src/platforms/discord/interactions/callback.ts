import { InteractionResponseType as Callback, RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import type { InteractionTarget } from "../messages/reply-target.ts";
import type { ApiRequest, DiscordApi } from "../rest/api.ts";
import { isRejected } from "../rest/errors.ts";
import { WirePosted } from "../wire.ts";

/** The first answer of all. Discord waits three seconds for it, and knows no second one. */
export function answerInteraction(
  api: DiscordApi,
  { interaction, token }: Pick<InteractionTarget, "interaction" | "token">,
  { files, ...body }: { type: Callback; data?: object; files?: ApiRequest["files"] },
): Promise<unknown> {
  return api({
    method: "POST",
    path: `/interactions/${interaction}/${token}/callback`,
    query: { with_response: String(body.type === Callback.ChannelMessageWithSource) },
    body,
    ...(files && { files }),
    authorized: false,
  });
}

/** It was answered: by the very request that seemed lost and was sent again, or by another process. */
export function ignoreAlreadyAnswered(error: unknown): void {
  if (!isRejected(error, Code.InteractionHasAlreadyBeenAcknowledged)) throw error;
}

/** Where the message lies that the first answer made, or that "is thinking …" stands for. */
export const originalPath = ({ application, token }: Pick<InteractionTarget, "application" | "token">) =>
  `/webhooks/${application}/${token}/messages/@original` as const;

export async function originalOf(
  api: DiscordApi,
  target: InteractionTarget,
): Promise<WirePosted | undefined> {
  try {
    return WirePosted.parse(await api({ method: "GET", path: originalPath(target), authorized: false }));
  } catch (error) {
    if (isRejected(error, Code.UnknownMessage)) return undefined;
    throw error;
  }
}

export async function removeOriginal(api: DiscordApi, target: InteractionTarget): Promise<void> {
  try {
    await api({ method: "DELETE", path: originalPath(target), authorized: false });
  } catch (error) {
    if (!isRejected(error, Code.UnknownMessage)) throw error;
  }
}
