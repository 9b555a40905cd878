const KEPT_ENTRIES = 1_000;
/** Of all entries together: long answers come word by word. */
const KEPT_EVENTS = 20_000;

/** One request that an emulator was sent, and what it answered. */
export interface JournalEntry {
  readonly id: number;
  readonly at: number;
  readonly method: string;
  /** The path as it was asked for, without the query. */
  readonly path: string;
  /** The route that answered, as the service's own documentation writes it; undefined when there is none. */
  pattern: string | undefined;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body: unknown;
  /** Undefined until the answer has begun, and for ever when the connection was cut before it. */
  status: number | undefined;
  /** The JSON that was answered, if any. */
  answer: unknown;
  /** What was sent as server-sent events, in order. */
  readonly events: unknown[];
  /** True when nothing more will be sent. */
  finished: boolean;
}

type Opening = Pick<JournalEntry, "at" | "method" | "path" | "query" | "headers">;
type Wanted = (entry: JournalEntry) => boolean;

interface Waiter {
  readonly wanted: Wanted;
  readonly resolve: (entry: JournalEntry) => void;
}

/** What an emulator was asked, newest last. It keeps the last thousand requests, fewer after long streams. */
export class Journal {
  #entries: JournalEntry[] = [];
  #waiters: Waiter[] = [];
  #answerWaiters: Waiter[] = [];
  #lastId = 0;
  /** Of all entries together. */
  #events = 0;

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Notes that a request has come; the listener fills in the rest as it becomes known. */
  open(opening: Opening): JournalEntry {
    this.#lastId += 1;
    const entry: JournalEntry = {
      ...opening,
      id: this.#lastId,
      pattern: undefined,
      body: undefined,
      status: undefined,
      answer: undefined,
      events: [],
      finished: false,
    };
    this.#entries.push(entry);
    this.#forgetOldest();
    return entry;
  }

  /** Notes a server-sent event of its answer. */
  addEvent(entry: JournalEntry, event: unknown): void {
    entry.events.push(event);
    if (entry.id >= (this.#entries[0]?.id ?? Number.POSITIVE_INFINITY)) this.#events += 1;
  }

  /** Tells everybody who waits for this request, once its route and body are known. */
  announce(entry: JournalEntry): void {
    const woken = this.#waiters.filter(({ wanted }) => wanted(entry));
    this.#waiters = this.#waiters.filter((waiter) => !woken.includes(waiter));
    for (const { resolve } of woken) resolve(entry);
  }

  /** Notes that nothing more will be sent, and tells everybody who waits for that. */
  finish(entry: JournalEntry): void {
    entry.finished = true;
    const woken = this.#answerWaiters.filter(({ wanted }) => wanted(entry));
    this.#answerWaiters = this.#answerWaiters.filter((waiter) => !woken.includes(waiter));
    for (const { resolve } of woken) resolve(entry);
  }

  /** The requests of one route, oldest first. */
  of(method: string, pattern: string): readonly JournalEntry[] {
    return this.#entries.filter((entry) => entry.method === method && entry.pattern === pattern);
  }

  /** The next request to come that fits; requests already there do not count. */
  next(wanted: Wanted): Promise<JournalEntry> {
    return new Promise((resolve) => this.#waiters.push({ wanted, resolve }));
  }

  /** The next request that fits and is finished from now on: answered, or its connection cut. */
  nextFinished(wanted: Wanted): Promise<JournalEntry> {
    return new Promise((resolve) => this.#answerWaiters.push({ wanted, resolve }));
  }

  clear(): void {
    this.#entries = [];
    this.#events = 0;
  }

  #forgetOldest(): void {
    while (this.#entries.length > KEPT_ENTRIES || this.#events > KEPT_EVENTS) {
      this.#events -= this.#entries.shift()?.events.length ?? this.#events;
    }
  }
}
