import { type Asked, ask } from "./ask.ts";
import {
  type Attempt,
  buttonsBelow,
  NOTHING_SAID,
  painterFor,
  platformOf,
  STOPPED,
  stopButton,
  type TurnParts,
} from "./attempt.ts";
import { answeredFor, authorsNow } from "./authors-now.ts";
import { countTurn } from "./counting.ts";
import type { LaneTurn } from "./lanes.ts";
import { whyNotTheBrought } from "./left-persona.ts";
import type { MessageEvent, Person } from "./model.ts";
import { tell } from "./notice.ts";
import type { Painter } from "./paint.ts";
import { namedHere } from "./persona-names.ts";
import { personaAt, personaByRef } from "./personas.ts";
import {
  isForSameReaders,
  othersRead,
  readersChanged,
  rememberReaders,
  unlessReadersChanged,
} from "./readers-changed.ts";
import { createReading, type Reading } from "./reading.ts";
import { type ResolvedScope, resolveScope } from "./scope.ts";
import { stillSaid } from "./still-said.ts";
import { keepNothingOfOutsiders } from "./take-back.ts";
import { inItsThread } from "./thread.ts";
import { afterFailure, Interrupted, keepIfLate, showFailureAgain } from "./turn-failure.ts";
import type { TurnRecord } from "./turns.ts";
import type { MessageWaiting } from "./waiting.ts";

/*
 * The life of a turn. Every line is stored before the next begins, so that any process can go on from it:
 *
 *   begun      The lane handed out its events. A thread is opened if the answer goes to one that does not exist.
 *   asked      Stored before Letta is sent anything. A later attempt looks whether it landed before it asks again.
 *              While Letta streams, the answer is painted: first words at once, then edits within the platform's rate.
 *   answered   The whole text is stored. From here on Letta is not needed; only the last edit may be missing.
 *   delivered  Every message shows what it should. The lane lets go of the events.
 *   failed     It ended with a sentence that is stored; a later attempt only shows it, with a Retry button. What was
 *              said before stands above it.
 *
 * What becomes of a turn that throws is told in turn-failure.ts. A turn that was stopped goes the same way to its end: it
 * is answered with what was said until then.
 */

/** Resolves when the turn has ended, well or not; throws when it is to be tried again. */
export async function runTurn(
  parts: TurnParts,
  lane: LaneTurn,
  waiting: readonly MessageWaiting[],
): Promise<void> {
  const inOrder = [...waiting].sort((a, b) => a.event.at - b.event.at);
  const [oldest] = inOrder;
  if (!oldest) return;
  const { event } = oldest;
  const platform = platformOf(parts, event.place);
  const kept = await parts.turns.get(lane.id);
  if (kept?.state === "delivered") return;
  const taken = kept ? takenIn(kept, inOrder) : await stillSaid(parts, platform, inOrder);
  const said = await authorsNow(parts, platform, taken);
  const [first] = said;
  const author = answeredFor(said);
  if (!first || !author) {
    parts.log.info({ turn: lane.id, place: event.place.id }, "what was said was deleted");
    return;
  }
  const { turn, ...asked } = await begin(parts, lane, { said, author, kept });
  const again = kept !== undefined;
  const attempt: Attempt = { ...asked, parts, lane, platform, first: { ...first.event, author }, again };
  if (turn.state === "failed") return showFailureAgain(attempt, turn);
  tell(parts, turn, "begun");
  try {
    await answer(attempt, await inItsThread(attempt, turn));
  } catch (error) {
    await afterFailure(attempt, error);
  }
}

/** What an earlier attempt took; all of it where that is known no more. */
function takenIn({ events }: TurnRecord, waiting: readonly MessageWaiting[]): readonly MessageWaiting[] {
  const taken = waiting.filter(({ event }) => events.some(({ id }) => id === event.id));
  return taken.length > 0 ? taken : waiting;
}

interface Begun {
  readonly said: readonly MessageWaiting[];
  readonly author: Person;
  readonly kept: TurnRecord | undefined;
}

