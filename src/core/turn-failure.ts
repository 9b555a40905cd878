import { type Attempt, buttonsBelow, painterFor, STOPPED } from "./attempt.ts";
import { AppError, hasCode } from "./errors.ts";
import { onceKey } from "./fingerprint.ts";
import { RetryLater } from "./lanes.ts";
import { keepLateAnswer } from "./late-answers.ts";
import type { MessageEvent } from "./model.ts";
import { tell } from "./notice.ts";
import { maySayOn, whyNotSaid } from "./readers-changed.ts";
import { keepNothingOfOutsiders } from "./take-back.ts";
import type { TurnRecord } from "./turns.ts";

/*
 * What becomes of a turn that throws. The order is the order of the checks:
 *
 *   the process stops, or the lane is another's now   nothing: the next attempt goes on from what is stored
 *   an outage of Letta, after Stop                    answered with what was said: nobody waits for more of it
 *   an outage of Letta or of the platform             waited out for OUTAGE_MS; Letta's is said once
 *   a busy conversation                               waited out for BUSY_MS
 *   the platform refuses for good                     failed: one sentence in the place of the answer, and a way to try again
 *   a failure that is not understood                  tried again as often as the lane allows
 *   everything else                                   failed: one sentence below what was said, and a way to try again
 */

const OUTAGE_MS = 24 * 60 * 60_000;
const BUSY_MS = 15 * 60_000;
const BUSY_DELAY_MS = 1_000;
const LEAST_DELAY_MS = 2_000;
const MOST_DELAY_MS = 60_000;

/** Thrown on with what was said until then, so that it is kept. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly said: string;

  constructor(said: string, cause: unknown) {
    super("the answer was interrupted", { cause });
    this.said = said;
  }
}

/** Resolves when the turn has ended with this failure, throws when it is to be tried again. */
export async function afterFailure(attempt: Attempt, thrown: unknown): Promise<void> {
  const { parts, lane } = attempt;
  const error = thrown instanceof Interrupted ? thrown.cause : thrown;
  if (lane.signal.aborted) throw error;
  const turn = await parts.turns.get(lane.id);
  if (!turn) throw error;
  const heard = thrown instanceof Interrupted ? thrown.said : "";
  const until = turn.state === "answered" ? turn.text : heard;
  // What was said for other readers than those of now is not said on.
  const said = until !== "" && (await maySayOn(attempt, turn)) ? until : "";
  if (turn.stopped && turn.state === "asked" && hasCode(error, "agent_unavailable"))
    return endStopped(parts, turn, said);
  await waitForOutage(attempt, { turn, said, error });
  await keepNothingOfOutsiders(parts, turn).catch(async (err: unknown) => {
    await waitForOutage(attempt, { turn, said, error: err });
    if (!lane.last) throw err;
    parts.log.error({ turn: turn.id, err }, "what was noted of people of elsewhere could not be taken back");
  });
  if (hasCode(error, "platform_rejected")) {
    parts.log.warn({ turn: turn.id, err: error }, "the platform refuses the answer");
    // Not what was said: that is refused again, and what already grew there must end.
    const text = failureOf(turn, error.userMessage);
    await parts.turns.change(turn.id, { state: "failed", text });
    tell(parts, turn, "failed", { code: error.code });
    await showFailure(attempt, { ...turn, state: "failed", text });
    return;
  }
  if (!(error instanceof AppError) && !lane.last) throw error;
  parts.log.error({ turn: turn.id, err: error }, "turn failed");
  const sentence = error instanceof AppError ? error.userMessage : "Something went wrong on my side.";
  const text = [said.trim(), failureOf(turn, sentence)].filter(Boolean).join("\n\n");
  await parts.turns.change(turn.id, { state: "failed", text });
  tell(parts, turn, "failed", error instanceof AppError ? { code: error.code } : {});
  await showFailure(attempt, { ...turn, state: "failed", text });
}

/** The next attempt, which needs no Letta, shows it. */
async function endStopped(parts: Attempt["parts"], turn: TurnRecord, said: string): Promise<never> {
  const text = [said.trim(), STOPPED].filter(Boolean).join("\n\n");
  await parts.turns.change(turn.id, { state: "answered", text });
  tell(parts, turn, "stopped");
  throw new RetryLater("stopped while the agents' server is away", { delayMs: 0, counts: false });
}

/** Once more, when an attempt that came so far died before it was shown. To others than those of then nothing of the answer. */
export async function showFailureAgain(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const reason = await whyNotSaid(attempt, turn);
  const text = reason ? failureOf(turn, reason.userMessage) : turn.text;
  if (reason) await attempt.parts.turns.change(turn.id, { text });
  return showFailure(attempt, { ...turn, text });
}

const failureOf = ({ id }: Pick<TurnRecord, "id">, sentence: string): string => `⚠️ ${sentence} \`#${id}\``;

