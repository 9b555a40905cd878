import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import type { MessageId } from "../../core/model.ts";
import type { OpenedThread, Outgoing, PostOnce, ThreadDraft } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { isRefused } from "./failure.ts";
import { messageRefOf } from "./ids.ts";
import type { Posting, Spot } from "./posting.ts";
import { type DiscordTarget, directPlace, type MessageTarget, writeTarget } from "./target.ts";
import { Snowflake } from "./wire.ts";

const DirectChannel = z.object({ id: Snowflake, type: z.number() });

/** A person's direct messages with the bot. What is looked for there comes after the message or interaction given. */
export async function directSpot(api: Api, person: string, after: string): Promise<Spot> {
  const opened = await api({ method: "POST", path: "/users/@me/channels", body: { recipient_id: person } });
  const { id, type } = DirectChannel.parse(opened);
  return { channel: id, channelType: type, after };
}

/**
 * A confidential answer to something said in front of others: Discord has no private answers to messages, so it goes
 * to the person directly, and the place is told only that it did.
 */
export async function postDirectly(
  { api, posting }: { api: Api; posting: Posting },
  answered: { target: MessageTarget; place: Spot },
  message: Outgoing,
  once: PostOnce,
): Promise<MessageId> {
  const { target, place } = answered;
  const { buttons: _, ...confidential } = message;
  try {
    const direct = await directSpot(api, target.person, target.message);
    await posting.post(direct, confidential, once);
  } catch (error) {
    if (!isRefused(error, Code.CannotSendMessagesToThisUser)) throw error;
    throw directMessagesClosed(error);
  }
  const told = {
    text: "Only you should see that, so I wrote to you directly.",
    visibility: "public",
  } as const;
  return posting.post(place, told, { ...once, key: `${once.key}.d` });
}

/** The person's direct messages, with what they begin with. */
export async function openDirect(
  { api, posting }: { api: Api; posting: Posting },
  target: DiscordTarget,
  { opening, once }: ThreadDraft,
): Promise<OpenedThread> {
  const { person } = target;
  const after = target.via === "message" ? target.message : target.interaction;
  try {
    const spot = await directSpot(api, person, after);
    const posted = await posting.post(spot, { text: opening, visibility: "public" }, once);
    const { channel, channelType } = spot;
    const { message } = messageRefOf(posted);
    return {
      place: directPlace(channel),
      target: writeTarget({ via: "message", channel, channelType, person, message }),
    };
  } catch (error) {
    if (!isRefused(error, Code.CannotSendMessagesToThisUser)) throw error;
    throw directMessagesClosed(error);
  }
}

const directMessagesClosed = (cause: unknown) =>
  new AppError(
    "platform_rejected",
    "Only you should see that, but I cannot write to you directly. Use the slash command instead: its answer is yours alone.",
    { cause },
  );
