/** Where a world is kept between two lives of the process: one JSON value. */
export interface Persistence {
  /** The value last saved, or undefined when there is none yet. */
  load(): Promise<unknown>;
  save(snapshot: unknown): Promise<void>;
}

const SAVE_EVERY_MS = 200;

/** Saves a world soon after each change, one save at a time, and once more when it is closed. */
export class Keeper {
  readonly #snapshot: () => unknown;
  readonly #persistence: Persistence;
  /** Counts changes; what was saved last is behind when they differ. */
  #changes = 0;
  #saving: Promise<void> | undefined;
  #closing: boolean = false;
  /** Ends the pause before a save. */
  #wake: () => void = () => undefined;

  constructor(snapshot: () => unknown, persistence: Persistence) {
    this.#snapshot = snapshot;
    this.#persistence = persistence;
  }

  /** Called after each change. The changes of one moment are saved together. */
  touch(): void {
    this.#changes += 1;
    // A failed save is tried again at the next change and by close(), which is where somebody hears of it.
    this.#saving ??= this.#saveUntilUnchanged()
      .catch(() => undefined)
      .finally(() => {
        this.#saving = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#saving;
    await this.#save();
  }

  async #saveUntilUnchanged(): Promise<void> {
    let saved = -1;
    while (saved !== this.#changes) {
      await this.#pause();
      saved = this.#changes;
      await this.#save();
    }
  }

  /** A world can be large and an answer that streams changes it often. */
  #pause(): Promise<void> {
    if (this.#closing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, SAVE_EVERY_MS);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #save(): Promise<void> {
    await this.#persistence.save(structuredClone(this.#snapshot()));
  }
}
