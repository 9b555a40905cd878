import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import { resolveScope } from "../access/scope.ts";
import { undoOutsiderWrites } from "../agent/undo-writes.ts";
import { keepLateAnswer } from "../delivery/late-answers.ts";
import { type AppError, hasCode } from "../domain/errors.ts";
import type { Person } from "../domain/model.ts";
import { personaByRef } from "../personas/catalogue.ts";
import { namedHere } from "../personas/naming-rules.ts";
import { emitTurnPhase } from "../ports/bot-events.ts";
import type { QueuedTurn } from "../ports/turn-queue.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { shortKey } from "../text/fingerprint.ts";
import { buttonsBelow, rendererFor, type TurnServices } from "./attempt.ts";
import { messageDirectly } from "./failure.ts";
import { QueuedEvent } from "./queued-event.ts";
import { whyNotSaid } from "./readers-changed.ts";
import { answeringPersona } from "./retry.ts";

/**
 * Tells people of a turn that went to the dead letters: its process died again and again, or what went wrong could not
 * even be said. What was shown of an answer ends with that sentence, and one that it takes longer is replaced by it.
 * Throws when it should be tried again.
 */
export async function handleDeadLetter(
  services: TurnServices,
  lane: Pick<QueuedTurn, "id" | "events">,
): Promise<void> {
  const refused = await announceDeadLetter(services, lane).then(() => undefined, refusalIn);
  // People of another company are noted nowhere, however their turn ended. Not before it is said: Letta may be away for long.
  const turn = await services.turns.get(lane.id);
  if (turn) await undoOutsiderWrites(services, turn);
  if (!refused) return;
  const fields = { turn: lane.id, err: refused };
  services.log.warn(fields, "could not tell people of a dead letter");
  // At last: this is not said once alone when it is repeated.
  await tellOtherwise(services, lane, refused);
}

function refusalIn(error: unknown): AppError {
  if (hasCode(error, "platform_rejected", "answer_late")) return error;
  throw error;
}

/** Where nothing more is taken, as with any failure: in direct messages, or with their next command. */
async function tellOtherwise(
  services: TurnServices,
  { id, events }: Pick<QueuedTurn, "id" | "events">,
  error: AppError,
): Promise<void> {
  const turn = await services.turns.get(id);
  const event = turn?.events[0] ?? firstOf(events)?.event;
  const platform = event && services.platforms.get(event.place.platform);
  if (!platform) return;
  const place = turn?.place ?? event.place;
  if (error.code !== "answer_late") {
    await messageDirectly({ services, platform, firstMessage: event }, { id, place }, error);
    return;
  }
  const text = turn?.text || sentences.turn.deadLetterAs(id);
  await keepLateAnswer(services, { id: event.id, author: event.author, place }, { text });
}

const firstOf = (events: QueuedTurn["events"]) =>
  events.flatMap(({ payload }) => QueuedEvent.safeParse(payload).data ?? [])[0];

async function announceDeadLetter(
  services: TurnServices,
  { id, events }: Pick<QueuedTurn, "id" | "events">,
): Promise<void> {
  const turn = await services.turns.get(id);
  if (turn) return failTurn(services, turn);
  const first = firstOf(events);
  const platform = first && services.platforms.get(first.event.place.platform);
  if (!platform) return;
  const visibility = first.event.type === "message" ? "public" : "private";
  const text = sentences.turn.deadLetterAs(id);
  await platform
    .replyChannel(first.target)
    .post({ text, visibility }, { key: shortKey(`${id}/given up`), isRetry: true });
}

const saidUntil = ({ text, deliveries }: TurnRecord): string =>
  text ||
  deliveries
    .map((each) => each.text)
    .filter(Boolean)
    .join("\n\n");

/** Not before others than those for whom it was said, nor where that cannot be told. */
async function mayBeSaid(
  services: TurnServices,
  turn: TurnRecord,
  { asked, author }: { readonly asked: KnownPersona; readonly author: Person },
): Promise<boolean> {
  const { place, persona } = turn;
  const scope = await resolveScope(services, asked, place, author);
  const known = await personaByRef(services, persona, place, author);
  return (await whyNotSaid({ services: services, scope, speaker: asked, known }, turn)) === undefined;
}

async function failTurn(services: TurnServices, turn: TurnRecord): Promise<void> {
  if (turn.state === "delivered") return;
  const author = turn.events[0]?.author;
  // Whoever answered there may be gone: then it is said by the bot itself.
  const asked = author && (await answeringPersona(services, turn, author).catch(() => undefined));
  const isEnded = turn.state === "failed";
  const said = asked && author && (await mayBeSaid(services, turn, { asked, author })) ? saidUntil(turn) : "";
  const text =
    isEnded && said ? said : [said, sentences.turn.deadLetterAs(turn.id)].filter(Boolean).join("\n\n");
  const failed = { state: "failed", text } as const;
  await services.turns.change(turn.id, failed);
  if (!isEnded) emitTurnPhase(services, turn, "failed");
  const platform = services.platforms.get(turn.place.platform);
  if (!platform) return;
  const speaker = asked && (await namedHere(services, turn.place, asked));
  const buttons = buttonsBelow({ ...turn, ...failed });
  await rendererFor({ services, platform, speaker, isRetry: true }, turn).render({ text, buttons });
}
