import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageId } from "../../../core/domain/model.ts";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { messageRefOf } from "../ids.ts";
import { type Body, encode, filesOf } from "../messages/encode-message.ts";
import { idOf, type PostLocation } from "../messages/posted.ts";
import { isThreadType } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, isTokenDead, PlatformRejection } from "../rest/errors.ts";
import type { Webhook, Webhooks } from "./webhooks.ts";

/** What personas say through webhooks, and how it changes. */
export class WebhookMessages {
  readonly #api: DiscordApi;
  readonly #webhooks: Webhooks;

  constructor({ api, webhooks }: { readonly api: DiscordApi; readonly webhooks: Webhooks }) {
    this.#api = api;
    this.#webhooks = webhooks;
  }

  async post(
    { webhook, hasRoom }: { readonly webhook: Webhook; readonly hasRoom: boolean },
    spot: PostLocation,
    message: OutgoingMessage,
    key: IdempotencyKey,
  ): Promise<MessageId> {
    const grows = message.isStreaming === true;
    const posted = this.#execute({ webhook, hasRoom }, spot, message, key);
    const noted = posted.then(
      (id) => messageRefOf(id).message,
      () => undefined,
    );
    if (hasRoom) this.#webhooks.spoke(webhook, await noted, { grows });
    return posted;
  }

  async #execute(
    { webhook, hasRoom }: { readonly webhook: Webhook; readonly hasRoom: boolean },
    spot: PostLocation,
    message: OutgoingMessage,
    { key }: IdempotencyKey,
  ): Promise<MessageId> {
    const posted = await this.#api({
      method: "POST",
      path: `/webhooks/${webhook.id}/${webhook.token}`,
      query: { wait: "true", ...threadQuery(spot) },
      body: encode(message, { ownName: true, key }),
      files: filesOf(message),
      authorized: false,
      byWebhook: true,
      hasRoom,
      repeatable: false,
    });
    return idOf(posted, true);
  }

  /** @throws {AppError} `not_found` where the webhook that posted it is gone */
  async edit(
    spot: PostLocation,
    message: string,
    {
      body: { username: _name, avatar_url: _face, ...body },
      files,
      grows,
    }: { body: Body; files: ReturnType<typeof filesOf>; grows: boolean },
  ): Promise<void> {
    const home = spot.parent ?? spot.channel;
    const webhooks = await this.#webhooks.ofMessage(home, message);
    let unknown: unknown;
    for (const webhook of webhooks) {
      try {
        await this.#api({
          method: "PATCH",
          path: `/webhooks/${webhook.id}/${webhook.token}/messages/${message}`,
          query: threadQuery(spot),
          body,
          files,
          authorized: false,
          byWebhook: true,
          // The ends of all that grows through it come first.
          keepsFree: grows ? this.#webhooks.growing(webhook) : undefined,
        });
        return;
      } catch (error) {
        if (isTokenDead(error)) {
          this.#webhooks.lost(home, webhook);
          throw channelGone(error);
        }
        if (!isRejected(error, Code.UnknownMessage)) throw error;
        unknown = error;
      }
    }
    if (unknown !== undefined && !(await this.#exists(spot, message))) throw unknown;
    throw channelGone(unknown);
  }

  /** A message that is unknown to the webhook of now may be one of the webhook before it. */
  async #exists({ channel }: PostLocation, message: string): Promise<boolean> {
    try {
      await this.#api({ method: "GET", path: `/channels/${channel}/messages/${message}` });
      return true;
    } catch (error) {
      if (error instanceof PlatformRejection) return false;
      throw error;
    }
  }
}

/** Only the bot or webhook that posted a message can change it. */
export const channelGone = (cause?: unknown) =>
  new AppError("not_found", sentences.discord.webhookGone, { cause });

const threadQuery = ({ channel, channelType }: PostLocation): Record<string, string> =>
  isThreadType(channelType) ? { thread_id: channel } : {};
