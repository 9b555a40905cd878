import type { Clock } from "./clock.ts";
import type { EventId, Place, RunId, TurnId } from "./model.ts";

/** What the bot does, as it does it: for a live view and for figures. Holds nothing that anybody said. */
export type Notice =
  | { readonly type: "accepted"; readonly place: Place; readonly event: EventId; readonly at: number }
  | {
      readonly type: "turn";
      readonly place: Place;
      readonly turn: TurnId;
      readonly step: TurnStep;
      readonly run?: RunId | undefined;
      readonly at: number;
    };

export type TurnStep =
  | "begun"
  | "asked"
  | "running"
  | "first words"
  | "waiting for an outage"
  | "answered"
  | "delivered"
  | "failed";

/** Called at once and must not throw. */
export type Notify = (notice: Notice) => void;

export function tell(
  { notify, clock }: { readonly notify: Notify; readonly clock: Clock },
  { id, place }: { readonly id: TurnId; readonly place: Place },
  step: TurnStep,
  run?: RunId,
): void {
  notify({ type: "turn", turn: id, place, step, run, at: clock.now() });
}
