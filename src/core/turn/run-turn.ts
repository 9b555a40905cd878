import { sentences } from "../../sentences/sentences.ts";
import { storeAnswer } from "../access/limits.ts";
import { type ResolvedScope, resolveScope } from "../access/scope.ts";
import { AnswerStream } from "../agent/answer-stream.ts";
import { type AskResult, askAgent } from "../agent/ask-agent.ts";
import { undoOutsiderWrites } from "../agent/undo-writes.ts";
import type { AnswerRenderer } from "../delivery/answer-renderer.ts";
import type { MessageEvent, Person } from "../domain/model.ts";
import { personaAt, personaByRef, whyNotTheChosen } from "../personas/catalogue.ts";
import { namedHere } from "../personas/naming-rules.ts";
import { emitTurnPhase } from "../ports/bot-events.ts";
import { type QueuedTurn, RetryLater } from "../ports/turn-queue.ts";
import { begunTurn, type TurnRecord } from "../ports/turn-store.ts";
import {
  type Attempt,
  buttonsBelow,
  platformOf,
  rendererFor,
  stopButton,
  type TurnServices,
} from "./attempt.ts";
import { answeredFor, authorsNow, currentEvents } from "./current-events.ts";
import { handleTurnFailure, Interrupted, keepIfTooLate, showFailureAgain } from "./failure.ts";
import { ensureThread } from "./open-thread.ts";
import type { QueuedMessage } from "./queued-event.ts";
import {
  assertSameReaders,
  isForSameReaders,
  readersChangedNotice,
  rememberReaders,
  scopeUnlessReadersChanged,
} from "./readers-changed.ts";

/*
 * The life of a turn. Every line is stored before the next begins, so that any process can go on from it:
 *
 *   begun      The lane handed out its events. A thread is opened if the answer goes to one that does not exist.
 *   asked      Stored before Letta is sent anything. A later attempt looks whether it landed before it asks again.
 *              While Letta streams, the answer is painted: first words at once, then edits within the platform's rate.
 *   answered   The whole text is stored. From here on Letta is not needed; only the last edit may be missing.
 *   delivered  Every message shows what it should. Stored with the lane's letting go of the events.
 *   failed     It ended with a sentence that is stored; a later attempt only shows it, with a Retry button. What was
 *              said before stands above it.
 *
 * What becomes of a turn that throws is told in failure.ts. A turn that was stopped goes the same way to its end: it
 * is answered with what was said until then.
 */

/** Resolves when the turn has ended, well or not; throws when it is to be tried again. */
export async function runTurn(
  services: TurnServices,
  queuedTurn: QueuedTurn,
  queued: readonly QueuedMessage[],
): Promise<void> {
  const inOrder = [...queued].sort((a, b) => a.event.at - b.event.at);
  const [oldest] = inOrder;
  if (!oldest) return;
  const { event } = oldest;
  const platform = platformOf(services, event.place);
  const kept = queuedTurn.begun ? undefined : await services.turns.get(queuedTurn.id);
  if (kept?.state === "delivered") return;
  const taken = kept ? takenIn(kept, inOrder) : await currentEvents(services, platform, inOrder);
  const said = await authorsNow(services, platform, taken);
  const [first] = said;
  const author = answeredFor(said);
  if (!first || !author) {
    services.log.info({ turn: queuedTurn.id, place: event.place.id }, "what was said was deleted");
    return;
  }
  const { turn, ...asked } = await beginTurn(services, queuedTurn, { said, author, kept });
  const attempt: Attempt = {
    ...asked,
    services,
    queuedTurn,
    platform,
    firstMessage: { ...first.event, author },
    isRetry: kept !== undefined,
  };
  if (turn.state === "failed") return showFailureAgain(attempt, turn);
  emitTurnPhase(services, turn, "begun");
  try {
    await answerTurn(attempt, await ensureThread(attempt, turn));
  } catch (error) {
    await handleTurnFailure(attempt, error);
  }
}

/** What an earlier attempt took; all of it where that is known no more. */
function takenIn({ events }: TurnRecord, waiting: readonly QueuedMessage[]): readonly QueuedMessage[] {
  const taken = waiting.filter(({ event }) => events.some(({ id }) => id === event.id));
  return taken.length > 0 ? taken : waiting;
}

/** A turn waits for a platform that does not say who reads along; then it opens the memory of this place alone. */
const READERS_RETRY_MS = 5_000;
const READERS_UNKNOWN_FOR_MS = 10 * 60_000;

interface Begun {
  readonly said: readonly QueuedMessage[];
  readonly author: Person;
  readonly kept: TurnRecord | undefined;
}