async function begin(parts: TurnParts, lane: LaneTurn, { said, author, kept }: Begun) {
  const [first] = said;
  if (!first) throw new Error("a turn without events");
  const { event, target, persona } = first;
  const place = event.thread ?? event.place;
  const asked = kept?.persona ?? persona;
  const found = asked && (await personaByRef(parts, asked, place, author));
  const answering = found ?? (await personaAt(parts, place, author));
  const known = asked ? found : answering;
  const [speaker, scope] = await Promise.all([
    namedHere(parts, place, answering),
    resolveScope(parts, answering, place, author),
  ]);
  const turn =
    kept ??
    (await parts.turns.begin({
      id: lane.id,
      state: "begun",
      place: event.place,
      target,
      persona: asked ?? answering.ref,
      otids: [],
      text: "",
      stopped: false,
      at: parts.clock.now(),
      events: said.map((each) => each.event),
      deliveries: [],
    }));
  return { turn, speaker, known, scope };
}

async function answer(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const { parts, speaker } = attempt;
  const painter = painterFor(attempt, turn, () => isForSameReaders(attempt));
  const startedAt = parts.clock.now();
  const scope = await unlessReadersChanged(attempt, turn);
  const text = turn.state === "answered" ? turn.text : await askAndPaint(attempt, turn, { painter, scope });
  await keepNothingOfOutsiders(parts, turn);
  await painter
    .show({ text, buttons: buttonsBelow({ ...turn, text }) })
    .catch((error: unknown) => keepIfLate(attempt, { ...turn, text }, error));
  await parts.turns.change(turn.id, { state: "delivered" });
  tell(parts, turn, "delivered");
  parts.outageLog.over({ turn, scope: scope?.key }, "platform");
  const ms = parts.clock.now() - startedAt;
  parts.log.info({ turn: turn.id, place: turn.place.id, persona: speaker.ref.key, ms }, "turn answered");
}

async function askAndPaint(
  attempt: Attempt,
  turn: TurnRecord,
  { painter, scope }: { painter: Painter; scope: ResolvedScope },
): Promise<string> {
  const { parts, platform, known, speaker, lane, first } = attempt;
  if (turn.state === "begun") await platform.open(turn.target).refuseIfClosed?.();
  const reading = createReading(() => tell(parts, turn, "first words"));
  const running = parts.running.begin(turn.id);
  const asking = new AbortController();
  const painting = painter.follow(reading, [stopButton(turn)], asking.signal);
  try {
    const signal = AbortSignal.any([lane.signal, running.stopped]);
    const events = turn.events.filter(isMessage);
    const { author } = first;
    const readAttachment = platform.readAttachment?.bind(platform);
    const { waiting } = lane;
    const about = { parts, turn, known, scope: scope.key, events, author };
    const question = { ...about, readAttachment, signal, waiting };
    const asked = await ask(question, reading).catch((error: unknown): Asked => {
      if (running.stopped.aborted && !lane.signal.aborted) return { stopped: true };
      throw new Interrupted(reading.text, error);
    });
    if (!(await isForSameReaders(attempt))) throw othersRead();
    // A guest opens a memory of their own, and tells nothing of who reads the place.
    const changed = author.standing ? undefined : await readersChanged(parts, turn, scope);
    const left = await whyNotTheBrought(parts, known ?? speaker, { place: turn.place, author });
    const text = paragraphs(left, changed, finalText(reading, asked));
    if (wasStopped(reading, asked)) tell(parts, turn, "stopped");
    await parts.turns.change(turn.id, { state: "answered", text });
    tell(parts, turn, "answered");
    parts.outageLog.over({ turn, scope: scope.key }, "agent");
    await countTurn(parts, turn, author, reading.usage);
    if (!author.standing) await rememberReaders(parts, turn, scope);
    return text;
  } finally {
    running.end();
    asking.abort();
    await painting;
  }
}

const wasStopped = (reading: Reading, { stopped }: Asked): boolean =>
  stopped === true || reading.outcome === "cancelled";

function finalText(reading: Reading, asked: Asked): string {
  const { unheard, note } = asked;
  const said = (unheard?.text ?? reading.text).trim();
  if (wasStopped(reading, asked)) return paragraphs(note, said, STOPPED);
  const cut =
    (unheard ? unheard.isCut : reading.outcome === "cut_short") && "*I had to stop here. Ask me to go on.*";
  return paragraphs(note, said || NOTHING_SAID, said && cut);
}

const paragraphs = (...texts: readonly (string | false | undefined)[]) => texts.filter(Boolean).join("\n\n");

const isMessage = (event: TurnRecord["events"][number]): event is MessageEvent => event.type === "message";
