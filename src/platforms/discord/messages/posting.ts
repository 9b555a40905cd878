import { RESTJSONErrorCodes as Code, MessageFlags } from "discord-api-types/v10";
import { z } from "zod";
import type { MessageId } from "../../../core/domain/model.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { postOnce } from "../../shared/messages/post-once.ts";
import { isWayClosed } from "../../shared/unavailable.ts";
import { isHelpedByWebhook } from "../guild/post-permission.ts";
import { isAfter, messageRefOf } from "../ids.ts";
import { hasKey } from "../interactions/custom-id.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, PlatformRejection, withPlainerForms } from "../rest/errors.ts";
import { channelGone, WebhookMessages } from "../webhooks/webhook-messages.ts";
import { isWebhookGone, type Webhook, type Webhooks } from "../webhooks/webhooks.ts";
import { WirePosted } from "../wire.ts";
import { type Body, encode, filesOf, nonceOf } from "./encode-message.ts";
import { customIds, idOf, isByWebhook, type PostLocation } from "./posted.ts";
import { isThreadType } from "./reply-target.ts";

const SEARCHED_MESSAGES = "50";

/** Posts as the bot, or through a webhook as a persona. */
export class Posting {
  readonly #api: DiscordApi;
  readonly #webhooks: Webhooks;
  readonly #spoken: WebhookMessages;
  readonly #log: Logger;

  constructor({
    api,
    webhooks,
    log,
  }: {
    api: DiscordApi;
    webhooks: Webhooks;
    log: Logger;
  }) {
    this.#api = api;
    this.#webhooks = webhooks;
    this.#spoken = new WebhookMessages({ api, webhooks });
    this.#log = log;
  }

  /** Posts exactly one message, whatever is lost on the way. */
  post(spot: PostLocation, message: OutgoingMessage, idempotencyKey: IdempotencyKey): Promise<MessageId> {
    return postOnce(idempotencyKey.isRetry, {
      look: () => this.find(spot, { key: idempotencyKey.key, contents: contentsOf(message) }),
      make: () => this.#send(spot, message, idempotencyKey),
    });
  }

