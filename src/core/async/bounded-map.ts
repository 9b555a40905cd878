/**
 * A map of at most `most` entries. What is set becomes the newest entry, also where its key was there before; the one that
 * was set longest ago is forgotten when there are too many. Reading makes nothing newer.
 */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.#most) forgetOldest(this);
    return this;
  }
}

/** The same for values alone. */
export class BoundedSet<Value> extends Set<Value> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override add(value: Value): this {
    this.delete(value);
    super.add(value);
    if (this.size > this.#most) forgetOldest(this);
    return this;
  }
}

function forgetOldest<Key>(entries: Map<Key, unknown> | Set<Key>): void {
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}
