import type { JsonObject } from "../wire.ts";

interface DistortedEvent {
  readonly payload: JsonObject;
  /** The same event again, with the same event_id. */
  readonly isRepeat: boolean;
}

/** What goes wrong with events on their way when it is told to. Each is used once. */
export class EventFaults {
  #duplicated: string[] = [];
  #held: string[] = [];
  #lost: string[] = [];
  #waiting: DistortedEvent[] = [];

  /** The next event of this type arrives twice. */
  duplicateNext(type: string): void {
    this.#duplicated.push(type);
  }

  /** The next event of this type arrives after the one that follows it. */
  reorderNext(type: string): void {
    this.#held.push(type);
  }

  /** The next event of this type never arrives. */
  loseNext(type: string): void {
    this.#lost.push(type);
  }

  /** The events that really go out in the place of this one, in order. */
  distort(type: string, payload: JsonObject): readonly DistortedEvent[] {
    if (takeFirst(this.#lost, type)) return [];
    const outgoing = { payload, isRepeat: false };
    if (takeFirst(this.#held, type)) {
      this.#waiting.push(outgoing);
      return [];
    }
    const late = this.#waiting;
    this.#waiting = [];
    const repeat = takeFirst(this.#duplicated, type) ? [{ payload, isRepeat: true }] : [];
    return [outgoing, ...repeat, ...late];
  }
}

function takeFirst(types: string[], type: string): boolean {
  const index = types.indexOf(type);
  if (index >= 0) types.splice(index, 1);
  return index >= 0;
}