  async edit(spot: PostLocation, id: MessageId, message: OutgoingMessage, key?: string): Promise<void> {
    const { message: messageId, byWebhook } = messageRefOf(id);
    const body = encode(message, { ownName: byWebhook, key });
    const files = filesOf(message);
    const grows = message.isStreaming === true;
    if (!grows) this.#webhooks.ended(messageId);
    const changeTo = (now: Body) =>
      byWebhook
        ? this.#spoken.edit(spot, messageId, { body: now, files, grows })
        : this.#api({
            method: "PATCH",
            path: `/channels/${spot.channel}/messages/${messageId}`,
            body: now,
            files,
          });
    const change = () =>
      withPlainerForms<unknown>(
        [
          () => changeTo(body),
          ...(body.components.length > 0 ? [() => changeTo({ ...body, components: [] })] : []),
        ],
        ({ code, message: reason }) =>
          this.#log.warn(
            { code, reason },
            "Discord refused an edit, which is sent again without its buttons",
          ),
      );
    try {
      await change();
    } catch (error) {
      // With another token we are another bot.
      if (isRejected(error, Code.CannotEditMessageAuthoredByAnotherUser)) throw channelGone(error);
      if (!isRejected(error, Code.InvalidActionOnArchivedThread)) throw error;
      await this.#api({
        method: "PATCH",
        path: `/channels/${spot.channel}`,
        body: { archived: false },
        needs: "Manage Threads",
      });
      await change();
    }
  }

  /** One of our own messages in the channel that must be this one: an earlier try landed. */
  async find(
    spot: PostLocation,
    { key, contents }: { key: string; contents: readonly string[] },
  ): Promise<MessageId | undefined> {
    const listed = await this.#api({
      method: "GET",
      path: `/channels/${spot.channel}/messages`,
      query: { limit: SEARCHED_MESSAGES },
    }).catch((error: unknown) => {
      // Who may not look cannot find: the nonce still keeps the bot's own messages single.
      if (error instanceof PlatformRejection) return [];
      throw error;
    });
    const messages = z.array(WirePosted).parse(listed);
    const nonce = nonceOf(key);
    const ours = messages.filter(({ id, author }) => author.bot && isAfter(id, spot.after));
    const found =
      ours.find((each) => each.nonce === nonce || customIds(each).some((id) => hasKey(id, key))) ??
      ours.find(({ content, flags }) => (flags & MessageFlags.Loading) === 0 && contents.includes(content));
    return found && idOf(found, isByWebhook(found));
  }

  /** A name, a picture or a button that Discord does not take must not cost the words. */
  #send(spot: PostLocation, message: OutgoingMessage, idempotencyKey: IdempotencyKey): Promise<MessageId> {
    const { buttons = [], author, ...bare } = message;
    const hasName = webhookChannel(spot, message) !== undefined;
    return withPlainerForms(
      [
        () => this.#sendInName(spot, message, idempotencyKey),
        ...(hasName ? [() => this.#sendAsBot(spot, message, idempotencyKey)] : []),
        ...(buttons.length > 0 ? [() => this.#sendAsBot(spot, { ...bare, author }, idempotencyKey)] : []),
      ],
      ({ code, message: reason }) =>
        this.#log.warn({ code, reason }, "Discord refused a message, which is sent again as plain text"),
    );
  }

  async #sendInName(
    spot: PostLocation,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const asBot = () => this.#sendAsBot(spot, message, idempotencyKey);
    const home = webhookChannel(spot, message);
    if (home === undefined) return asBot();
    const grows = message.isStreaming === true;
    const free = await this.#webhooks.withRoom(home, { grows });
    const [first] = await this.#webhooks.of(home);
    if (!first) return asBot();
    if (free)
      return this.#sendThrough({ webhook: free, hasRoom: true }, { spot, message, idempotencyKey, home });
    return asBot().catch((error: unknown) => {
      // Where the bot itself may not write people wait rather than read nothing.
      if (!(error instanceof PlatformRejection) || !isHelpedByWebhook(error)) throw error;
      return this.#sendThrough({ webhook: first, hasRoom: false }, { spot, message, idempotencyKey, home });
    });
  }

  async #sendThrough(
    through: { readonly webhook: Webhook; readonly hasRoom: boolean },
    what: { spot: PostLocation; message: OutgoingMessage; idempotencyKey: IdempotencyKey; home: string },
  ): Promise<MessageId> {
    const { spot, message, idempotencyKey, home } = what;
    try {
      return await this.#spoken.post(through, spot, message, idempotencyKey);
    } catch (error) {
      if (isWayClosed(error)) return this.#sendAsBot(spot, message, idempotencyKey);
      if (!isWebhookGone(error)) throw error;
      this.#webhooks.lost(home, through.webhook);
      // Ends: a channel that loses two has none.
      return this.#sendInName(spot, message, idempotencyKey);
    }
  }

  async #sendAsBot(
    spot: PostLocation,
    message: OutgoingMessage,
    { key }: IdempotencyKey,
  ): Promise<MessageId> {
    const body = { ...encode(message, { ownName: false, key }), nonce: nonceOf(key), enforce_nonce: true };
    const ask = (more: object) =>
      this.#api({
        method: "POST",
        path: `/channels/${spot.channel}/messages`,
        body: { ...body, ...more },
        files: filesOf(message),
        needs: isThreadType(spot.channelType) ? "Send Messages in Threads" : "Send Messages",
      });
    if (spot.replyTo === undefined) return idOf(await ask({}), false);
    const reference = { message_reference: { message_id: spot.replyTo, fail_if_not_exists: false } };
    try {
      return idOf(await ask(reference), false);
    } catch (error) {
      // Without Read Message History the answer stands without the question above it.
      if (!isRejected(error, Code.CannotReplyWithoutPermissionToReadMessageHistory)) throw error;
      return idOf(await ask({}), false);
    }
  }
}

/** As either way of posting would show it. */
const contentsOf = (message: OutgoingMessage): readonly string[] =>
  [true, false].map((ownName) => encode(message, { ownName, key: undefined }).content);

/** The channel whose webhook a persona speaks through; none for the bot's own words, nor in direct messages. */
function webhookChannel(
  { channel, channelType, parent, guild }: PostLocation,
  { author }: OutgoingMessage,
): string | undefined {
  if (!author || guild === undefined) return undefined;
  return isThreadType(channelType) ? parent : channel;
}
