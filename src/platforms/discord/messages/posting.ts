import { RESTJSONErrorCodes as Code, MessageFlags } from "discord-api-types/v10";
import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageId } from "../../../core/domain/model.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { postOnce } from "../../shared/messages/post-once.ts";
import { isWayClosed } from "../../shared/unavailable.ts";
import { isAfter, messageIdOf, messageRefOf } from "../ids.ts";
import { hasKey } from "../interactions/custom-id.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, isTokenDead, PlatformRejection, withPlainerForms } from "../rest/errors.ts";
import { WirePosted } from "../wire.ts";
import { type Body, encode, filesOf, nonceOf } from "./encode-message.ts";
import { isThreadType } from "./reply-target.ts";
import { isWebhookGone, type Webhook, type Webhooks } from "./webhooks.ts";

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

const SEARCHED_MESSAGES = "50";

/** Posts as the bot, or through a webhook as a persona. */
export class Posting {
  readonly #api: DiscordApi;
  readonly #webhooks: Webhooks;
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
    const changeTo = (now: Body) =>
      byWebhook
        ? this.#editAsWebhook(spot, messageId, { body: now, files })
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
    const home = webhookChannel(spot, message);
    const webhook = home === undefined ? undefined : await this.#webhooks.of(home);
    if (!webhook || home === undefined) return this.#sendAsBot(spot, message, idempotencyKey);
    try {
      return await this.#sendAs(webhook, spot, message, idempotencyKey);
    } catch (error) {
      if (isWayClosed(error)) return this.#sendAsBot(spot, message, idempotencyKey);
      if (!isWebhookGone(error)) throw error;
      this.#webhooks.lost(home, webhook);
      // Ends: a channel that loses two has none.
      return this.#sendInName(spot, message, idempotencyKey);
    }
  }

  async #sendAs(
    webhook: Webhook,
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
      repeatable: false,
    });
    return idOf(posted, true);
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

  async #editAsWebhook(
    spot: PostLocation,
    message: string,
    {
      body: { username: _name, avatar_url: _face, ...body },
      files,
    }: { body: Body; files: ReturnType<typeof filesOf> },
  ): Promise<void> {
    const home = spot.parent ?? spot.channel;
    const webhook = await this.#webhooks.of(home);
    if (!webhook) throw channelGone();
    try {
      await this.#api({
        method: "PATCH",
        path: `/webhooks/${webhook.id}/${webhook.token}/messages/${message}`,
        query: threadQuery(spot),
        body,
        files,
        authorized: false,
      });
    } catch (error) {
      if (isTokenDead(error)) this.#webhooks.lost(home, webhook);
      else if (!(isRejected(error, Code.UnknownMessage) && (await this.#exists(spot, message)))) throw error;
      throw channelGone(error);
    }
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
const channelGone = (cause?: unknown) => new AppError("not_found", sentences.discord.webhookGone, { cause });

export const customIds = ({ components }: WirePosted): readonly string[] =>
  components.flatMap(({ components: row }) => row.flatMap(({ custom_id }) => custom_id ?? []));

/** Answers to interactions bear the application's id where a webhook's would be. */
const isByWebhook = ({ webhook_id, application_id }: WirePosted) =>
  webhook_id !== undefined && webhook_id !== application_id;

/** As either way of posting would show it. */
const contentsOf = (message: OutgoingMessage): readonly string[] =>
  [true, false].map((ownName) => encode(message, { ownName, key: undefined }).content);

export function idOf(answer: unknown, byWebhook: boolean): MessageId {
  const { id, channel_id } = WirePosted.pick({ id: true, channel_id: true }).parse(answer);
  return messageIdOf({ channel: channel_id, message: id, byWebhook });
}

/** The channel whose webhook a persona speaks through; none for the bot's own words, nor in direct messages. */
function webhookChannel(
  { channel, channelType, parent, guild }: PostLocation,
  { author }: OutgoingMessage,
): string | undefined {
  if (!author || guild === undefined) return undefined;
  return isThreadType(channelType) ? parent : channel;
}

const threadQuery = ({ channel, channelType }: PostLocation): Record<string, string> =>
  isThreadType(channelType) ? { thread_id: channel } : {};
