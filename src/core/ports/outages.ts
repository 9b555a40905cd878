import type { AppError } from "../domain/errors.ts";
import type { TurnId } from "../domain/model.ts";
import type { TurnRecord } from "./turn-store.ts";

/** When the agents' server was away, kept for every process: whoever saw it may die with it. */
export interface OutageStore {
  /** It is away now. `gone`: nobody is there, so that what it did has ended. */
  begin(outage: { readonly gone: boolean }): Promise<void>;
  end(): Promise<void>;
  /** Whether it is away, as far as anybody knows. */
  isOngoing(): Promise<boolean>;
  /** Whether it was gone since this turn asked. */
  wasDownSince(turn: TurnId): Promise<boolean>;
}

/** Looks after an outage of the agents' server. */
export interface OutageWatch {
  /** Somebody was not answered. From now on it is looked whether the server is there, until it is. */
  report(): void;
  /** Whether the server was gone since this turn asked: what it asked for has ended then. */
  wasDownSince(turn: TurnId): Promise<boolean>;
}

/*
 * What the log says of an outage: not of every turn at every try, but once of each agent that does not answer, and of
 * each platform where nothing can be posted:
 *
 *   begins    the first turn that waits, with the cause
 *   goes on   SAY_AGAIN_MS later at the earliest, with how many turns wait and how often they were tried
 *   is over   with the same figures, when the agent has answered or the platform has shown an answer
 */
export interface OutageLog {
  waits(about: WaitingTurn, error: AppError): void;
  over(about: WaitingTurn, whose: "agent" | "platform"): void;
}

export interface WaitingTurn {
  readonly turn: Pick<TurnRecord, "id" | "place" | "agent" | "persona">;
  /** With the persona it names the agent, also before there is one. */
  readonly scope: string | undefined;
}