/** Shows how a turn failed. */
async function showFailure(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const { parts } = attempt;
  try {
    await painterFor(attempt, turn)
      .show({ text: turn.text, buttons: buttonsBelow(turn) })
      .catch((error: unknown) => keepIfLate(attempt, turn, error));
  } catch (error) {
    const isAway = hasCode(error, "platform_unavailable");
    const later = isAway && laterWithin(OUTAGE_MS, attempt, turn);
    if (isAway && later) {
      parts.outageLog.waits({ turn, scope: attempt.scope?.key }, error);
      throw new RetryLater("the platform is away", { ...later, cause: error });
    }
    if (!(error instanceof AppError)) throw error;
    if (turn.deliveries.length > 0 && (await isSaidBelow(attempt, turn))) return;
    if (await isToldDirectly(attempt, turn, error)) return;
    parts.log.warn({ turn: turn.id, err: error }, "could not say that a turn failed");
  }
}

/** A conversation that its person alone sees can end at any time: the answer is shown with their next command. */
export async function keepIfLate(
  { parts, first }: Attempt,
  { place, text }: Pick<TurnRecord, "place" | "text">,
  error: unknown,
): Promise<void> {
  if (!hasCode(error, "answer_late")) throw error;
  await keepLateAnswer(parts, { id: first.id, author: first.author, place }, { text });
}

/** Somebody may have taken the messages of the answer away: then it is said in one of its own. */
async function isSaidBelow({ platform }: Attempt, turn: TurnRecord): Promise<boolean> {
  const message = { text: turn.text, visibility: "public", buttons: buttonsBelow(turn) } as const;
  const once = { key: onceKey(`${turn.id}/${turn.at}/failed`), again: true };
  return platform
    .open(turn.target)
    .post(message, once)
    .then(() => true)
    .catch(() => false);
}

/** Where nothing can be posted whoever asked is told why in direct messages. Nothing of the answer: they may read here no more. */
export async function isToldDirectly(
  {
    platform,
    parts,
    first,
  }: Pick<Attempt, "platform" | "parts"> & { readonly first: Pick<MessageEvent, "author"> },
  { id, place }: Pick<TurnRecord, "id" | "place">,
  { userMessage }: AppError,
): Promise<boolean> {
  if (place.kind === "direct") return false;
  const where = place.mention ?? place.name ?? "the place where you asked me";
  const text = `I cannot answer you in ${where}. ${userMessage} `;
  try {
    return (await platform.tellPerson?.(first.author.id, `${text}\`#${id}\``)) ?? false;
  } catch (err) {
    parts.log.warn({ turn: id, err }, "could not tell somebody directly that their turn failed");
    return false;
  }
}

async function waitForOutage(
  attempt: Attempt,
  { turn, said, error }: { turn: TurnRecord; said: string; error: unknown },
): Promise<void> {
  if (!hasCode(error, "agent_unavailable", "platform_unavailable", "agent_busy")) return;
  const { parts } = attempt;
  const isAway = error.code === "agent_unavailable";
  if (isAway) parts.watch.noticed();
  const later = laterWithin(error.code === "agent_busy" ? BUSY_MS : OUTAGE_MS, attempt, turn);
  if (!later) return;
  if (isAway && said === "") await sayThatWeWait(attempt, turn);
  parts.outageLog.waits({ turn, scope: attempt.scope?.key }, error);
  tell(parts, turn, "waiting for an outage", { code: error.code });
  const delayMs = error.code === "agent_busy" ? BUSY_DELAY_MS : later.delayMs;
  throw new RetryLater(error.code, {
    ...later,
    delayMs,
    ...(isAway && { waitsFor: "agents" }),
    cause: error,
  });
}

/** Less and less often. Outages are not the turn's fault and do not count as attempts. */
function laterWithin(patienceMs: number, { parts }: Attempt, turn: TurnRecord) {
  const waitedMs = parts.clock.now() - turn.at;
  if (waitedMs >= patienceMs) return undefined;
  return { delayMs: Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, waitedMs / 10)), counts: false };
}

/** The failure's own sentence would ask people to do what is done for them. */
const weWait = (until: string) =>
  `*I cannot think right now: the server behind me does not answer. I keep trying until ${until}, and answer here as soon as it works.*`;

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });
/** Where the reader is nobody knows. */
const timeOf = (at: number): string =>
  `${WEEKDAY.format(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;

/** The answer replaces this sentence, in the same message; without edits there is nothing to replace it with. */
async function sayThatWeWait(attempt: Attempt, turn: TurnRecord): Promise<void> {
  const { parts, platform } = attempt;
  if (turn.deliveries.length > 0 || !platform.open(turn.target).edit) return;
  await painterFor(attempt, turn)
    .show({ text: weWait(timeOf(turn.at + OUTAGE_MS)), buttons: [], aside: true })
    .catch((err: unknown) =>
      parts.log.warn({ turn: turn.id, err }, "could not say that an answer takes longer"),
    );
}
