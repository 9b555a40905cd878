import type { PlaceId } from "../../../core/domain/model.ts";
import type { PlaceNotice } from "../../../core/ports/bot-events.ts";

/** What this process sees happen in a place, for those who wait there. It spares them asking again and again. */
export class ExchangeChanges {
  readonly #listeners = new Map<PlaceId, Set<() => void>>();
  readonly #heldUp = new Set<PlaceId>();

  notify(place: PlaceId): void {
    for (const listener of [...(this.#listeners.get(place) ?? [])]) listener();
  }

  handleBotEvent(notice: PlaceNotice): void {
    const { id } = notice.place;
    if (notice.type === "turn") {
      if (notice.phase === "waiting for an outage") this.#heldUp.add(id);
      // Another attempt begins before it is known whether the outage is over.
      else if (notice.phase !== "begun" && notice.phase !== "asked") this.#heldUp.delete(id);
    }
    this.notify(id);
  }

  /** Resolves at the next change in this place, or when the signal aborts. */
  next(place: PlaceId, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const ours = this.#listeners.get(place) ?? new Set();
      const listener = () => {
        ours.delete(listener);
        if (ours.size === 0 && this.#listeners.get(place) === ours) this.#listeners.delete(place);
        signal.removeEventListener("abort", listener);
        resolve();
      };
      this.#listeners.set(place, ours.add(listener));
      signal.addEventListener("abort", listener, { once: true });
    });
  }

  /** An outage keeps the answer from coming, perhaps for long. */
  isHeldUp(place: PlaceId): boolean {
    return this.#heldUp.has(place);
  }
}
