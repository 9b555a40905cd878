import { z } from "zod";
import {
  AgentId,
  ConversationId,
  Event,
  type EventId,
  MessageId,
  Place,
  type PlaceId,
  RunId,
  TurnId,
} from "../domain/model.ts";
import { PersonaRef } from "../domain/stored-records.ts";
import { type NewIds, ReplyTarget } from "./platform.ts";
import type { SpentOnDay, UsageEntry } from "./usage-store.ts";

/**
 * What is known of one turn, so that any process can finish it.
 *
 * - `begun`:     its events are known, Letta was not asked
 * - `asked`:     Letta may have been asked with these otids; from here on nobody asks again without looking
 * - `answered`:  the answer's text is final; only showing it remains
 * - `delivered`: every message of the answer is shown as it should be
 * - `failed`:    it ended with a sentence that says so; what was said before stands in `text`
 */
const TurnState = z.enum(["begun", "asked", "answered", "delivered", "failed"]);

/**
 * What came of a turn that is answered.
 *
 * - `complete`:  all that the persona had to say
 * - `cut_short`: the model had to stop before its end
 * - `stopped`:   somebody pressed Stop
 * - `empty`:     not a word; a sentence of ours stands for it
 */
const AnswerOutcome = z.enum(["complete", "cut_short", "stopped", "empty"]);

export const TurnRecord = z.object({
  id: TurnId,
  state: TurnState,
  /** The place the answer goes to, and the way there. */
  place: Place,
  target: ReplyTarget,
  persona: PersonaRef,
  agent: AgentId.optional(),
  conversation: ConversationId.optional(),
  run: RunId.optional(),
  otids: z.array(z.string()),
  text: z.string(),
  /** Absent until the turn is answered. */
  outcome: AnswerOutcome.optional(),
  /** How many rows its run had stored when it was last looked at, and since when it is no more. */
  quiet: z.object({ rows: z.number().int(), since: z.number() }).optional(),
  /** Somebody pressed Stop. */
  stopped: z.boolean(),
  /** When it began, in ms since 1970. */
  at: z.number(),
  /** What was said; kept for Retry, erased with the sweep. */
  events: z.array(Event),
  deliveries: z.array(z.object({ part: z.number().int(), message: MessageId, text: z.string() })),
});
export type TurnRecord = z.infer<typeof TurnRecord>;

/** What is known of a turn before it has a number. */
export type NewTurn = Pick<TurnRecord, "place" | "target" | "persona" | "at" | "events">;

/** The turn as it begins. */
export const begunTurn = (id: TurnId, turn: NewTurn): TurnRecord => ({
  ...turn,
  id,
  state: "begun",
  otids: [],
  text: "",
  stopped: false,
  deliveries: [],
});

/** The same turn in a place that goes on under another id. What Letta was asked with stays. */
export function movedTurn(turn: TurnRecord, now: NewIds): TurnRecord {
  return {
    ...turn,
    place: now.place(turn.place),
    target: now.target(turn.target),
    events: turn.events.map((event) => movedEvent(event, now)),
    deliveries: turn.deliveries.map((each) => ({ ...each, message: now.message(each.message) })),
  };
}

/** The same event, said in a place that goes on under another id. */
export function movedEvent<T extends Event>(event: T, now: NewIds): T {
  return {
    ...event,
    id: now.event(event.id),
    place: now.place(event.place),
    ...(event.type === "message" && {
      message: now.message(event.message),
      ...(event.thread && { thread: now.place(event.thread) }),
      ...(event.repliesTo && { repliesTo: now.message(event.repliesTo) }),
    }),
  };
}

export type TurnChange = Partial<
  Pick<
    TurnRecord,
    | "state"
    | "place"
    | "target"
    | "persona"
    | "agent"
    | "conversation"
    | "run"
    | "otids"
    | "quiet"
    | "text"
    | "outcome"
    | "stopped"
  >
>;

export interface TurnStore {
  /** Stores the turn, or returns what an earlier attempt left. */
  begin(turn: TurnRecord): Promise<TurnRecord>;
  /** Stores the whole answer and counts it, once; says what was spent with it on the day of `used.at`. */
  answered(id: TurnId, answer: Pick<TurnRecord, "text" | "outcome">, used: UsageEntry): Promise<SpentOnDay>;
  /** Changes what is given. A turn that is `delivered` or `failed` keeps its state. */
  change(id: TurnId, change: TurnChange): Promise<void>;
  /**
   * Notes which run answers, and says whether somebody stopped the turn. A crash of the database's server may lose the note:
   * the run is found by the otids then.
   */
  started(id: TurnId, run: RunId): Promise<{ readonly stopped: boolean }>;
  /** Notes a platform message as part `part` (from 0) of the answer; replaces what was noted for that part. So it may be lost: the message is found by its key then. */
  delivered(id: TurnId, delivery: TurnRecord["deliveries"][number]): Promise<void>;
  /** A message was deleted where it was said: what it said is kept no more. */
  forget(event: EventId): Promise<void>;
  /** The place goes on under another id: all its turns, and the messages that show them, are called by these. */
  move(from: PlaceId, now: NewIds): Promise<void>;
  get(id: TurnId): Promise<TurnRecord | undefined>;
  /** The turn in this place that answers the event, while what was said is kept. */
  byEvent(place: Place, event: EventId): Promise<TurnRecord | undefined>;
  /** The newest turn of a place; with `running`, only one that has not ended. */
  latest(place: Place, only?: "running"): Promise<TurnRecord | undefined>;
  /** Places with a turn since then, and when its last word was said, newest first; of one tenant, or under one channel. */
  recentPlaces(where: {
    readonly platform: string;
    readonly tenant?: string;
    readonly under?: PlaceId;
    readonly since: number;
    readonly limit: number;
  }): Promise<readonly { readonly place: Place; readonly at: number }[]>;
  /** The turn whose answer this message shows. */
  byMessage(place: Place, message: MessageId): Promise<TurnRecord | undefined>;
}
