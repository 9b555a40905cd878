import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageId } from "../../../core/domain/model.ts";
import type {
  IdempotencyKey,
  OpenedThread,
  OutgoingMessage,
  ThreadDraft,
} from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { messageRefOf } from "../ids.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected, NO_MUTUAL_GUILDS } from "../rest/errors.ts";
import { Snowflake } from "../wire.ts";
import type { PostLocation } from "./posted.ts";
import type { Posting } from "./posting.ts";
import {
  type DiscordTarget,
  directPlace,
  type InteractionTarget,
  type MessageTarget,
  writeTarget,
} from "./reply-target.ts";

const DirectChannel = z.object({ id: Snowflake, type: z.number() });

/** A person's direct messages with the bot. What is looked for there comes after the message or interaction given. */
export async function directLocation(api: DiscordApi, person: string, after: string): Promise<PostLocation> {
  const opened = await api({ method: "POST", path: "/users/@me/channels", body: { recipient_id: person } });
  const { id, type } = DirectChannel.parse(opened);
  return { channel: id, channelType: type, after };
}

/**
 * A confidential answer to something said in front of others: Discord has no private answers to messages, so it goes
 * to the person directly, and the place is told only that it did.
 */
export async function postInDirectMessages(
  { api, posting }: { api: DiscordApi; posting: Posting },
  answered: { target: MessageTarget; place: PostLocation },
  message: OutgoingMessage,
  idempotencyKey: IdempotencyKey,
): Promise<MessageId> {
  const { target, place } = answered;
  const { buttons: _, ...confidential } = message;
  try {
    const direct = await directLocation(api, target.person, target.message);
    // "Everyone here" are those of the place where it was asked.
    const text = `${sentences.discord.askedIn(`<#${place.channel}>`)}\n${message.text}`;
    await posting.post(direct, { ...confidential, text }, idempotencyKey);
  } catch (error) {
    directMessagesError(error);
  }
  const told = {
    text: sentences.discord.wroteDirectly,
    visibility: "public",
  } as const;
  return posting.post(place, told, { ...idempotencyKey, key: `${idempotencyKey.key}.d` });
}

/** Answers an interaction. */
type Answer = (
  target: InteractionTarget,
  message: OutgoingMessage,
  idempotencyKey: IdempotencyKey,
) => Promise<MessageId>;

/**
 * The person's direct messages, with what they begin with. Where those are closed, an interaction still has answers that its
 * person alone sees: the same conversation goes on in them.
 */
export async function openDirectMessages(
  { api, posting, answer }: { api: DiscordApi; posting: Posting; answer: Answer },
  target: DiscordTarget,
  { opening, idempotencyKey }: ThreadDraft,
): Promise<OpenedThread> {
  const { person } = target;
  const after = target.via === "message" ? target.message : target.interaction;
  const spot = await directLocation(api, person, after).catch(directMessagesError);
  const { channel, channelType } = spot;
  const place = directPlace(channel);
  try {
    const posted = await posting.post(spot, { text: opening, visibility: "public" }, idempotencyKey);
    const { message } = messageRefOf(posted);
    return { place, target: writeTarget({ via: "message", channel, channelType, person, message }) };
  } catch (error) {
    if (target.via === "message" || !isClosed(error)) return directMessagesError(error);
    const alone = { ...target, direct: channel };
    await answer(alone, { text: opening, visibility: "private" }, idempotencyKey);
    return { place, target: writeTarget(alone), isElsewhere: true };
  }
}

/** Somebody with no server in common is a variant of closed direct messages. */
export const isClosed = (error: unknown): boolean =>
  isRejected(error, Code.CannotSendMessagesToThisUser, NO_MUTUAL_GUILDS);

function directMessagesError(error: unknown): never {
  throw isClosed(error) ? directMessagesClosed(error) : error;
}

const directMessagesClosed = (cause: unknown) =>
  new AppError("platform_rejected", sentences.discord.directMessagesClosed, { cause });

/** An interaction takes no more answers, and there is no other way to its person. */
export const answerTooLate = (cause?: unknown) =>
  new AppError("answer_late", sentences.discord.tooLate, {
    cause,
  });
