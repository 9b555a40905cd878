import type { PlaceId } from "../../../core/domain/model.ts";
import type { PlaceNotice } from "../../../core/ports/bot-events.ts";

/** What this process sees happen in a place, for those who wait there. It spares them asking again and again. */
export interface ExchangeChanges {
  notify(place: PlaceId): void;
  handleBotEvent(notice: PlaceNotice): void;
  /** Resolves at the next change in this place, or when the signal aborts. */
  next(place: PlaceId, signal: AbortSignal): Promise<void>;
  /** An outage keeps the answer from coming, perhaps for long. */
  isHeldUp(place: PlaceId): boolean;
}

export function createExchangeChanges(): ExchangeChanges {
  const listeners = new Map<PlaceId, Set<() => void>>();
  const heldUp = new Set<PlaceId>();

  function tell(place: PlaceId): void {
    for (const listener of [...(listeners.get(place) ?? [])]) listener();
  }

  return {
    notify: tell,
    handleBotEvent(notice) {
      const { id } = notice.place;
      if (notice.type === "turn") {
        if (notice.phase === "waiting for an outage") heldUp.add(id);
        // Another attempt begins before it is known whether the outage is over.
        else if (notice.phase !== "begun" && notice.phase !== "asked") heldUp.delete(id);
      }
      tell(id);
    },
    next(place, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const ours = listeners.get(place) ?? new Set();
        const listener = () => {
          ours.delete(listener);
          if (ours.size === 0 && listeners.get(place) === ours) listeners.delete(place);
          signal.removeEventListener("abort", listener);
          resolve();
        };
        listeners.set(place, ours.add(listener));
        signal.addEventListener("abort", listener, { once: true });
      });
    },
    isHeldUp: (place) => heldUp.has(place),
  };
}
