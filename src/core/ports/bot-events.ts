import type { ErrorCode } from "../domain/errors.ts";
import type { EventId, Place, RunId } from "../domain/model.ts";
import type { Clock } from "./clock.ts";
import type { TurnRecord } from "./turn-store.ts";

/** What the bot does, as it does it: for a live view and for figures. Holds nothing that anybody said. */
export type BotEvent = PlaceNotice | PlatformLostNotice;
/** What happens in one place. */
export type PlaceNotice = EventAccepted | CommandDone | TurnProgress | BudgetNearlySpent;

interface EventAccepted {
  readonly type: "accepted";
  readonly place: Place;
  readonly event: EventId;
  readonly at: number;
}

/** A command has done what it does or was refused, or a system message was said: what is remembered may be another thing now. */
interface CommandDone {
  readonly type: "command";
  readonly place: Place;
  readonly event: EventId;
  readonly at: number;
}

/** A tenant has used up nearly all that it has for a day. */
interface BudgetNearlySpent {
  readonly type: "budget";
  readonly place: Place;
  /** The part that is spent: 1 is all. */
  readonly spent: number;
  readonly at: number;
}

/** A platform refuses us for good; what others serve goes on. */
interface PlatformLostNotice {
  readonly type: "platform lost";
  readonly platform: string;
  /** What to mend, in a sentence. */
  readonly reason: string;
  readonly at: number;
}

export interface TurnProgress {
  readonly type: "turn";
  /** Where the answer goes: a thread that is opened for it comes with a later step. */
  readonly place: Place;
  readonly turn: TurnRecord["id"];
  /** What it answers. */
  readonly events: readonly EventId[];
  readonly phase: TurnPhase;
  readonly run?: RunId | undefined;
  /** Why it waits or has failed, where that is understood. */
  readonly code?: ErrorCode | undefined;
  readonly at: number;
}

export type TurnPhase =
  | "begun"
  | "asked"
  | "running"
  | "first words"
  | "waiting for an outage"
  /** Somebody pressed Stop; what was said until then is the answer. */
  | "stopped"
  | "answered"
  | "delivered"
  | "failed";

/** Called at once and must not throw. */
export type EmitBotEvent = (botEvent: BotEvent) => void;

export function emitTurnPhase(
  { emit, clock }: { readonly emit: EmitBotEvent; readonly clock: Clock },
  { id, place, events }: Pick<TurnRecord, "id" | "place" | "events">,
  phase: TurnPhase,
  more: Pick<TurnProgress, "run" | "code"> = {},
): void {
  const asked = events.map((event) => event.id);
  emit({ type: "turn", turn: id, place, events: asked, phase, ...more, at: clock.now() });
}
