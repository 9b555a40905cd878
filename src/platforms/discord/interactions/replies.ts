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
import { idOf, type Posting, type PostLocation } from "../messages/posting.ts";
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
export interface InteractionReplies {
  post(
    target: InteractionTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId>;
  edit(target: InteractionTarget, id: MessageId, message: OutgoingMessage, key?: string): Promise<void>;
  /** True while a form can still be the first answer. */
  takesForm(target: InteractionTarget): boolean;
  openForm(target: InteractionTarget, form: Form): Promise<void>;
}

/** A token is good for 15 minutes; the last half minute is left to clocks that differ. */
const TOKEN_LIVES_MS = 14.5 * 60_000;
/** Discord waits three seconds for the first answer; a form that cannot arrive in time is not begun. */
const FIRST_ANSWER_MS = 2_700;
/** Another process may be about to acknowledge what we work on already. */
const ACKNOWLEDGED_WITHIN_MS = 5_000;
const POLL_EVERY_MS = 250;

export function createInteractionReplies(services: {
  api: DiscordApi;
  posting: Posting;
  acknowledgements: Acknowledgements;
  clock: Clock;
  log: Logger;
}): InteractionReplies {
  const { api, posting, acknowledgements, clock, log } = services;
  const progressOf = (target: InteractionTarget): AcknowledgementState =>
    acknowledgements.of(target.interaction) ?? {
      acknowledged: Promise.resolve(),
      original: "unknown",
      opened: false,
    };

  async function post(
    target: InteractionTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const progress = progressOf(target);
    await progress.acknowledged;
    const draft = { progress, message, once: idempotencyKey };
    while (ageOf(target) < TOKEN_LIVES_MS) {
      try {
        return await answerPlainly(target, draft);
      } catch (error) {
        if (!isTokenDead(error)) throw error;
        if (!mayComeAlive(target, progress)) break;
        await clock.sleep(POLL_EVERY_MS);
      }
    }
    return postOutside(target, message, idempotencyKey);
  }

  const ageOf = ({ at }: InteractionTarget) => clock.now() - at;

  /** A deferred answer of another process may be only a moment away. */
  const mayComeAlive = (target: InteractionTarget, { original }: AcknowledgementState) =>
    target.acknowledgement !== "open" && original === "unknown" && ageOf(target) < ACKNOWLEDGED_WITHIN_MS;

  /** A button that Discord does not take must not cost the words. */
  function answerPlainly(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    const { buttons = [], ...bare } = draft.message;
    return withPlainerForms(
      [
        () => answer(target, draft),
        ...(buttons.length > 0 ? [() => answer(target, { ...draft, message: bare })] : []),
      ],
      ({ code, message: reason }) =>
        log.warn({ code, reason }, "Discord refused an answer, which is sent again without its buttons"),
    );
  }

  function answer(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    switch (target.acknowledgement) {
      case "update":
        return followUp(target, draft);
      case "open":
        return draft.progress.opened ? followUp(target, draft) : firstAnswer(target, draft);
      default:
        return answerDeferred(target, draft);
    }
  }

  async function answerDeferred(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    const { progress } = draft;
    if (progress.original === "unknown" || draft.once.isRetry) {
      const original = await originalOf(api, target);
      if (original && isThis(original, draft)) return idOf(original, false);
      progress.original = original && isLoading(original) ? "waits" : "used";
    }
    const filled = progress.original === "waits" ? await useOriginal(target, draft) : undefined;
    progress.original = "used";
    return filled ?? followUp(target, draft);
  }

  /** Undefined where the answer follows up: the promise was made to others, or somebody took it away. */
  async function useOriginal(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId | undefined> {
    if (draft.message.visibility !== target.acknowledgement) {
      await removeOriginal(api, target);
      return undefined;
    }
    const [method, path, authorized] = ["PATCH", originalPath(target), false] as const;
    try {
      return idOf(await api({ method, path, ...bodyOf(target, draft), authorized }), false);
    } catch (error) {
      if (isRejected(error, Code.UnknownMessage)) return undefined;
      throw error;
    }
  }

  async function firstAnswer(target: InteractionTarget, draft: ReplyDraft): Promise<MessageId> {
    const { body, files } = bodyOf(target, draft);
    try {
      const answered = await answerInteraction(api, target, {
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
      const original = await originalOf(api, target);
      return original && isThis(original, draft) ? idOf(original, false) : followUp(target, draft);
    }
  }

  function followUp(
    target: InteractionTarget,
    { message, once: idempotencyKey }: ReplyDraft,
  ): Promise<MessageId> {
    // What only one person sees cannot be looked for.
    const look = async () =>
      message.visibility === "private"
        ? undefined
        : posting.find(followUpLocation(target), { key: idempotencyKey.key, contents: [contentOf(message)] });
    const make = async () =>
      idOf(
        await api({
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
  async function postOutside(
    target: InteractionTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    if (message.visibility === "public" || target.guild === undefined)
      return posting.post(followUpLocation(target), message, idempotencyKey);
    // A conversation of direct messages goes on in them if they are open now.
    if (message.mayBeKept && target.direct === undefined) throw answerTooLate();
    try {
      return await posting.post(
        await directLocation(api, target.person, target.interaction),
        message,
        idempotencyKey,
      );
    } catch (error) {
      throw isClosed(error) ? answerTooLate(error) : error;
    }
  }

  async function edit(
    target: InteractionTarget,
    id: MessageId,
    message: OutgoingMessage,
    key?: string,
  ): Promise<void> {
    const { message: messageId, byWebhook } = messageRefOf(id);
    if (byWebhook || clock.now() - target.at > TOKEN_LIVES_MS) return editOutside(target, id, message, key);
    try {
      await api({
        method: "PATCH",
        path: `/webhooks/${target.application}/${target.token}/messages/${messageId}`,
        body: encode(message, { ownName: false, key, direct: target.direct }),
        files: filesOf(message),
        authorized: false,
      });
    } catch (error) {
      if (!isTokenDead(error) && !isRejected(error, Code.UnknownMessage)) throw error;
      await editOutside(target, id, message, key);
    }
  }

  /** What one person alone sees can be changed by its interaction and by nothing else. */
  async function editOutside(
    target: InteractionTarget,
    id: MessageId,
    message: OutgoingMessage,
    key?: string,
  ): Promise<void> {
    if (target.direct !== undefined) throw new AppError("not_found", sentences.discord.answerUnchangeable);
    await posting.edit(followUpLocation(target), id, message, key);
  }

  return {
    post,
    edit,
    takesForm: (target) =>
      target.acknowledgement === "open" &&
      !progressOf(target).opened &&
      clock.now() - target.at < FIRST_ANSWER_MS,
    async openForm(target, form) {
      await answerInteraction(api, target, { type: Callback.Modal, data: modalOf(form) }).catch(
        ignoreAlreadyAnswered,
      );
      progressOf(target).opened = true;
    },
  };
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
