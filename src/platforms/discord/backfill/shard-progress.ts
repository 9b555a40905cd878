/**
 * How far one shard's events are stored. Discord replays what came after a sequence number, so the number that is kept
 * is that of the last event before the first that is still on its way to the database.
 */
export interface ShardProgress {
  /** An event came. The result is called once what it brought is stored, or is no concern. */
  begin(sequence: number, at: number): () => void;
  /** What was said from `from` on is looked for; the result is called when all of it is stored. */
  beginBackfill(from: number): () => void;
  /** The connection lives: all until now was heard. */
  heartbeat(at: number): void;
  /** A login that resumed nothing: numbers begin anew, and what still waits has none in it. */
  reset(): void;
  /** Undefined while there is no event to go on from. */
  readonly sequence: number | undefined;
  /** All that was said until then is stored; undefined before anything was heard. In ms since 1970, by Discord's clock. */
  readonly heardUntil: number | undefined;
}

interface Unstored {
  readonly at: number;
  /** Undefined for an event of an earlier login. */
  sequence: number | undefined;
}

export function createShardProgress(before?: {
  sequence: number | undefined;
  heardUntil: number;
}): ShardProgress {
  /** In the order in which they came. */
  const unstored = new Set<Unstored>();
  let latest = before?.sequence;
  let aliveAt = before?.heardUntil;

  function add(each: Unstored): () => void {
    unstored.add(each);
    return () => void unstored.delete(each);
  }

  return {
    begin(sequence, at) {
      latest = Math.max(latest ?? 0, sequence);
      aliveAt = Math.max(aliveAt ?? 0, at);
      return add({ sequence, at });
    },
    // Before every number: as long as it is looked for, there is nothing to go on from.
    beginBackfill: (from) => add({ sequence: 0, at: from }),
    heartbeat(at) {
      aliveAt = Math.max(aliveAt ?? 0, at);
    },
    reset() {
      latest = undefined;
      for (const each of unstored) each.sequence = undefined;
    },
    get sequence() {
      let first = latest === undefined ? 0 : latest + 1;
      for (const { sequence } of unstored) first = Math.min(first, sequence ?? 0);
      return first > 1 ? first - 1 : undefined;
    },
    get heardUntil() {
      let first = aliveAt;
      for (const { at } of unstored) first = Math.min(first ?? at, at);
      return first;
    },
  };
}
