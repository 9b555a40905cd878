import type { Landed } from "./agents.ts";
import { AppError, hasCode } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { TurnRecord } from "./turns.ts";

const LOOK_AGAIN_MS = 1_000;
/** A run that Letta seems to have lost goes on at most where something before Letta was down, and not Letta. */
const WAIT_FOR_LOST_MS = 60_000;

interface Searching {
  readonly parts: Pick<Parts, "agents" | "clock">;
  readonly turn: Pick<TurnRecord, "stopped">;
  readonly signal: AbortSignal;
}

/**
 * What Letta answered while nobody listened; undefined when it was never asked. Gives up after a time, and then cancels
 * the run: nothing else can be asked in the conversation while it goes on. What it had stored by then still counts, if
 * that is more than was heard; and a run that Letta lost before it stored anything was as good as never asked.
 */
export async function unheardAnswer(
  { parts, turn, signal }: Searching,
  { agent, conversation, otids }: Pick<TurnRecord, "agent" | "conversation" | "otids">,
  { patienceMs, heard }: { readonly patienceMs: number; readonly heard: string },
): Promise<string | undefined> {
  if (!agent || !conversation) return undefined;
  const look = () => parts.agents.landed(agent, conversation, otids).catch(nothingLandedWhenGone);
  const since = parts.clock.now();
  for (;;) {
    signal.throwIfAborted();
    const landed = await look();
    if (landed.state !== "running") return answerOf(landed);
    const isLate = parts.clock.now() - since >= (landed.lost ? WAIT_FOR_LOST_MS : patienceMs);
    if (landed.run && (isLate || turn.stopped)) await parts.agents.cancel(agent, landed.run);
    if (isLate) return leftBehind(landed, await look(), heard);
    await parts.clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

function leftBehind({ lost = false }: Running, left: Landed, heard: string): string | undefined {
  const answer = answerOf(left);
  const counts = lost ? left.state !== "running" : (answer ?? "").length > heard.length;
  if (counts) return answer;
  throw new AppError("stalled", "The answer to this never came. Try again.");
}

type Running = Extract<Landed, { readonly state: "running" }>;

const answerOf = (landed: Landed): string | undefined =>
  landed.state === "answered" ? landed.text : undefined;

/** What was asked of an agent that does not exist any more has to be asked anew. */
function nothingLandedWhenGone(error: unknown): Landed {
  if (hasCode(error, "agent_gone", "conversation_gone")) return { state: "no" };
  throw error;
}
