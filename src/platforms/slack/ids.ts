import { EventId, MessageId, PersonId, PlaceId } from "../../core/domain/model.ts";

/*
 * Our ids, made and taken apart here alone. Slack's own hold letters and digits; a `ts` has one full stop, is unique in
 * its channel and grows with time.
 */

const PREFIX = "slack";
const idOf = (...parts: readonly string[]) => [PREFIX, ...parts].join(".");

/** Where something is said: a channel, or the thread below the message `thread` of it. */
export interface SlackLocation {
  readonly team: string;
  readonly channel: string;
  readonly thread?: string | undefined;
}

export const placeIdOf = ({ team, channel, thread }: SlackLocation): PlaceId =>
  PlaceId.parse(idOf(team, channel, ...(thread === undefined ? [] : [thread])));

export function locationOf(place: PlaceId): SlackLocation {
  const [, team = "", channel = "", ...thread] = place.split(".");
  return { team, channel, ...(thread.length > 0 && { thread: thread.join(".") }) };
}

export const personIdOf = (team: string, user: string): PersonId => PersonId.parse(idOf(team, user));

/** Undefined for a person of another platform. */
export function userOf(person: PersonId): { readonly team: string; readonly user: string } | undefined {
  const { team, user } = /^slack\.(?<team>\w+)\.(?<user>\w+)$/.exec(person)?.groups ?? {};
  return team !== undefined && user !== undefined ? { team, user } : undefined;
}

/** A message and the mention in it are two deliveries of one event: both have its channel and `ts`. */
export const messageEventIdOf = ({
  team,
  channel,
  ts,
}: Pick<MessageRef, "team" | "channel" | "ts">): EventId => EventId.parse(idOf(team, channel, ts));

/** The message that an event is; undefined for what has none. */
export function messageOfEvent(id: EventId): { readonly channel: string; readonly ts: string } | undefined {
  const { channel, ts } = /^slack\.\w+\.(?<channel>\w+)\.(?<ts>\d+\.\d+)$/.exec(id)?.groups ?? {};
  return channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
}

/** Of what has no message: commands, buttons, forms. `what` keeps the kinds apart. */
export const interactionEventIdOf = (team: string, what: string, id: string): EventId =>
  EventId.parse(`${idOf(team, what)}/${id}`);

export interface MessageRef {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  /** `own`: it shows the persona's name by itself; `fleeting`: Slack gives us no way to change it. */
  readonly kind: "plain" | "own" | "fleeting";
}

const MARKS = { plain: "p", own: "o", fleeting: "f" } as const satisfies Record<MessageRef["kind"], string>;

export const messageIdOf = ({ team, channel, ts, kind }: MessageRef): MessageId =>
  MessageId.parse(idOf(team, channel, ts, MARKS[kind]));

export function messageRefOf(id: MessageId): MessageRef {
  const [, team = "", channel = "", seconds = "", fraction = "", mark] = id.split(".");
  const kind = mark === MARKS.own ? "own" : mark === MARKS.fleeting ? "fleeting" : "plain";
  return { team, channel, ts: `${seconds}.${fraction}`, kind };
}

export const tsAt = (ms: number): string => (ms / 1_000).toFixed(6);

/** With its fraction: two messages of one millisecond keep their order, whichever of our sockets brought one first. */
export const tsTime = (ts: string): number => Number(ts) * 1_000;

/** A `ts` has six digits behind its full stop, so that strings of one length compare like numbers. */
export const isAfter = (left: string, right: string): boolean =>
  left.length === right.length ? left > right : left.length > right.length;

/** Ids of direct messages with the bot begin so; mentions come without the type of their channel. */
export const isDirect = (channel: string): boolean => channel.startsWith("D");
