import { sentences } from "../../sentences/sentences.ts";
import { AppError, hasCode } from "../domain/errors.ts";
import type { SendStatus } from "../ports/agent/runs.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { undoMemoryWrites } from "./undo-writes.ts";

const POLL_EVERY_MS = 1_000;
/**
 * A run of a server that was gone since has ended. Only where something before the server was gone, and not the server,
 * does it go on: then it is cancelled, and what it still says counts for nothing.
 */
const STALLED_AFTER_OUTAGE_MS = 2_000;
/** A cancelled run may be found for so long. */
const CANCELS_WITHIN_MS = 10_000;

interface RecoveryContext {
  readonly services: Pick<CoreServices, "runs" | "memory" | "clock" | "turns" | "outageWatch">;
  readonly turn: Pick<TurnRecord, "id" | "stopped">;
  readonly signal: AbortSignal;
}

interface RecoveryLimits {
  /** How long a run is waited for. */
  readonly timeoutMs: number;
  /** After so long without a further row it counts as lost: it may have died with the process that asked for it. */
  readonly stallMs?: number;
  /** What was heard of its answer. */
  readonly receivedText: string;
}

export interface RecoveredAnswer {
  readonly text: string;
  /** It ended before it had said all. */
  readonly isCut: boolean;
}

/**
 * What Letta answered while nobody listened; undefined when it was never asked, or when all of it was lost. Gives up after
 * a time, and then cancels the run: nothing else can be asked in the conversation while it goes on. What it had stored by
 * then still counts, if that is more than was heard.
 */
export async function recoverAnswer(
  recovery: RecoveryContext,
  { agent, conversation, otids, quiet }: Pick<TurnRecord, "agent" | "conversation" | "otids" | "quiet">,
  { timeoutMs, stallMs = Number.POSITIVE_INFINITY, receivedText }: RecoveryLimits,
): Promise<RecoveredAnswer | undefined> {
  if (!agent || !conversation) return undefined;
  const { services, turn, signal } = recovery;
  const { runs, memory, clock } = services;
  const findSend = () => runs.findSend(agent, conversation, otids).catch(notSentWhenGone);
  const judge = watchRun(recovery, { timeoutMs, stallMs, quiet });
  for (;;) {
    signal.throwIfAborted();
    const send = await findSend();
    if (send.state !== "running") return answerOf(send);
    const found = await judge(send);
    if (send.run && (found !== "goes on" || turn.stopped)) await runs.cancel(agent, send.run);
    if (found === "lost")
      return answerOfLostRun(await waitForEnd(findSend, recovery), () =>
        undoMemoryWrites(memory, { agent, conversation }, otids).catch(nothingLeftWhenGone),
      );
    if (found === "late") return answerOfLateRun(await waitForEnd(findSend, recovery), receivedText);
    await clock.sleep(POLL_EVERY_MS, signal);
  }
}

type Quiet = Pick<TurnRecord, "quiet">;
type Running = Extract<SendStatus, { readonly state: "running" }>;

/**
 * Tells, look by look, what to think of a run. Since when it is quiet is kept with the turn: a process that dies while it
 * waits leaves the rest of the time to the next one.
 */
function watchRun(
  { services: { clock, turns, outageWatch }, turn }: RecoveryContext,
  { timeoutMs, stallMs, ...known }: Quiet & { readonly timeoutMs: number; readonly stallMs: number },
): (landed: Running) => Promise<"goes on" | "late" | "lost"> {
  const since = clock.now();
  let { quiet: stalledAfterMs } = known;
  return async ({ rows = 0 }) => {
    if (rows !== stalledAfterMs?.rows) {
      stalledAfterMs = { rows, since: clock.now() };
      await turns.change(turn.id, { quiet: stalledAfterMs });
    }
    const enoughMs = (await outageWatch.wasDownSince(turn.id)) ? STALLED_AFTER_OUTAGE_MS : stallMs;
    if (clock.now() - stalledAfterMs.since >= enoughMs) return "lost";
    return clock.now() - since >= timeoutMs ? "late" : "goes on";
  };
}

async function waitForEnd(
  findSend: () => Promise<SendStatus>,
  { services: { clock }, signal }: RecoveryContext,
): Promise<SendStatus> {
  const until = clock.now() + CANCELS_WITHIN_MS;
  for (;;) {
    const left = await findSend();
    if (left.state !== "running" || clock.now() >= until) return left;
    await clock.sleep(POLL_EVERY_MS, signal);
  }
}

/** Tools may have run, but when nothing was said of it, it is asked again: then what it wrote is taken back first. */
async function answerOfLostRun(
  left: SendStatus,
  takeBackAll: () => Promise<unknown>,
): Promise<RecoveredAnswer | undefined> {
  if (left.state === "running") throw answerTimedOut();
  const answer = answerOf(left);
  if (!answer?.isCut || answer.text !== "") return answer;
  await takeBackAll();
  return undefined;
}

function answerOfLateRun(left: SendStatus, receivedText: string): RecoveredAnswer {
  const answer = answerOf(left);
  if (answer && answer.text.length > receivedText.length) return answer;
  throw answerTimedOut();
}

const answerTimedOut = () => new AppError("stalled", sentences.turn.neverCame);

const answerOf = (send: SendStatus): RecoveredAnswer | undefined =>
  send.state === "answered" ? { text: send.text, isCut: send.isCut ?? false } : undefined;

function nothingLeftWhenGone(error: unknown): void {
  if (!hasCode(error, "agent_gone", "conversation_gone")) throw error;
}

/** What was asked of an agent that does not exist any more has to be asked anew. */
function notSentWhenGone(error: unknown): SendStatus {
  if (hasCode(error, "agent_gone", "conversation_gone")) return { state: "no" };
  throw error;
}
