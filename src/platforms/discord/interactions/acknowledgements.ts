import { BoundedMap } from "../../../core/async/bounded-map.ts";

/** What this process knows of an interaction that it received. */
export interface AcknowledgementState {
  /** Settles when the first answer of all, the acknowledgement, is out or has failed. */
  acknowledged: Promise<void>;
  /** Whether the message that the acknowledgement promised still waits for its text. */
  original: "waits" | "used" | "unknown";
  /** Whether anything was answered at all; matters where a form may be the first answer. */
  opened: boolean;
}

export interface PendingAcknowledgement {
  settle(): void;
  /** Something was answered before it was stored: a form is no first answer any more. */
  opened(): void;
  /** It is somebody else's to acknowledge: then nothing is known of it here. */
  leave(): void;
}

/** Interactions live for 15 minutes; more than this in that time would be another size of bot. */
const REMEMBERED = 2_000;

/** What is known of the interactions that this process received. */
export class Acknowledgements {
  readonly #known = new BoundedMap<string, AcknowledgementState>(REMEMBERED);

  /** Begun before the event is stored: who works on it may be faster than the acknowledgement. */
  begin(interaction: string): PendingAcknowledgement {
    const { promise, settle } = settled();
    const progress: AcknowledgementState = { acknowledged: promise, original: "waits", opened: false };
    this.#known.set(interaction, progress);
    return {
      settle,
      opened() {
        progress.opened = true;
      },
      leave() {
        progress.original = "unknown";
        settle();
      },
    };
  }

  /** Undefined for an interaction of another process, or of before a restart. */
  of(interaction: string): AcknowledgementState | undefined {
    return this.#known.get(interaction);
  }
}

function settled() {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
