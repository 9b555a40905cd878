import { buttonsBelow, painterFor, type TurnParts } from "./attempt.ts";
import { AppError } from "./errors.ts";
import { EventId, type Person } from "./model.ts";
import { type KnownPersona, personaAt, personaByRef } from "./personas.ts";
import type { Acceptance } from "./platform.ts";
import { openScope } from "./scope.ts";
import type { TurnRecord } from "./turns.ts";
import { queueMessage } from "./waiting.ts";

/**
 * Asks what a turn asked once more, of whoever answers there now if its persona was deleted. Its events come under new
 * ids, since Letta would know the old ones; pressing twice is one repetition. The button that offered it goes with it.
 *
 * @throws {AppError} `not_found` when what was said is not kept any more
 */
export async function repeatTurn(parts: TurnParts, turn: TurnRecord): Promise<Acceptance> {
  const messages = turn.events.filter((event) => event.type === "message");
  const [first] = messages;
  if (!first) throw new AppError("not_found", "What was asked is not kept any more. Ask it anew.");
  let acceptance: Acceptance = "ignored";
  for (const { thread: _, ...said } of messages) {
    const event = { ...said, id: EventId.parse(`${said.id}/again/${turn.id}`), place: turn.place };
    const known = await askedIn(parts, turn, event.author);
    const scope = await openScope(parts, known, turn.place, event.author);
    acceptance = await queueMessage(parts, { event, target: turn.target, known, scope });
  }
  if (acceptance !== "full") await takeOffer(parts, turn, first.author);
  return acceptance;
}

/** Who was asked, or whoever answers there now. */
export async function askedIn(parts: TurnParts, turn: TurnRecord, author: Person): Promise<KnownPersona> {
  const { persona, place } = turn;
  return (await personaByRef(parts, persona, place, author)) ?? (await personaAt(parts, place, author));
}

/** A convenience: whoever presses a button that stayed is told that it was pressed. */
async function takeOffer(parts: TurnParts, turn: TurnRecord, author: Person): Promise<void> {
  const platform = parts.platforms.get(turn.place.platform);
  if (!platform || buttonsBelow(turn).length === 0) return;
  const speaker = await askedIn(parts, turn, author);
  await painterFor({ parts, platform, speaker, again: true }, turn)
    .takeButtons(turn.text)
    .catch((err: unknown) =>
      parts.log.warn({ turn: turn.id, err }, "could not take a button that was pressed"),
    );
}