async function beginTurn(services: TurnServices, queuedTurn: QueuedTurn, { said, author, kept }: Begun) {
  const [first] = said;
  if (!first) throw new Error("a turn without events");
  const { event, target, persona } = first;
  const place = event.thread ?? event.place;
  const asked = kept?.persona ?? persona;
  const found = asked && (await personaByRef(services, asked, place, author));
  const answering = found ?? (await personaAt(services, place, author));
  const known = asked ? found : answering;
  const [speaker, scope] = await Promise.all([
    namedHere(services, place, answering),
    resolveScope(services, answering, place, author),
  ]);
  const mayWait = services.clock.now() - event.at < READERS_UNKNOWN_FOR_MS;
  if (scope?.isPassing && mayWait)
    throw new RetryLater("the platform does not say who reads the place", {
      delayMs: READERS_RETRY_MS,
      counts: false,
    });
  const turn =
    kept ??
    queuedTurn.begun ??
    (await services.turns.begin(
      begunTurn(queuedTurn.id, {
        place: event.place,
        target,
        persona: asked ?? answering.ref,
        at: services.clock.now(),
        events: said.map((each) => each.event),
      }),
    ));
  return { turn, speaker, known, scope };
}

async function answerTurn(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const { services, speaker } = attempt;
  const renderer = rendererFor(attempt, turn, () => isForSameReaders(attempt));
  const startedAt = services.clock.now();
  const scope = await scopeUnlessReadersChanged(attempt, turn);
  const answer = turn.state === "answered" ? turn : await askAndRender(attempt, turn, { renderer, scope });
  const { text, outcome } = answer;
  await undoOutsiderWrites(services, turn);
  await renderer
    .render({ text, buttons: buttonsBelow({ ...turn, outcome }) })
    .catch((error: unknown) => keepIfTooLate(attempt, { ...turn, text }, error));
  attempt.queuedTurn.onEnded(() => emitTurnPhase(services, turn, "delivered"));
  services.outageLog.over({ turn, scope: scope?.key }, "platform");
  const ms = services.clock.now() - startedAt;
  services.log.info({ turn: turn.id, place: turn.place.id, persona: speaker.ref.key, ms }, "turn answered");
}

async function askAndRender(
  attempt: Attempt,
  turn: TurnRecord,
  { renderer, scope }: { renderer: AnswerRenderer; scope: ResolvedScope },
): Promise<TurnAnswer> {
  const { services, platform, known, speaker, queuedTurn, firstMessage } = attempt;
  if (turn.state === "begun") await platform.replyChannel(turn.target).throwIfClosed?.();
  const stream = new AnswerStream(() => emitTurnPhase(services, turn, "first words"));
  const cancellable = services.cancellation.begin(turn.id);
  const asking = new AbortController();
  const rendering = renderer.renderStream(stream, [stopButton(turn)], asking.signal);
  try {
    const signal = AbortSignal.any([queuedTurn.signal, cancellable.stopped]);
    const events = turn.events.filter(isMessage);
    const { author } = firstMessage;
    const readAttachment = platform.readAttachment?.bind(platform);
    const { whileWaiting } = queuedTurn;
    const about = { services: services, turn, known, scope: scope.key, events, author };
    const request = { ...about, readAttachment, signal, whileWaiting: whileWaiting };
    const result = await askAgent(request, stream).catch((error: unknown): AskResult => {
      if (cancellable.stopped.aborted && !queuedTurn.signal.aborted) return { stopped: true };
      throw new Interrupted(stream.text, error);
    });
    await assertSameReaders(attempt);
    // A guest opens a memory of their own, and tells nothing of who reads the place.
    const changed = author.standing ? undefined : await readersChangedNotice(services, turn, scope);
    const left = await whyNotTheChosen(services, known ?? speaker, { place: turn.place, author });
    const answer = finalAnswer(stream, result);
    const { outcome } = answer;
    const text = paragraphs(left, changed, answer.text);
    if (outcome === "stopped") emitTurnPhase(services, turn, "stopped");
    await storeAnswer(services, turn, { text, outcome }, { author, tokens: stream.usage });
    emitTurnPhase(services, turn, "answered");
    services.outageLog.over({ turn, scope: scope.key }, "agent");
    if (!author.standing) await rememberReaders(services, turn, scope);
    return { text, outcome };
  } finally {
    cancellable.end();
    asking.abort();
    await rendering;
  }
}

const wasStopped = (stream: AnswerStream, { stopped }: AskResult): boolean =>
  stopped === true || stream.outcome === "cancelled";

type TurnAnswer = Pick<TurnRecord, "text" | "outcome">;

function finalAnswer(stream: AnswerStream, result: AskResult): TurnAnswer {
  const { recovered, note } = result;
  const said = (recovered?.text ?? stream.text).trim();
  if (wasStopped(stream, result))
    return { text: paragraphs(note, said, sentences.turn.stopped), outcome: "stopped" };
  if (said === "") return { text: paragraphs(note, sentences.turn.noAnswer), outcome: "empty" };
  const isCut = recovered ? recovered.isCut : stream.outcome === "cut_short";
  return {
    text: paragraphs(note, said, isCut && sentences.turn.cutShort),
    outcome: isCut ? "cut_short" : "complete",
  };
}

const paragraphs = (...texts: readonly (string | false | undefined)[]) => texts.filter(Boolean).join("\n\n");

const isMessage = (event: TurnRecord["events"][number]): event is MessageEvent => event.type === "message";
