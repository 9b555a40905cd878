import { InteractionResponseType as Callback, RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import type { Form } from "../../../core/domain/form.ts";
import type { MessageId } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { postOnce } from "../../shared/messages/post-once.ts";
import { messageRefOf } from "../ids.ts";
import { answerTooLate, directLocation, isClosed } from "../messages/direct-messages.ts";
import { encode, filesOf } from "../messages/encode-message.ts";
import { idOf, type PostLocation } from "../messages/posted.ts";
import type { Posting } from "../messages/posting.ts";
import type { InteractionTarget } from "../messages/reply-target.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, isTokenDead, withPlainerForms } from "../rest/errors.ts";
import type { AcknowledgementState, Acknowledgements } from "./acknowledgements.ts";
import {
  answerInteraction,
  ignoreAlreadyAnswered,
  originalOf,
  originalPath,
  removeOriginal,
} from "./callback.ts";
import { modalOf } from "./modal.ts";
import { bodyOf, contentOf, isLoading, isThis, type ReplyDraft } from "./reply-draft.ts";

/** A token is good for 15 minutes; the last half minute is left to clocks that differ. */
const TOKEN_LIVES_MS = 14.5 * 60_000;
/** Discord waits three seconds for the first answer; a form that cannot arrive in time is not begun. */
const FIRST_ANSWER_MS = 2_700;
/** Another process may be about to acknowledge what we work on already. */
const ACKNOWLEDGED_WITHIN_MS = 5_000;
const POLL_EVERY_MS = 250;

/*
 * Answers to an interaction, in the order in which Discord allows them:
 *
 *   open      Nothing was answered. The first answer is a form or a message, within three seconds.
 *   waits     Deferred: "is thinking …" stands there, public or private, and the first answer replaces it. One that must
 *             not be seen by the same people deletes it and follows up.
 *   used      Everything else follows up, as messages of their own.
 *   dead      After 15 minutes, or when it was never acknowledged: then the bot writes into the channel, and what is
 *             private goes to their direct messages, or is kept by who posts it for their next private answer.
 */
export class InteractionReplies {
  readonly #api: DiscordApi;
  readonly #posting: Posting;
  readonly #acknowledgements: Acknowledgements;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(services: {
    api: DiscordApi;
    posting: Posting;
    acknowledgements: Acknowledgements;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#posting = services.posting;
    this.#acknowledgements = services.acknowledgements;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  async post(
    target: InteractionTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const progress = this.#progressOf(target);
    await progress.acknowledged;
    const draft = { progress, message, once: idempotencyKey };
    while (this.#ageOf(target) < TOKEN_LIVES_MS) {
      try {
        return await this.#answerPlainly(target, draft);
      } catch (error) {
        if (!isTokenDead(error)) throw error;
        if (!this.#mayComeAlive(target, progress)) break;
        await this.#clock.sleep(POLL_EVERY_MS);
      }
    }
    return this.#postOutside(target, message, idempotencyKey);
  }

  async edit(
    target: InteractionTarget,
    id: MessageId,
    message: OutgoingMessage,
    key?: string,
  ): Promise<void> {
    const { message: messageId, byWebhook } = messageRefOf(id);
    if (byWebhook || this.#clock.now() - target.at > TOKEN_LIVES_MS)
      return this.#editOutside(target, id, message, key);
    try {
      await this.#api({
        method: "PATCH",
        path: `/webhooks/${target.application}/${target.token}/messages/${messageId}`,
        body: encode(message, { ownName: false, key, direct: target.direct }),
        files: filesOf(message),
        authorized: false,
      });
    } catch (error) {
      if (!isTokenDead(error) && !isRejected(error, Code.UnknownMessage)) throw error;
      await this.#editOutside(target, id, message, key);
    }
  }

  /** True while a form can still be the first answer. */
  takesForm(target: InteractionTarget): boolean {
    return (
      target.acknowledgement === "open" &&
      !this.#progressOf(target).opened &&
      this.#clock.now() - target.at < FIRST_ANSWER_MS
    );
  }

  async openForm(target: InteractionTarget, form: Form): Promise<void> {
    await answerInteraction(this.#api, target, { type: Callback.Modal, data: modalOf(form) }).catch(
      ignoreAlreadyAnswered,
    );
    this.#progressOf(target).opened = true;
  }

  #progressOf(target: InteractionTarget): AcknowledgementState {
    return (
      this.#acknowledgements.of(target.interaction) ?? {
        acknowledged: Promise.resolve(),
        original: "unknown",
        opened: false,
      }
    );
  }

  #ageOf({ at }: InteractionTarget) {
    return this.#clock.now() - at;
  }

  /** A deferred answer of another process may be only a moment away. */
  #mayComeAlive(target: InteractionTarget, { original }: AcknowledgementState) {
    return (
      target.acknowledgement !== "open" &&
      original === "unknown" &&
      this.#ageOf(target) < ACKNOWLEDGED_WITHIN_MS
    );
  }

  /** A button that Discord does not take must not cost the words. */
  #answerPlainly(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    const { buttons = [], ...bare } = draft.message;
    return withPlainerForms(
      [
        () => this.#answer(target, draft),
        ...(buttons.length > 0 ? [() => this.#answer(target, { ...draft, message: bare })] : []),
      ],
      ({ code, message: reason }) =>
        this.#log.warn(
          { code, reason },
          "Discord refused an answer, which is sent again without its buttons",
        ),
    );
  }

  #answer(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    switch (target.acknowledgement) {
      case "update":
        return this.#followUp(target, draft);
      case "open":
        return draft.progress.opened ? this.#followUp(target, draft) : this.#firstAnswer(target, draft);
      default:
        return this.#answerDeferred(target, draft);
    }
  }

  async #answerDeferred(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    const { progress } = draft;
    if (progress.original === "unknown" || draft.once.isRetry) {
      const original = await originalOf(this.#api, target);
      if (original && isThis(original, draft)) return idOf(original, false);
      progress.original = original && isLoading(original) ? "waits" : "used";
    }
    const filled = progress.original === "waits" ? await this.#useOriginal(target, draft) : undefined;
    progress.original = "used";
    return filled ?? this.#followUp(target, draft);
  }

  /** Undefined where the answer follows up: the promise was made to others, or somebody took it away. */
  async #useOriginal(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId | undefined> {
    if (draft.message.visibility !== target.acknowledgement) {
      await removeOriginal(this.#api, target);
      return undefined;
    }
    const [method, path, authorized] = ["PATCH", originalPath(target), false] as const;
    try {
      return idOf(await this.#api({ method, path, ...bodyOf(target, draft), authorized }), false);
    } catch (error) {
      if (isRejected(error, Code.UnknownMessage)) return undefined;
      throw error;
    }
  }

  async #firstAnswer(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    const { body, files } = bodyOf(target, draft);
    try {
      const answered = await answerInteraction(this.#api, target, {
        type: Callback.ChannelMessageWithSource,
        data: body,
        files,
      });
      draft.progress.opened = true;
      return idOf(
        z.object({ resource: z.object({ message: z.unknown() }) }).parse(answered).resource.message,
        false,
      );
    } catch (error) {
      if (!isRejected(error, Code.InteractionHasAlreadyBeenAcknowledged)) throw error;
      draft.progress.opened = true;
      // Perhaps by this very answer, whose receipt was lost.
      const original = await originalOf(this.#api, target);
      return original && isThis(original, draft) ? idOf(original, false) : this.#followUp(target, draft);
    }
  }

  #followUp(target: InteractionTarget, { message, once: idempotencyKey }: ReplyDraft): Promise<MessageId> {
    // What only one person sees cannot be looked for.
    const look = async () =>
      message.visibility === "private"
        ? undefined
        : this.#posting.find(followUpLocation(target), {
            key: idempotencyKey.key,
            contents: [contentOf(message)],
          });
    const make = async () =>
      idOf(
        await this.#api({
          method: "POST",
          path: `/webhooks/${target.application}/${target.token}`,
          query: { wait: "true" },
          ...bodyOf(target, { message, once: idempotencyKey }),
          authorized: false,
          repeatable: false,
        }),
        false,
      );
    return postOnce(idempotencyKey.isRetry, { look, make });
  }

  /** The interaction takes no more: what is private stays private all the same, and waits for the next one. */
  async #postOutside(
    target: InteractionTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    if (message.visibility === "public" || target.guild === undefined)
      return this.#posting.post(followUpLocation(target), message, idempotencyKey);
    // A conversation of direct messages goes on in them if they are open now.
    if (message.mayBeKept && target.direct === undefined) throw answerTooLate();
    try {
      return await this.#posting.post(
        await directLocation(this.#api, target.person, target.interaction),
        message,
        idempotencyKey,
      );
    } catch (error) {
      throw isClosed(error) ? answerTooLate(error) : error;
    }
  }

  /** What one person alone sees can be changed by its interaction and by nothing else. */
  async #editOutside(
    target: InteractionTarget,
    id: MessageId,
    message: OutgoingMessage,
    key?: string,
  ): Promise<void> {
    if (target.direct !== undefined) throw new AppError("not_found", sentences.discord.answerUnchangeable);
    await this.#posting.edit(followUpLocation(target), id, message, key);
  }
}

const followUpLocation = ({
  channel,
  channelType,
  guild,
  parent,
  interaction,
}: InteractionTarget): PostLocation => ({
  channel,
  channelType,
  guild,
  parent,
  after: interaction,
});
