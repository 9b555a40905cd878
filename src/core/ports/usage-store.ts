import type { Person, PersonId, Place } from "../domain/model.ts";

/** One answer, as it is counted. */
export interface UsageEntry {
  readonly place: Place;
  readonly person: PersonId;
  /** The key of who answered. */
  readonly persona: string;
  /** As Letta told; 0 where it did not. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly at: number;
}

export interface Spent {
  readonly turns: number;
  readonly tokens: number;
}

/** What was spent on a day: by a person, and by everybody in the tenant. */
export interface SpentOnDay {
  readonly person: Spent;
  readonly tenant: Spent;
}

/** Answers and tokens by person, place, persona and day (UTC). An answer is counted where it is stored: see TurnStore. */
export interface UsageStore {
  /** On the day of `at`; as it was up to `maxAgeMs` ago, for who does not need it to the answer. */
  spent(
    where: Pick<Place, "platform" | "tenant">,
    person: Person["id"],
    options: { readonly at: number; readonly maxAgeMs: number },
  ): Promise<SpentOnDay>;
}

const DAY_MS = 24 * 60 * 60_000;

/** `2026-11-30` */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** When the day of `at` ends, in ms since 1970. */
export const dayEnds = (at: number): number => (Math.floor(at / DAY_MS) + 1) * DAY_MS;
