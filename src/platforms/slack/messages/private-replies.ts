import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageId } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { isDirect, messageIdOf } from "../ids.ts";
import type { Respond, SlackApi } from "../web-api/api.ts";
import { CHANNEL_CLOSED, isRejected, PlatformRejection, POSTING_RESTRICTED } from "../web-api/errors.ts";
import type { Directory } from "../workspaces/directory.ts";
import { encode } from "./encode-message.ts";
import type { Posting, PostLocation } from "./posting.ts";
import type { InteractionTarget, SlackTarget } from "./reply-target.ts";

/** Five answers within half an hour, says Slack; the last half minute is left to clocks that differ. */
const URL_USES = 5;
const URL_LIVES_MS = 29.5 * 60_000;
const REMEMBERED = 2_000;

const Ephemeral = z.object({ message_ts: z.string() });

/** Answers that only one person sees, and those to commands in channels that the bot is no member of. */
export class PrivateReplies {
  readonly #api: SlackApi;
  readonly #respond: Respond;
  readonly #posting: Posting;
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #used = new BoundedMap<string, number>(REMEMBERED);

  constructor(services: {
    api: SlackApi;
    respond: Respond;
    posting: Posting;
    directory: Directory;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#respond = services.respond;
    this.#posting = services.posting;
    this.#directory = services.directory;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  /** To one person alone. */
  async privately(
    target: SlackTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const answered = await this.#answerAt(target, message, "ephemeral");
    if (answered) return answered;
    // Direct messages are private by themselves.
    if (isDirect(target.channel)) return this.#posting.post(replyLocation(target), message, idempotencyKey);
    try {
      return await this.#ephemerally(target, message);
    } catch (error) {
      if (!isRejected(error, "user_not_in_channel", ...CHANNEL_CLOSED, ...POSTING_RESTRICTED)) throw error;
      if (message.mayBeKept && target.via === "interaction" && target.responseUrl !== undefined)
        throw answerTooLate(error);
      return this.#directly(target, message, idempotencyKey);
    }
  }

  /** For all to see, in answer to a command or a click. */
  async publicly(
    target: InteractionTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    try {
      return await this.#posting.post(replyLocation(target), message, idempotencyKey);
    } catch (error) {
      // Where admins let us not write we write in no other way either.
      if (!isRejected(error, ...CHANNEL_CLOSED)) throw error;
      const answered = await this.#answerAt(target, message, "in_channel");
      if (!answered) throw error;
      return answered;
    }
  }

  /**
   * Slack does not tell what else stands on a message that one person alone sees, so a message whose button was pressed
   * can only go as a whole.
   */
  async removePressed(target: SlackTarget): Promise<void> {
    const url = this.#urlOf(target);
    if (url === undefined) return;
    this.#count(url);
    await this.#respond(url, { delete_original: true }).catch((err: unknown) =>
      this.#log.warn({ err }, "could not take a button away"),
    );
  }

  /** The address for answers, while it takes any. Another process may have used it too: then Slack says so. */
  #urlOf(target: SlackTarget): string | undefined {
    if (target.via !== "interaction" || target.responseUrl === undefined) return undefined;
    const isFresh = this.#clock.now() - target.at < URL_LIVES_MS;
    return isFresh && (this.#used.get(target.responseUrl) ?? 0) < URL_USES ? target.responseUrl : undefined;
  }

  #count(url: string): void {
    this.#used.set(url, (this.#used.get(url) ?? 0) + 1);
  }

  /** Undefined when the address takes no more. */
  async #answerAt(
    target: SlackTarget,
    message: OutgoingMessage,
    as: "ephemeral" | "in_channel",
  ): Promise<MessageId | undefined> {
    const url = this.#urlOf(target);
    if (url === undefined) return undefined;
    this.#count(url);
    try {
      await this.#respond(url, {
        response_type: as,
        replace_original: false,
        ...(target.thread !== undefined && { thread_ts: target.thread }),
        ...encode(message, { ownName: false }),
      });
    } catch (error) {
      if (error instanceof PlatformRejection) return undefined;
      throw error;
    }
    return ephemeralMessage(target, "0.0");
  }

  async #ephemerally(target: SlackTarget, message: OutgoingMessage): Promise<MessageId> {
    const { team, channel, thread, person } = target;
    const args = {
      channel,
      user: person,
      ...(thread !== undefined && { thread_ts: thread }),
      ...withoutUnfurling(message),
    };
    const answer = await this.#api({ team, channel, method: "chat.postEphemeral", args, repeatable: false });
    return ephemeralMessage(target, Ephemeral.parse(answer).message_ts);
  }

  async #directly(
    target: SlackTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const { team, person, personTeam } = target;
    const channel = await this.#directory.directChannel(team, person);
    return this.#posting.post({ team, channel, person, personTeam }, message, idempotencyKey);
  }
}

const answerTooLate = (cause: unknown) => new AppError("answer_late", sentences.slack.tooLate, { cause });

function withoutUnfurling(message: OutgoingMessage) {
  const { unfurl_links: _, unfurl_media: __, ...body } = encode(message, { ownName: false });
  return body;
}

const ephemeralMessage = ({ team, channel }: SlackTarget, ts: string): MessageId =>
  messageIdOf({ team, channel, ts, kind: "fleeting" });

/** What answers a message goes into its thread; what answers a command stands where it was given. */
export function replyLocation(target: SlackTarget): PostLocation {
  const { team, channel, thread, person, personTeam } = target;
  const where = { team, channel, person, personTeam };
  return target.via === "message"
    ? { ...where, thread: thread ?? target.message, after: target.message, title: target.title }
    : { ...where, thread };
}
