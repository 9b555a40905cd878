import { EventId, MessageId, PersonId, PlaceId } from "../../core/domain/model.ts";
import { withoutPrefix } from "../../core/text/affixes.ts";

/*
 * Our ids, made and taken apart here alone. Discord's own are snowflakes: unique, and they grow with time.
 */

const PREFIX = "discord.";

export const placeIdOf = (channel: string): PlaceId => PlaceId.parse(PREFIX + channel);
export const personIdOf = (user: string): PersonId => PersonId.parse(PREFIX + user);
/** Undefined for a person of another platform. */
export const userOf = (person: PersonId): string | undefined =>
  /^discord\.(?<user>\d+)$/.exec(person)?.groups?.user;
/** Of a message or an interaction: both are snowflakes, so they never meet. */
export const eventIdOf = (snowflake: string): EventId => EventId.parse(PREFIX + snowflake);

export const channelOf = (place: PlaceId): string => withoutPrefix(place, PREFIX);

export interface MessageRef {
  readonly channel: string;
  readonly message: string;
  /** Posted by a webhook: only the webhook can edit it. */
  readonly byWebhook: boolean;
}

export function messageIdOf({ channel, message, byWebhook }: MessageRef): MessageId {
  return MessageId.parse(`${PREFIX}${channel}.${message}${byWebhook ? ".w" : ""}`);
}

export function messageRefOf(id: MessageId): MessageRef {
  const [channel = "", message = "", mark] = withoutPrefix(id, PREFIX).split(".");
  return { channel, message, byWebhook: mark === "w" };
}

/** Milliseconds from 1970 to the first second of 2015, where snowflakes begin. */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;

export const snowflakeTime = (snowflake: string): number =>
  Number((BigInt(snowflake) >> 22n) + DISCORD_EPOCH_MS);

/** The smallest snowflake of this moment, to ask for what came after it. */
export const snowflakeAt = (ms: number): string =>
  ((BigInt(Math.max(Math.trunc(ms), Number(DISCORD_EPOCH_MS))) - DISCORD_EPOCH_MS) << 22n).toString();

export function compareSnowflakes(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}

export const isAfter = (left: string, right: string): boolean => compareSnowflakes(left, right) > 0;
