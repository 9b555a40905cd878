interface Job<Order> {
  readonly order: Order;
  readonly keys: readonly string[];
  /** Never rejects. */
  readonly run: () => Promise<void>;
}

interface KeyedJobs<Order> {
  /** Those that wait, first things first. */
  readonly jobs: Job<Order>[];
  isBusy: boolean;
}

interface Rules<Order> {
  /** Which of two that wait comes first; without it they come as they were added. */
  readonly compare?: (left: Order, right: Order) => number;
  /** Resolves when all is there that arrived in the same moment: it is sorted before the first of it is worked. */
  readonly gathered?: () => Promise<unknown>;
}

/**
 * Works jobs one after another in lines that have a key each; the lines do not wait for each other. A job may stand in
 * several lines: it waits until it is the first in all of them, and while it is worked all of them wait for it.
 */
export class KeyedQueue<Order = undefined> {
  readonly #lines = new Map<string, KeyedJobs<Order>>();
  readonly #compare: (left: Order, right: Order) => number;
  readonly #gathered: () => Promise<unknown>;
  #open = 0;
  #pauses = 0;
  #whenIdle: (() => void)[] = [];

  constructor({ compare = () => 0, gathered = () => Promise.resolve() }: Rules<Order> = {}) {
    this.#compare = compare;
    this.#gathered = gathered;
  }

  /** Resolves or rejects as the work does. */
  add<Result>(keys: readonly string[], order: Order, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const job: Job<Order> = { order, keys, run: async () => work().then(resolve, reject) };
      this.#open += 1;
      for (const key of keys) this.#insert(key, job);
      void this.#gathered().then(() => this.#pump(keys));
    });
  }

  /** How many wait or are worked, in all lines together. */
  get size(): number {
    return this.#open;
  }

  /** Nothing more is begun until the result is called; adding still works. */
  pause(): () => void {
    this.#pauses += 1;
    let isPaused = true;
    return () => {
      if (!isPaused) return;
      isPaused = false;
      this.#pauses -= 1;
      this.#pump([...this.#lines.keys()]);
    };
  }

  /** Resolves when nothing waits any more and nothing is worked. */
  idle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #insert(key: string, job: Job<Order>): void {
    const line = this.#lines.get(key) ?? { jobs: [], isBusy: false };
    this.#lines.set(key, line);
    // Nearly always the last.
    let at = line.jobs.length;
    for (let before = line.jobs[at - 1]; before; before = line.jobs[at - 1]) {
      if (this.#compare(before.order, job.order) <= 0) break;
      at -= 1;
    }
    line.jobs.splice(at, 0, job);
  }

  #pump(keys: readonly string[]): void {
    if (this.#pauses > 0) return;
    for (const key of keys) {
      const next = this.#lines.get(key)?.jobs[0];
      if (next?.keys.every((each) => this.#isFirst(each, next))) this.#begin(next);
    }
  }

  #isFirst(key: string, job: Job<Order>): boolean {
    const line = this.#lines.get(key);
    return line !== undefined && !line.isBusy && line.jobs[0] === job;
  }

  #begin(job: Job<Order>): void {
    for (const key of job.keys) {
      const line = this.#lines.get(key);
      line?.jobs.shift();
      if (line) line.isBusy = true;
    }
    void job.run().then(() => this.#end(job));
  }

  #end({ keys }: Job<Order>): void {
    this.#open -= 1;
    for (const key of keys) {
      const line = this.#lines.get(key);
      if (line) line.isBusy = false;
      if (line?.jobs.length === 0) this.#lines.delete(key);
    }
    this.#pump(keys);
    if (this.#open > 0) return;
    for (const tell of this.#whenIdle.splice(0)) tell();
  }
}
