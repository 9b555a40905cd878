import { hasCode } from "../domain/errors.ts";
import type { RunId, TurnId } from "../domain/model.ts";
import type { AgentRuns } from "../ports/agent/runs.ts";
import type { TurnRecord, TurnStore } from "../ports/turn-store.ts";

interface CancellableTurn {
  readonly stopped: AbortSignal;
  end(): void;
}

/** The turns this process works on, so that Stop reaches them at once. */
export class TurnCancellation {
  readonly #runs: Pick<AgentRuns, "cancel" | "findSend">;
  readonly #turns: TurnStore;
  readonly #running = new Map<TurnId, AbortController>();

  constructor({
    runs,
    turns,
  }: {
    runs: Pick<AgentRuns, "cancel" | "findSend">;
    turns: TurnStore;
  }) {
    this.#runs = runs;
    this.#turns = turns;
  }

  /** Notes that a turn is asking; the signal aborts when somebody stops it. */
  begin(id: TurnId): CancellableTurn {
    const controller = new AbortController();
    this.#running.set(id, controller);
    const end = () => {
      if (this.#running.get(id) === controller) this.#running.delete(id);
    };
    return { stopped: controller.signal, end };
  }

  /** Stops this turn and no other, wherever it runs. */
  async stop({ id }: TurnRecord): Promise<void> {
    // First the mark: a run that begins later finds it and is cancelled then.
    await this.#turns.change(id, { stopped: true });
    const turn = await this.#turns.get(id);
    if (!turn) return;
    const run = turn.run ?? (await runOf(this.#runs, turn).catch(unlessAway));
    if (turn.agent && run) await this.#runs.cancel(turn.agent, run).catch(unlessAway);
    // Letta was asked and its run is not known: whoever stopped listening now could not cancel it.
    const mayBegin = turn.state === "asked" && run === undefined;
    if (!mayBegin) this.#running.get(id)?.abort(new StoppedByPerson());
  }
}

/** Nobody is to wait for the agents' server to be rid of an answer: what it still says is shown to nobody. */
function unlessAway(error: unknown): undefined {
  if (!hasCode(error, "agent_unavailable")) throw error;
}

/** The run of a turn of which nothing was heard yet. */
async function runOf(runs: Pick<AgentRuns, "findSend">, turn: TurnRecord): Promise<RunId | undefined> {
  const { state, agent, conversation, otids } = turn;
  if (state !== "asked" || !agent || !conversation) return undefined;
  const send = await runs.findSend(agent, conversation, otids);
  return send.state === "running" ? send.run : undefined;
}

/** The reason of an abort that a person asked for. */
class StoppedByPerson extends Error {
  override readonly name = "StoppedByPerson";
}
