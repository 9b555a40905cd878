import type { KnownPersona } from "../../../core/access/owners.ts";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageEvent, Person } from "../../../core/domain/model.ts";
import { placeKey } from "../../../core/domain/stored-records.ts";
import { findPersona } from "../../../core/personas/catalogue.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { CoreServices } from "../../../core/ports/services.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { digestOf, type Exchange, type Exchanges } from "../answers/exchange.ts";
import type { ExchangeStates } from "../answers/exchange-state.ts";
import { replyTarget } from "../answers/reply-channels.ts";
import {
  conversationPlace,
  eventIdOf,
  messageIdOf,
  newConversation,
  personalPlace,
  personIdOf,
  placeOf,
  type User,
} from "../ids.ts";
import type { ChatRequest } from "../schemas.ts";

/** What those are called whom the caller does not name. */
const UNNAMED = "User";

export interface ChatServices {
  readonly services: CoreServices;
  readonly exchanges: Exchanges;
  readonly outcomes: ExchangeStates;
  readonly inbox: Inbox;
}

/**
 * Stores what was said, so that it is answered whatever becomes of the caller. A request that repeats another one
 * under its key gives the exchange of that.
 *
 * @throws {AppError} `not_found` for the persona, `invalid_input` for a key of another request, `agent_busy` when too
 * much is waiting there already
 */
export async function acceptMessage(
  { services, exchanges, outcomes, inbox }: ChatServices,
  request: ChatRequest,
  idempotencyKey: string | undefined,
): Promise<Exchange> {
  const user = request.user ?? undefined;
  const event = eventIdOf(user, idempotencyKey);
  const digest = digestOf([request.persona, request.message, request.conversation_id ?? null]);
  const kept = await exchanges.get(event);
  if (kept) refuseOther(kept, digest);
  if (kept && (await outcomes.read(kept)).state !== "waiting") return kept;

  const author = personOf(request);
  const known = await findPersona(services, personalPlace(user), author, request.persona);
  const conversation = request.conversation_id ?? newConversation(event);
  const place = placeOf({ user, conversation }, known.persona.key);
  const at = services.clock.now();
  const exchange = await exchanges.begin({
    event,
    place,
    ...(user !== undefined && { user }),
    conversation,
    persona: known.persona.key,
    digest,
    at,
    shown: [],
  });
  refuseOther(exchange, digest);
  await settle(services, exchange, known);
  const said: MessageEvent = {
    type: "message",
    id: event,
    place,
    author,
    at,
    message: messageIdOf(event),
    text: request.message,
    addressed: "direct",
    attachments: [],
  };
  const acceptance = await inbox.accept(said, replyTarget(event));
  if (acceptance === "accepted" || acceptance === "repeated") return exchange;
  await exchanges.forget(event);
  if (acceptance === "ignored") throw new AppError("invalid_input", sentences.httpApi.nothingToAnswer);
  throw new AppError("agent_busy", sentences.httpApi.full);
}

/** What people type manages nothing, whoever holds the token: callers pass on what strangers say. */
export function personOf(request: Pick<ChatRequest, "user" | "user_name">): Person {
  const user: User = request.user ?? undefined;
  return { id: personIdOf(user), name: request.user_name ?? user ?? UNNAMED, manages: false };
}

function refuseOther({ digest }: Exchange, wanted: string): void {
  if (digest === wanted) return;
  throw new AppError("invalid_input", sentences.httpApi.otherRequest);
}

/** The request says who answers; commands in this conversation are about the same persona. */
async function settle({ settings }: CoreServices, exchange: Exchange, { ref }: KnownPersona): Promise<void> {
  for (const place of [exchange.place, conversationPlace(exchange)]) {
    const key = placeKey(place);
    const current = (await settings.get(key))?.persona;
    if (current?.home === ref.home && current.key === ref.key && current.id === ref.id) continue;
    await settings.update(key, async (setting) => ({ place, bound: true, ...setting, persona: ref }));
  }
}
