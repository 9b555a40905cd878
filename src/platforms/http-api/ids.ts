import { createHash, randomBytes } from "node:crypto";
import { EventId, MessageId, PersonId, type Place, PlaceId } from "../../core/domain/model.ts";
import { withoutPrefix } from "../../core/text/affixes.ts";

/*
 * Our ids, made here alone: `web.alice` is a person, `web.alice/trip` one of her conversations, `web.alice/trip/tomo` what
 * she talks about in it with Tomo. Whose a conversation is belongs to its id, so nobody reaches another's by its name.
 */

const PREFIX = "web.";
/** Everybody whom the caller does not name; no user can be called so. */
const NAMELESS = "*";
const TENANT = "local";
export const PLATFORM = "web";

/** Whose a conversation is: somebody the caller knows by this name, or everybody it does not name. */
export type User = string | undefined;

export interface ConversationAddress {
  readonly user?: User;
  readonly conversation: string;
}

export const personIdOf = (user: User): PersonId => PersonId.parse(PREFIX + (user ?? NAMELESS));

/** Who holds the API's token, and speaks to nobody. */
export const HOLDER = PersonId.parse(`${PREFIX}/`);

/** A conversation with one persona: Letta's conversations are one for each. */
export function placeOf(spot: ConversationAddress, persona: string): Place {
  const whole = conversationPlace(spot);
  return { ...whole, id: PlaceId.parse(`${whole.id}/${persona}`), parent: whole.id };
}

/** All that is said under one conversation's name, to whomever. */
export function conversationPlace({ user, conversation }: ConversationAddress): Place {
  const id = PlaceId.parse(`${personIdOf(user)}/${conversation}`);
  return { id, platform: PLATFORM, tenant: TENANT, kind: "direct", name: conversation };
}

/** Where somebody is before anything was said: their personas and their memory. */
export const personalPlace = (user: User): Place => ({
  id: PlaceId.parse(personIdOf(user)),
  platform: PLATFORM,
  tenant: TENANT,
  kind: "direct",
});

/** Where what everybody shares is changed. */
export const tenantPlace: Place = {
  id: PlaceId.parse(`${PREFIX}${TENANT}/`),
  platform: PLATFORM,
  tenant: TENANT,
  kind: "channel",
};

/** The same for the same user and key: that makes a repeated request a redelivery. */
export function eventIdOf(user: User, idempotencyKey: string | undefined): EventId {
  return EventId.parse(
    PREFIX + markOf(idempotencyKey === undefined ? undefined : [user ?? null, idempotencyKey]),
  );
}

/** A name for a conversation that has none; a repeated request begins no second one. */
export const newConversation = (event: EventId): string => markOf(["conversation", event]);

/** How an event is called outside. */
export const nameOf = (event: EventId): string => withoutPrefix(event, PREFIX);
export const eventOf = (name: string): EventId => EventId.parse(PREFIX + name);

export const messageIdOf = (event: EventId, key?: string): MessageId =>
  MessageId.parse(key === undefined ? event : `${event}/${key}`);
export const keyOf = (message: MessageId): string => message.split("/").at(-1) ?? message;

const MARK_BYTES = 16;

function markOf(what: readonly unknown[] | undefined): string {
  const bytes = what ? createHash("sha256").update(JSON.stringify(what)).digest() : randomBytes(MARK_BYTES);
  return bytes.subarray(0, MARK_BYTES).toString("hex");
}
