import { BoundedMap } from "../core/async/bounded-map.ts";
import type { ErrorCode } from "../core/domain/errors.ts";
import type { AgentId } from "../core/domain/model.ts";
import type { PlaceNotice, TurnProgress } from "../core/ports/bot-events.ts";
import type { MemoryChange, Trouble, TurnInsight } from "../playground/protocol/insight.ts";

const TURNS_KEPT = 500;
const EVENTS_KEPT = 2_000;

interface Learnt {
  readonly agent: AgentId;
  readonly change: MemoryChange;
}

interface Known {
  readonly place: string;
  readonly turn: TurnInsight;
  readonly learnt: Learnt | undefined;
}

/** The turns of this process with their times, as the bot's notices tell of them. */
export class TurnLog {
  /** Those that were told of last come last. */
  readonly #turns = new BoundedMap<string, Known>(TURNS_KEPT);
  readonly #acceptedAt = new BoundedMap<string, number>(EVENTS_KEPT);

  note(notice: PlaceNotice): void {
    if (notice.type === "accepted") this.#acceptedAt.set(notice.event, notice.at);
    if (notice.type === "turn") this.#noteTurn(notice);
  }

  /** What a turn has changed in the memory of an agent. */
  noteChange({ turn, ...learnt }: { readonly turn: string } & Learnt): void {
    const known = this.#turns.get(turn);
    if (known) this.#turns.set(turn, { ...known, learnt });
  }

  /** Newest first, with what they have changed in the memory that is open to who looks. A turn stands where its answer goes. */
  turnsIn(place: string, open: AgentId | undefined): readonly TurnInsight[] {
    return [...this.#turns.values()]
      .filter((known) => known.place === place)
      .map(({ turn, learnt }) =>
        learnt && learnt.agent === open ? { ...turn, changed: learnt.change } : turn,
      )
      .sort((left, right) => right.startedAt - left.startedAt);
  }

  #noteTurn(notice: TurnProgress): void {
    const accepted = notice.events.flatMap((event) => this.#acceptedAt.get(event) ?? []);
    const known = this.#turns.get(notice.turn)?.turn ?? {
      id: notice.turn,
      state: "running",
      events: notice.events.length,
      ...(accepted.length > 0 && { acceptedAt: Math.min(...accepted) }),
      startedAt: notice.at,
      stopped: false,
    };
    const turn: TurnInsight = { ...known, ...stepOf(known, notice) };
    const learnt = this.#turns.get(notice.turn)?.learnt;
    this.#turns.set(notice.turn, { place: notice.place.id, turn, learnt });
  }
}

/** A later attempt tells of a step again: the first time is the one that counts, but for what it waits for. */
function stepOf(known: TurnInsight, { phase, at, run, code }: TurnProgress): Partial<TurnInsight> {
  switch (phase) {
    case "begun":
      return { state: "running" };
    case "asked":
      return { state: "running", askedAt: known.askedAt ?? at, trouble: undefined, waitingSince: undefined };
    case "running":
      return { runId: run };
    case "first words":
      return { firstWordAt: known.firstWordAt ?? at };
    case "waiting for an outage":
      return { state: "waiting", waitingSince: known.waitingSince ?? at, trouble: troubleOf(code) };
    case "stopped":
      return { stopped: true };
    case "answered":
      return { answeredAt: at };
    case "delivered":
      return { state: "delivered", endedAt: at, trouble: undefined };
    case "failed":
      return { state: "failed", endedAt: at, trouble: troubleOf(code) };
    default:
      return phase satisfies never;
  }
}

const TROUBLES: Partial<Record<ErrorCode, Trouble>> = {
  agent_unavailable: "letta is away",
  platform_unavailable: "platform is away",
  platform_rejected: "refused",
  agent_busy: "busy",
  model_failed: "model failed",
};

const troubleOf = (code: ErrorCode | undefined): Trouble => (code && TROUBLES[code]) ?? "unknown";
