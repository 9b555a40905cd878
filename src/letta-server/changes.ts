/** Something that a person watching the sandbox's page would see change. */
export interface Change {
  readonly type: "agent" | "block" | "passage" | "conversation" | "message" | "run";
  readonly agentId?: string;
  readonly conversationId?: string;
  readonly runId?: string;
}

/** Tells listeners that something has changed; they ask for what it is now. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>();

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  announce(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
