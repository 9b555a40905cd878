import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import { openScope, resolveScope } from "../access/scope.ts";
import { AppError } from "../domain/errors.ts";
import { EventId, type Person } from "../domain/model.ts";
import { personaAt, personaByRef } from "../personas/catalogue.ts";
import { namedHere } from "../personas/naming-rules.ts";
import type { Acceptance } from "../ports/platform.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { buttonsBelow, rendererFor, type TurnServices } from "./attempt.ts";
import { enqueueMessage } from "./enqueue.ts";

type RetryServices = Parameters<typeof personaAt>[0] &
  Parameters<typeof namedHere>[0] &
  Parameters<typeof enqueueMessage>[0] &
  Pick<TurnServices, "readersOf" | "turns" | "log" | "platforms">;

/** What one turn asked is stored message by message, by a busy database too, before it is handed out as one again. */
const TOGETHER_MS = 1_000;

/**
 * Asks what a turn asked once more, of whoever answers there now if its persona was deleted. Its events come under new
 * ids, since Letta would know the old ones; pressing twice is one repetition. The button that offered it goes with it.
 *
 * Who asks again is somebody as they are now: a member may have become a guest since. A guest has nothing asked again that
 * a member asked, since that would open what is remembered for members.
 *
 * @throws {AppError} `not_found` when what was said is not kept any more, `forbidden` for what is not theirs to ask
 */
export async function retryTurn(
  services: RetryServices,
  turn: TurnRecord,
  asking: Person,
): Promise<Acceptance> {
  const messages = turn.events.filter((event) => event.type === "message");
  const [first] = messages;
  if (!first) throw new AppError("not_found", sentences.turn.notKept);
  if (asking.hearsOnly && first.author.id !== asking.id)
    throw new AppError("forbidden", sentences.access.notBefore);
  let acceptance: Acceptance = "ignored";
  for (const { thread: _, ...said } of messages) {
    const author = said.author.id === asking.id ? asking : said.author;
    const event = { ...said, author, id: EventId.parse(`${said.id}/again/${turn.id}`), place: turn.place };
    const known = await answeringPersona(services, turn, author);
    const scope = await openScope(services, known, turn.place, author);
    const theirs = asking.standing && (await resolveScope(services, known, turn.place, asking));
    if (theirs && theirs.key !== scope.key)
      throw new AppError("forbidden", sentences.turn.notForGuestsToRepeat);
    acceptance = await enqueueMessage(services, {
      ...{ event, target: turn.target, known, scope },
      ...(messages.length > 1 && { waitMs: TOGETHER_MS }),
    });
  }
  if (acceptance !== "full") await removeRetryButton(services, turn, first.author);
  return acceptance;
}

/** Who was asked, or whoever answers there now. */
export async function answeringPersona(
  services: RetryServices,
  turn: TurnRecord,
  author: Person,
): Promise<KnownPersona> {
  const { persona, place } = turn;
  return (await personaByRef(services, persona, place, author)) ?? (await personaAt(services, place, author));
}

/** Who presses at once may be quicker than the note of the message that bears the button. */
const NOTED_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 100;

/** A convenience: whoever presses a button that stayed is told that it was pressed. */
async function removeRetryButton(services: RetryServices, turn: TurnRecord, author: Person): Promise<void> {
  const { clock, turns, log } = services;
  const platform = services.platforms.get(turn.place.platform);
  if (!platform || buttonsBelow(turn).length === 0) return;
  const speaker = await namedHere(services, turn.place, await answeringPersona(services, turn, author));
  const until = clock.now() + NOTED_WITHIN_MS;
  const remove = async (shown: TurnRecord): Promise<void> => {
    const isGone = await rendererFor({ services, platform, speaker, isRetry: true }, shown).removeButtons(
      turn.text,
    );
    if (isGone || clock.now() >= until) return;
    await clock.sleep(LOOK_AGAIN_MS);
    await remove((await turns.get(turn.id)) ?? turn);
  };
  await remove(turn).catch((err: unknown) =>
    log.warn({ turn: turn.id, err }, "could not take a button that was pressed"),
  );
}
