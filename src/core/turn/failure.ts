import { sentences } from "../../sentences/sentences.ts";
import { undoOutsiderWrites } from "../agent/undo-writes.ts";
import { keepLateAnswer } from "../delivery/late-answers.ts";
import { AppError, hasCode } from "../domain/errors.ts";
import type { MessageEvent } from "../domain/model.ts";
import { personaByRef } from "../personas/catalogue.ts";
import { personaDeleted } from "../personas/deleted-error.ts";
import { emitTurnPhase } from "../ports/bot-events.ts";
import { RetryLater } from "../ports/turn-queue.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { shortKey } from "../text/fingerprint.ts";
import { type Attempt, buttonsBelow, rendererFor } from "./attempt.ts";
import { maySayOn, whyNotSaid } from "./readers-changed.ts";

/*
 * What becomes of a turn that throws. The order is the order of the checks:
 *
 *   the process stops, or the lane is another's now   nothing: the next attempt goes on from what is stored
 *   an outage of Letta, after Stop                    answered with what was said: nobody waits for more of it
 *   an outage of Letta or of the platform             waited out for OUTAGE_MS; Letta's is said once
 *   a busy conversation                               waited out for BUSY_MS
 *   the platform refuses for good                     failed: one sentence in the place of the answer, and a way to try again
 *   a failure that is not understood                  tried again as often as the lane allows
 *   everything else                                   failed: one sentence below what was said, and a way to try again;
 *                                                     of a persona that was deleted meanwhile it says so
 */

const OUTAGE_MS = 24 * 60 * 60_000;
const BUSY_MS = 15 * 60_000;
const BUSY_DELAY_MS = 1_000;
const MIN_DELAY_MS = 2_000;
const MAX_DELAY_MS = 60_000;

/** Thrown on with what was said until then, so that it is kept. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly partialText: string;

  constructor(partialText: string, cause: unknown) {
    super("the answer was interrupted", { cause });
    this.partialText = partialText;
  }
}

/** Resolves when the turn has ended with this failure, throws when it is to be tried again. */
export async function handleTurnFailure(attempt: Attempt, thrown: unknown): Promise<void> {
  const { services, queuedTurn } = attempt;
  const error = thrown instanceof Interrupted ? thrown.cause : thrown;
  if (queuedTurn.signal.aborted) throw error;
  const turn = await services.turns.get(queuedTurn.id);
  if (!turn) throw error;
  const partialText = thrown instanceof Interrupted ? thrown.partialText : "";
  const until = turn.state === "answered" ? turn.text : partialText;
  // What was said for other readers than those of now is not said on.
  const said = until !== "" && (await maySayOn(attempt, turn)) ? until : "";
  if (turn.stopped && turn.state === "asked" && hasCode(error, "agent_unavailable"))
    return endStopped(services, turn, said);
  await waitForOutage(attempt, { turn, said, error });
  await undoOutsiderWrites(services, turn).catch(async (err: unknown) => {
    await waitForOutage(attempt, { turn, said, error: err });
    if (!queuedTurn.isLastAttempt) throw err;
    services.log.error(
      { turn: turn.id, err },
      "what was noted of people of elsewhere could not be taken back",
    );
  });
  if (hasCode(error, "platform_rejected")) {
    services.log.warn({ turn: turn.id, err: error }, "the platform refuses the answer");
    // Not what was said: that is refused again, and what already grew there must end.
    const text = failureOf(turn, error.userMessage);
    await services.turns.change(turn.id, { state: "failed", text });
    emitTurnPhase(services, turn, "failed", { code: error.code });
    await showFailure(attempt, { ...turn, state: "failed", text });
    return;
  }
  if (!(error instanceof AppError) && !queuedTurn.isLastAttempt) throw error;
  services.log.error({ turn: turn.id, err: error }, "turn failed");
  const told = (await isPersonaLeft(attempt, turn)) ? error : personaDeleted(turn);
  const sentence = told instanceof AppError ? told.userMessage : sentences.turn.failedUnknown;
  const text = [said.trim(), failureOf(turn, sentence)].filter(Boolean).join("\n\n");
  await services.turns.change(turn.id, { state: "failed", text });
  emitTurnPhase(services, turn, "failed", told instanceof AppError ? { code: told.code } : {});
  await showFailure(attempt, { ...turn, state: "failed", text });
}

/** Who is deleted takes their agents along, so that an answer that grows ends in whatever way Letta ends it. */
const isPersonaLeft = async ({ services, firstMessage }: Attempt, { persona, place }: TurnRecord) =>
  (await personaByRef(services, persona, place, firstMessage.author)) !== undefined;

/** The next attempt, which needs no Letta, shows it. */
async function endStopped(services: Attempt["services"], turn: TurnRecord, said: string): Promise<never> {
  const text = [said.trim(), sentences.turn.stopped].filter(Boolean).join("\n\n");
  await services.turns.change(turn.id, { state: "answered", text, outcome: "stopped" });
  emitTurnPhase(services, turn, "stopped");
  throw new RetryLater("stopped while the agents' server is away", { delayMs: 0, counts: false });
}

