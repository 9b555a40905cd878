interface Unstored {
  readonly at: number;
  /** Undefined for an event of an earlier login. */
  sequence: number | undefined;
}

/**
 * How far one shard's events are stored. Discord replays what came after a sequence number, so the number that is kept
 * is that of the last event before the first that is still on its way to the database.
 */
export class ShardProgress {
  /** In the order in which they came. */
  readonly #unstored = new Set<Unstored>();
  #latest: number | undefined;
  #aliveAt: number | undefined;

  constructor(before?: {
    sequence: number | undefined;
    heardUntil: number;
  }) {
    this.#latest = before?.sequence;
    this.#aliveAt = before?.heardUntil;
  }

  /** An event came. The result is called once what it brought is stored, or is no concern. */
  begin(sequence: number, at: number): () => void {
    this.#latest = Math.max(this.#latest ?? 0, sequence);
    this.#aliveAt = Math.max(this.#aliveAt ?? 0, at);
    return this.#add({ sequence, at });
  }

  /** What was said from `from` on is looked for; the result is called when all of it is stored. */
  beginBackfill(from: number): () => void {
    // Before every number: as long as it is looked for, there is nothing to go on from.
    return this.#add({ sequence: 0, at: from });
  }

  /** The connection lives: all until now was heard. */
  heartbeat(at: number): void {
    this.#aliveAt = Math.max(this.#aliveAt ?? 0, at);
  }

  /** A login that resumed nothing: numbers begin anew, and what still waits has none in it. */
  reset(): void {
    this.#latest = undefined;
    for (const each of this.#unstored) each.sequence = undefined;
  }

  /** Undefined while there is no event to go on from. */
  get sequence(): number | undefined {
    let first = this.#latest === undefined ? 0 : this.#latest + 1;
    for (const { sequence } of this.#unstored) first = Math.min(first, sequence ?? 0);
    return first > 1 ? first - 1 : undefined;
  }

  /** All that was said until then is stored; undefined before anything was heard. In ms since 1970, by Discord's clock. */
  get heardUntil(): number | undefined {
    let first = this.#aliveAt;
    for (const { at } of this.#unstored) first = Math.min(first ?? at, at);
    return first;
  }

  #add(each: Unstored): () => void {
    this.#unstored.add(each);
    return () => void this.#unstored.delete(each);
  }
}
