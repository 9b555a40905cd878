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
  #saved = 0;
  #saving: Promise<void> | undefined;
  /** One save of those, with the pause before it. */
  #round: Promise<void> = Promise.resolve();
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

  /** Resolves when all that has changed until now is saved, which is done at once then; or when it could not be. */
  async kept(): Promise<void> {
    const wanted = this.#changes;
    while (this.#saved < wanted && this.#saving !== undefined) {
      this.#wake();
      await this.#round.catch(() => undefined);
    }
  }

  async #saveUntilUnchanged(): Promise<void> {
    while (this.#saved !== this.#changes) {
      this.#round = this.#saveSoon();
      await this.#round;
    }
  }

  async #saveSoon(): Promise<void> {
    await this.#pause();
    const changes = this.#changes;
    await this.#save();
    this.#saved = changes;
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
