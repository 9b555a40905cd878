import type { Clock } from "../../../core/ports/clock.ts";
import type { TurnQueue } from "../../../core/ports/turn-queue.ts";
import type { TurnRecord, TurnStore } from "../../../core/ports/turn-store.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { ExchangeChanges } from "./changes.ts";
import type { Exchange, Exchanges, PostedMessage } from "./exchange.ts";
import { readTarget } from "./reply-channels.ts";

/**
 * - `waiting`:   stored, nothing was said yet
 * - `answering`: the text grows
 * - `answered`:  the text is final
 * - `failed`:    it ended with a sentence that says so, below what was said; also when its turn was given up
 */
export interface ExchangeState {
  readonly state: "waiting" | "answering" | "answered" | "failed";
  readonly text: string;
  readonly turn: string | undefined;
  readonly files: NonNullable<PostedMessage["files"]>;
  /** An outage keeps the answer from coming, perhaps for long; `text` says so. */
  readonly isHeldUp: boolean;
}

export const hasEnded = ({ state }: ExchangeState): boolean => state === "answered" || state === "failed";

/** Another process may do the work: it wakes nobody here. */
const POLL_EVERY_MS = 1_000;

/** Tells what has become of exchanges. */
export class ExchangeStates {
  readonly #exchanges: Exchanges;
  readonly #turns: TurnStore;
  readonly #lanes: Pick<TurnQueue, "isDeadLettered">;
  readonly #changes: ExchangeChanges;
  readonly #clock: Clock;

  constructor(services: {
    exchanges: Exchanges;
    turns: TurnStore;
    lanes: Pick<TurnQueue, "isDeadLettered">;
    changes: ExchangeChanges;
    clock: Clock;
  }) {
    this.#exchanges = services.exchanges;
    this.#turns = services.turns;
    this.#lanes = services.lanes;
    this.#changes = services.changes;
    this.#clock = services.clock;
  }

  /** What has become of an exchange by now, in whatever process. */
  async read(exchange: Exchange): Promise<ExchangeState> {
    const turn = await this.#turns.byEvent(exchange.place, exchange.event);
    const outcome = turn ? await this.#ofTurn(turn) : await this.#ofNoTurn(exchange);
    if (hasEnded(outcome) || !(await this.#lanes.isDeadLettered(exchange.event))) return outcome;
    // The whole answer was stored before its turn was given up: only the showing of it failed.
    if (turn?.state === "answered")
      return { ...outcome, state: "answered", text: turn.text, isHeldUp: false };
    // What is shown may be no more than that it takes longer.
    const said = turn ? turn.text : outcome.text;
    const text = [said, sentences.turn.deadLetter].filter(Boolean).join("\n\n");
    return { ...outcome, state: "failed", text, isHeldUp: false };
  }

  /** The outcome now, then each further one, up to the last; ends early when the signal aborts. */
  async *follow(exchange: Exchange, signal: AbortSignal): AsyncGenerator<ExchangeState> {
    let last: ExchangeState | undefined;
    while (!signal.aborted) {
      const woken = new AbortController();
      const stop = AbortSignal.any([signal, woken.signal]);
      try {
        // Listening begins before looking: a change in between is not missed.
        const changed = this.#changes.next(exchange.place.id, stop);
        const outcome = await this.read(exchange);
        if (!isSame(outcome, last)) yield outcome;
        last = outcome;
        if (hasEnded(outcome)) return;
        await Promise.race([changed, this.#clock.sleep(POLL_EVERY_MS, stop)]);
      } finally {
        woken.abort();
      }
    }
  }

  async #ofNoTurn({ event }: Exchange): Promise<ExchangeState> {
    const shown = (await this.#exchanges.get(event))?.shown ?? [];
    // A command is answered all at once, and is no turn.
    const state = shown.length > 0 ? "answered" : "waiting";
    const files = shown.flatMap((each) => each.files ?? []);
    return { state, text: textOf(shown), turn: undefined, files, isHeldUp: false };
  }

  async #ofTurn({ id, state, text, target, place }: TurnRecord): Promise<ExchangeState> {
    const outcome = { turn: id, files: [], isHeldUp: false };
    if (state === "delivered") return { ...outcome, state: "answered", text };
    if (state === "failed") return { ...outcome, state, text };
    // A turn answers all that waited at once, where the first of it came from.
    const shown = (await this.#exchanges.get(readTarget(target)))?.shown ?? [];
    const isHeldUp = this.#changes.isHeldUp(place.id);
    const isBegun = shown.length > 0 && !isHeldUp;
    return { ...outcome, state: isBegun ? "answering" : "waiting", text: textOf(shown), isHeldUp };
  }
}

const textOf = (shown: readonly PostedMessage[]) => shown.map(({ text }) => text).join("\n\n");

const isSame = (outcome: ExchangeState, last: ExchangeState | undefined) =>
  outcome.state === last?.state && outcome.text === last.text && outcome.isHeldUp === last.isHeldUp;
