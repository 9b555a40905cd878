const KEPT_NOTES = 5_000;

/**
 * That something changed, not how: what is sent is what it looks like when it is sent, to the person it is
 * sent to. So a slow window skips what is overtaken, and nobody is shown what is not theirs.
 */
export type Note =
  | { readonly type: "message"; readonly placeId: string; readonly id: string }
  | { readonly type: "place"; readonly id: string }
  | { readonly type: "typing"; readonly placeId: string; readonly userId: string; readonly until: number }
  | { readonly type: "commands" }
  | { readonly type: "connected" }
  | { readonly type: "insight"; readonly placeId?: string }
  /** Something that this person alone sees. */
  | { readonly type: "modal" | "home"; readonly userId: string };

export type NumberedNote = Note & {
  readonly at: number;
  /** The key of the world in which it changed. */
  readonly world: string;
};

/** The changes of this start of the sandbox in all its worlds, numbered, so that a window that lost its line can catch up. */
export class Feed {
  #notes: NumberedNote[] = [];
  #at: number;
  /** What happened up to here can no longer be told. */
  #forgotten: number;
  readonly #wake = new Set<() => void>();

  /** Numbers begin at the time, so that those of an earlier start are all in the past. */
  constructor(startedAt: number) {
    this.#at = startedAt;
    this.#forgotten = startedAt;
  }

  get at(): number {
    return this.#at;
  }

  add(world: string, note: Note): void {
    this.#at += 1;
    this.#notes.push({ ...note, world, at: this.#at });
    if (this.#notes.length > KEPT_NOTES) this.#forgotten = this.#notes.shift()?.at ?? this.#at;
    for (const wake of this.#wake) wake();
  }

  /** What changed after `at`, each thing once, oldest first; undefined when that is no longer known. */
  since(at: number): readonly NumberedNote[] | undefined {
    if (at < this.#forgotten || at > this.#at) return undefined;
    const latest = new Map<string, NumberedNote>();
    for (const note of this.#notes) {
      if (note.at <= at) continue;
      const key = `${note.world} ${subjectOf(note)}`;
      latest.delete(key);
      latest.set(key, note);
    }
    return [...latest.values()];
  }

  /** Resolves when there is something after `at`, or after so long, or when the signal aborts. */
  next(at: number, options: { readonly waitMs: number; readonly signal: AbortSignal }): Promise<void> {
    if (this.#at > at || options.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake.delete(done);
        options.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, options.waitMs);
      timer.unref();
      this.#wake.add(done);
      options.signal.addEventListener("abort", done, { once: true });
    });
  }
}

function subjectOf(note: Note): string {
  switch (note.type) {
    case "message":
      // One message can stand in a thread and in its channel.
      return `message ${note.placeId} ${note.id}`;
    case "place":
      return `place ${note.id}`;
    case "typing":
      return `typing ${note.placeId} ${note.userId}`;
    case "insight":
      return `insight ${note.placeId ?? ""}`;
    case "modal":
    case "home":
      return `${note.type} ${note.userId}`;
    default:
      return note.type;
  }
}
