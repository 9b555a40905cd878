import { buttonsBelow, painterFor, type TurnParts } from "./attempt.ts";
import { type AppError, hasCode } from "./errors.ts";
import { onceKey } from "./fingerprint.ts";
import type { LaneTurn } from "./lanes.ts";
import { keepLateAnswer } from "./late-answers.ts";
import type { Person } from "./model.ts";
import { tell } from "./notice.ts";
import { namedHere } from "./persona-names.ts";
import { type KnownPersona, personaByRef } from "./personas.ts";
import { whyNotSaid } from "./readers-changed.ts";
import { askedIn } from "./repetition.ts";
import { resolveScope } from "./scope.ts";
import { keepNothingOfOutsiders } from "./take-back.ts";
import { isToldDirectly } from "./turn-failure.ts";
import type { TurnRecord } from "./turns.ts";
import { Waiting } from "./waiting.ts";

export const GIVEN_UP = "⚠️ I tried this several times and failed each time, so it stays without an answer.";

/**
 * Tells people of a turn that went to the dead letters: its process died again and again, or what went wrong could not
 * even be said. What was shown of an answer ends with that sentence, and one that it takes longer is replaced by it.
 * Throws when it should be tried again.
 */
export function createGivingUp(parts: TurnParts): (lane: Pick<LaneTurn, "id" | "events">) => Promise<void> {
  return async (lane) => {
    const refused = await tellOf(parts, lane).then(() => undefined, refusalIn);
    // People of another company are noted nowhere, however their turn ended. Not before it is said: Letta may be away for long.
    const turn = await parts.turns.get(lane.id);
    if (turn) await keepNothingOfOutsiders(parts, turn);
    if (!refused) return;
    const fields = { turn: lane.id, err: refused };
    parts.log.warn(fields, "could not say where it was asked that a turn was given up");
    // At last: this is not said once alone when it is repeated.
    await tellOtherwise(parts, lane, refused);
  };
}

function refusalIn(error: unknown): AppError {
  if (hasCode(error, "platform_rejected", "answer_late")) return error;
  throw error;
}

/** Where nothing more is taken, as with any failure: in direct messages, or with their next command. */
async function tellOtherwise(
  parts: TurnParts,
  { id, events }: Pick<LaneTurn, "id" | "events">,
  error: AppError,
): Promise<void> {
  const turn = await parts.turns.get(id);
  const event = turn?.events[0] ?? firstOf(events)?.event;
  const platform = event && parts.platforms.get(event.place.platform);
  if (!platform) return;
  const place = turn?.place ?? event.place;
  if (error.code !== "answer_late") {
    await isToldDirectly({ parts, platform, first: event }, { id, place }, error);
    return;
  }
  const text = turn?.text || `${GIVEN_UP} \`#${id}\``;
  await keepLateAnswer(parts, { id: event.id, author: event.author, place }, { text });
}

const firstOf = (events: LaneTurn["events"]) =>
  events.flatMap(({ payload }) => Waiting.safeParse(payload).data ?? [])[0];

async function tellOf(parts: TurnParts, { id, events }: Pick<LaneTurn, "id" | "events">): Promise<void> {
  const turn = await parts.turns.get(id);
  if (turn) return endTurn(parts, turn);
  const first = firstOf(events);
  const platform = first && parts.platforms.get(first.event.place.platform);
  if (!platform) return;
  const visibility = first.event.type === "command" ? "private" : "public";
  const text = `${GIVEN_UP} \`#${id}\``;
  await platform
    .open(first.target)
    .post({ text, visibility }, { key: onceKey(`${id}/given up`), again: true });
}

const saidUntil = ({ text, deliveries }: TurnRecord): string =>
  text ||
  deliveries
    .map((each) => each.text)
    .filter(Boolean)
    .join("\n\n");

/** Not before others than those for whom it was said, nor where that cannot be told. */
async function mayBeSaid(
  parts: TurnParts,
  turn: TurnRecord,
  { asked, author }: { readonly asked: KnownPersona; readonly author: Person },
): Promise<boolean> {
  const { place, persona } = turn;
  const scope = await resolveScope(parts, asked, place, author);
  const known = await personaByRef(parts, persona, place, author);
  return (await whyNotSaid({ parts, scope, speaker: asked, known }, turn)) === undefined;
}

async function endTurn(parts: TurnParts, turn: TurnRecord): Promise<void> {
  if (turn.state === "delivered") return;
  const author = turn.events[0]?.author;
  // Whoever answered there may be gone: then it is said by the bot itself.
  const asked = author && (await askedIn(parts, turn, author).catch(() => undefined));
  const isEnded = turn.state === "failed";
  const said = asked && author && (await mayBeSaid(parts, turn, { asked, author })) ? saidUntil(turn) : "";
  const text = isEnded && said ? said : [said, `${GIVEN_UP} \`#${turn.id}\``].filter(Boolean).join("\n\n");
  const failed = { state: "failed", text } as const;
  await parts.turns.change(turn.id, failed);
  if (!isEnded) tell(parts, turn, "failed");
  const platform = parts.platforms.get(turn.place.platform);
  if (!platform) return;
  const speaker = asked && (await namedHere(parts, turn.place, asked));
  const buttons = buttonsBelow({ ...turn, ...failed });
  await painterFor({ parts, platform, speaker, again: true }, turn).show({ text, buttons });
}