/** Once more, when an attempt that came so far died before it was shown. To others than those of then nothing of the answer. */
export async function showFailureAgain(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const reason = await whyNotSaid(attempt, turn);
  const text = reason ? failureOf(turn, reason.userMessage) : turn.text;
  if (reason) await attempt.services.turns.change(turn.id, { text });
  return showFailure(attempt, { ...turn, text });
}

const failureOf = ({ id }: Pick<TurnRecord, "id">, sentence: string): string =>
  sentences.turn.failed(sentence, id);

/** Shows how a turn failed. */
async function showFailure(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const { services } = attempt;
  try {
    await rendererFor(attempt, turn)
      .render({ text: turn.text, buttons: buttonsBelow(turn) })
      .catch((error: unknown) => keepIfTooLate(attempt, turn, error));
  } catch (error) {
    const isAway = hasCode(error, "platform_unavailable");
    const later = isAway && retryWithin(OUTAGE_MS, attempt, turn);
    if (isAway && later) {
      services.outageLog.waits({ turn, scope: attempt.scope?.key }, error);
      throw new RetryLater("the platform is away", { ...later, cause: error });
    }
    if (!(error instanceof AppError)) throw error;
    if (turn.deliveries.length > 0 && (await postBelow(attempt, turn))) return;
    if (await messageDirectly(attempt, turn, error)) return;
    services.log.warn({ turn: turn.id, err: error }, "could not say that a turn failed");
  }
}

/** A conversation that its person alone sees can end at any time: the answer is shown with their next command. */
export async function keepIfTooLate(
  { services, firstMessage }: Attempt,
  { place, text }: Pick<TurnRecord, "place" | "text">,
  error: unknown,
): Promise<void> {
  if (!hasCode(error, "answer_late")) throw error;
  await keepLateAnswer(services, { id: firstMessage.id, author: firstMessage.author, place }, { text });
}

/** Somebody may have taken the messages of the answer away: then it is said in one of its own. */
async function postBelow({ platform }: Attempt, turn: TurnRecord): Promise<boolean> {
  const message = { text: turn.text, visibility: "public", buttons: buttonsBelow(turn) } as const;
  const once = { key: shortKey(`${turn.id}/${turn.at}/failed`), isRetry: true };
  return platform
    .replyChannel(turn.target)
    .post(message, once)
    .then(() => true)
    .catch(() => false);
}

/** Where nothing can be posted whoever asked is told why in direct messages. Nothing of the answer: they may read here no more. */
export async function messageDirectly(
  {
    platform,
    services,
    firstMessage,
  }: Pick<Attempt, "platform" | "services"> & { readonly firstMessage: Pick<MessageEvent, "author"> },
  { id, place }: Pick<TurnRecord, "id" | "place">,
  { userMessage }: AppError,
): Promise<boolean> {
  if (place.kind === "direct") return false;
  const { mention: link, name } = place;
  const text = sentences.turn.cannotAnswerIn({ link, name, reason: userMessage, id });
  try {
    return (await platform.messagePerson?.(firstMessage.author.id, text)) ?? false;
  } catch (err) {
    services.log.warn({ turn: id, err }, "could not tell somebody directly that their turn failed");
    return false;
  }
}

async function waitForOutage(
  attempt: Attempt,
  { turn, said, error }: { turn: TurnRecord; said: string; error: unknown },
): Promise<void> {
  if (!hasCode(error, "agent_unavailable", "platform_unavailable", "agent_busy")) return;
  const { services } = attempt;
  const isAway = error.code === "agent_unavailable";
  if (isAway) services.outageWatch.report();
  const later = retryWithin(error.code === "agent_busy" ? BUSY_MS : OUTAGE_MS, attempt, turn);
  if (!later) return;
  if (isAway && said === "") await announceWait(attempt, turn);
  services.outageLog.waits({ turn, scope: attempt.scope?.key }, error);
  emitTurnPhase(services, turn, "waiting for an outage", { code: error.code });
  const delayMs = error.code === "agent_busy" ? BUSY_DELAY_MS : later.delayMs;
  throw new RetryLater(error.code, {
    ...later,
    delayMs,
    ...(isAway && { waitsFor: "agents" }),
    cause: error,
  });
}

/** Less and less often. Outages are not the turn's fault and do not count as attempts. */
function retryWithin(timeoutMs: number, { services }: Attempt, turn: TurnRecord) {
  const waitedMs = services.clock.now() - turn.at;
  if (waitedMs >= timeoutMs) return undefined;
  return { delayMs: Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, waitedMs / 10)), counts: false };
}

/** The failure's own sentence would ask people to do what is done for them. The answer replaces this sentence, in the same message; without edits there is nothing to replace it with. */
async function announceWait(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const { services, platform } = attempt;
  if (turn.deliveries.length > 0 || !platform.replyChannel(turn.target).edit) return;
  await rendererFor(attempt, turn)
    .render({ text: sentences.turn.waiting(turn.at + OUTAGE_MS), buttons: [], isPlaceholder: true })
    .catch((err: unknown) =>
      services.log.warn({ turn: turn.id, err }, "could not say that an answer takes longer"),
    );
}
