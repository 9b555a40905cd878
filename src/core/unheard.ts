import type { Landed } from "./agents.ts";
import { AppError, hasCode } from "./errors.ts";
import type { Parts } from "./parts.ts";
import { takeBack } from "./take-back.ts";
import type { TurnRecord } from "./turns.ts";

const LOOK_AGAIN_MS = 1_000;
/**
 * A run of a server that was gone since has ended. Only where something before the server was gone, and not the server,
 * does it go on: then it is cancelled, and what it still says counts for nothing.
 */
const QUIET_WHEN_GONE_MS = 2_000;
/** A cancelled run may be found for so long. */
const ENDS_WITHIN_MS = 10_000;

interface Searching {
  readonly parts: Pick<Parts, "agents" | "clock" | "turns" | "watch">;
  readonly turn: Pick<TurnRecord, "id" | "stopped">;
  readonly signal: AbortSignal;
}

interface Patience {
  /** How long a run is waited for. */
  readonly patienceMs: number;
  /** After so long without a further row it counts as lost: it may have died with the process that asked for it. */
  readonly quietMs?: number;
  /** What was heard of its answer. */
  readonly heard: string;
}

export interface Unheard {
  readonly text: string;
  /** It ended before it had said all. */
  readonly isCut: boolean;
}

/**
 * What Letta answered while nobody listened; undefined when it was never asked, or when all of it was lost. Gives up after
 * a time, and then cancels the run: nothing else can be asked in the conversation while it goes on. What it had stored by
 * then still counts, if that is more than was heard.
 */
export async function unheardAnswer(
  searching: Searching,
  { agent, conversation, otids, quiet }: Pick<TurnRecord, "agent" | "conversation" | "otids" | "quiet">,
  { patienceMs, quietMs = Number.POSITIVE_INFINITY, heard }: Patience,
): Promise<Unheard | undefined> {
  if (!agent || !conversation) return undefined;
  const { parts, turn, signal } = searching;
  const { agents, clock } = parts;
  const look = () => agents.landed(agent, conversation, otids).catch(nothingLandedWhenGone);
  const judge = judgeOf(searching, { patienceMs, quietMs, quiet });
  for (;;) {
    signal.throwIfAborted();
    const landed = await look();
    if (landed.state !== "running") return answerOf(landed);
    const found = await judge(landed);
    if (landed.run && (found !== "goes on" || turn.stopped)) await agents.cancel(agent, landed.run);
    if (found === "lost")
      return leftByLost(await ended(look, searching), () =>
        takeBack(agents, { agent, conversation }, otids).catch(nothingLeftWhenGone),
      );
    if (found === "late") return leftBehind(await ended(look, searching), heard);
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

type Quiet = Pick<TurnRecord, "quiet">;
type Running = Extract<Landed, { readonly state: "running" }>;

/**
 * Tells, look by look, what to think of a run. Since when it is quiet is kept with the turn: a process that dies while it
 * waits leaves the rest of the time to the next one.
 */
function judgeOf(
  { parts: { clock, turns, watch }, turn }: Searching,
  { patienceMs, quietMs, ...known }: Quiet & { readonly patienceMs: number; readonly quietMs: number },
): (landed: Running) => Promise<"goes on" | "late" | "lost"> {
  const since = clock.now();
  let { quiet } = known;
  return async ({ rows = 0 }) => {
    if (rows !== quiet?.rows) {
      quiet = { rows, since: clock.now() };
      await turns.change(turn.id, { quiet });
    }
    const enoughMs = (await watch.goneSince(turn.id)) ? QUIET_WHEN_GONE_MS : quietMs;
    if (clock.now() - quiet.since >= enoughMs) return "lost";
    return clock.now() - since >= patienceMs ? "late" : "goes on";
  };
}

async function ended(look: () => Promise<Landed>, { parts: { clock }, signal }: Searching): Promise<Landed> {
  const until = clock.now() + ENDS_WITHIN_MS;
  for (;;) {
    const left = await look();
    if (left.state !== "running" || clock.now() >= until) return left;
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

/** Tools may have run, but when nothing was said of it, it is asked again: then what it wrote is taken back first. */
async function leftByLost(left: Landed, takeBackAll: () => Promise<unknown>): Promise<Unheard | undefined> {
  if (left.state === "running") throw neverCame();
  const answer = answerOf(left);
  if (!answer?.isCut || answer.text !== "") return answer;
  await takeBackAll();
  return undefined;
}

function leftBehind(left: Landed, heard: string): Unheard {
  const answer = answerOf(left);
  if (answer && answer.text.length > heard.length) return answer;
  throw neverCame();
}

const neverCame = () => new AppError("stalled", "The answer to this never came. Try again.");

const answerOf = (landed: Landed): Unheard | undefined =>
  landed.state === "answered" ? { text: landed.text, isCut: landed.isCut ?? false } : undefined;

function nothingLeftWhenGone(error: unknown): void {
  if (!hasCode(error, "agent_gone", "conversation_gone")) throw error;
}

/** What was asked of an agent that does not exist any more has to be asked anew. */
function nothingLandedWhenGone(error: unknown): Landed {
  if (hasCode(error, "agent_gone", "conversation_gone")) return { state: "no" };
  throw error;
}
