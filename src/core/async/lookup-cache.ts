import type { Clock } from "../ports/clock.ts";
import { BoundedMap } from "./bounded-map.ts";

interface Lookup<Value> {
  readonly until: number;
  readonly found: Promise<Value>;
  /** Once it is there. */
  value?: Value;
}

/**
 * Answers that are asked for once and kept for a while. Who asks while one is on its way gets the same one. A failure is not
 * kept, nor an answer that came after its key was forgotten.
 */
export class LookupCache<Value> {
  readonly #lookups: BoundedMap<string, Lookup<Value>>;
  readonly #clock: Pick<Clock, "now">;
  readonly #freshMs: number;
  readonly #keeps: (value: Value) => boolean;

  constructor(options: {
    readonly clock: Pick<Clock, "now">;
    /** How long an answer counts, from when it was asked for. */
    readonly freshMs: number;
    /** How many keys are remembered; the one that was asked for longest ago goes first. */
    readonly most: number;
    /** Which answers are kept; all of them where it is not given. */
    readonly keeps?: (value: Value) => boolean;
  }) {
    this.#lookups = new BoundedMap(options.most);
    this.#clock = options.clock;
    this.#freshMs = options.freshMs;
    this.#keeps = options.keeps ?? (() => true);
  }

  /** What is known of a key, else what `ask` finds. */
  get(key: string, ask: () => Promise<Value>): Promise<Value> {
    const known = this.#lookups.get(key);
    if (known && known.until > this.#clock.now()) return known.found;
    const lookup: Lookup<Value> = { until: this.#clock.now() + this.#freshMs, found: ask() };
    this.#lookups.set(key, lookup);
    lookup.found.then(
      (value) => {
        if (this.#keeps(value)) lookup.value = value;
        else this.#drop(key, lookup);
      },
      () => this.#drop(key, lookup),
    );
    return lookup.found;
  }

  /** The last answer that came, fresh or not; undefined where none did or it was forgotten. */
  last(key: string): Value | undefined {
    return this.#lookups.get(key)?.value;
  }

  /** What is known of a key may be true no more. */
  forget(key: string): void {
    this.#lookups.delete(key);
  }

  /** The same for all keys that begin so. */
  forgetAll(prefix: string): void {
    for (const key of this.#lookups.keys()) if (key.startsWith(prefix)) this.#lookups.delete(key);
  }

  /** Only where nobody asked anew meanwhile. */
  #drop(key: string, lookup: Lookup<Value>): void {
    if (this.#lookups.get(key) === lookup) this.#lookups.delete(key);
  }
}
