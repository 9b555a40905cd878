import { z } from "zod";
import type { Readers } from "../domain/audience.ts";
import type { AppError } from "../domain/errors.ts";
import type { Choice, CommandLine, Form } from "../domain/form.ts";
import type {
  Attachment,
  CommandEvent,
  Event,
  EventId,
  MessageEvent,
  MessageId,
  Person,
  PersonId,
  Place,
} from "../domain/model.ts";
import type { KnownSubject } from "../domain/subjects.ts";
import type { ToolProgress } from "../domain/tool-progress.ts";

/**
 * Where the answer to one event goes, as plain JSON that only its platform reads (interaction tokens, thread
 * ids). It is stored with the event, so that another process can finish the answer after a crash.
 */
export const ReplyTarget = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type ReplyTarget = z.infer<typeof ReplyTarget>;

export interface Button {
  /** Names what it does, never an emoji alone; at most 80 characters. */
  readonly label: string;
  readonly style: "plain" | "primary" | "danger";
  /** Pressing it runs this command as the person who pressed it. */
  readonly command: CommandLine;
}

/** Who a message is from, where the platform lets us speak under another name. */
export interface MessageAuthor {
  readonly name: string;
  /** An https address of a picture, or an emoji. */
  readonly avatar: string | undefined;
}

export interface OutgoingFile {
  readonly name: string;
  readonly contentType: string;
  readonly text: string;
}

export interface OutgoingMessage {
  /** CommonMark, at most `limits.messageLength` long; each platform translates at its own edge. Mentions never ping. */
  readonly text: string;
  readonly visibility: "public" | "private";
  /**
   * Others must never see it: where a private answer is not possible, it goes to the person directly, without its
   * buttons, since those would act there.
   */
  readonly confidential?: boolean;
  /**
   * A private answer whose way has ended is kept by who posts it: `post` throws `answer_late` instead of writing to the
   * person directly.
   */
  readonly mayBeKept?: boolean;
  readonly author?: MessageAuthor | undefined;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OutgoingFile[];
  /** More of its text is to come: it will be edited, at last without this. Of use where text can be streamed. */
  readonly isStreaming?: boolean;
  /** What is done on the way, while it grows; to be shown beside the text, which may still be empty then. */
  readonly steps?: readonly ToolProgress[];
}

/** Makes a post safe to repeat. */
export interface IdempotencyKey {
  /** The same on every try at this very message, different for every other; at most 25 characters. */
  readonly key: string;
  /** True when an earlier try may have landed: then it is looked for before anything is posted. */
  readonly isRetry: boolean;
}

export interface ThreadDraft {
  readonly title: string;
  /** Said first, for what begins with no message of its own. */
  readonly opening: string;
  readonly idempotencyKey: IdempotencyKey;
}

export interface OpenedThread {
  readonly place: Place;
  readonly target: ReplyTarget;
  /** Direct messages that are closed to us: what belongs there is shown to this person alone where they asked. */
  readonly isElsewhere?: boolean;
}

/**
 * The way to one target. Every method throws `platform_unavailable` when trying again later can help and
 * `platform_rejected` when it cannot; a platform's own retries and rate limits are its own affair.
 */
export interface ReplyChannel {
  /** Posts exactly one message, whatever is repeated or lost on the way. */
  post(message: OutgoingMessage, idempotencyKey: IdempotencyKey): Promise<MessageId>;
  /**
   * Absent where messages cannot be edited: an answer is then posted once, when it is complete. Throws `not_found` when
   * the way to this message is gone, though others can be posted. `key` is that of the message's post: an attempt that does
   * not know of it finds it by that, whatever it shows by then.
   */
  edit?(id: MessageId, message: OutgoingMessage, key?: string): Promise<void>;
  /**
   * Throws `platform_rejected` when it is known before anything is tried that nothing can be posted there now: then no answer
   * is made for it. Absent where that is never known.
   */
  throwIfClosed?(): Promise<void>;
  /** Shows that an answer is being made; lapses by itself (`limits.typingLastsMs`). Must not fail the turn. */
  typing?(): Promise<void>;
  /**
   * Ends what `typing` or a growing message showed, once the answer is there; after a retry also what another process may
   * have shown. Must not fail the turn.
   */
  stopTyping?(how: { readonly isRetry: boolean }): Promise<void>;
  /** Opens the thread that answers to this event go to. Opening it twice gives the same thread. */
  openThread?(thread: ThreadDraft): Promise<OpenedThread>;
  /**
   * Opens where this person alone reads: their direct messages, or a thread of those. `opening` is posted there first.
   * Where a person takes none, the way may lead to answers that they alone see. Throws `platform_rejected` when there is
   * no such way either. Absent where there are no direct messages.
   */
  openDirectMessages?(thread: ThreadDraft): Promise<OpenedThread>;
  /**
   * Takes away the button that was pressed, once what it does is done; `isOnly`: nothing else is to be done with its
   * message. Must not fail the command. Absent where no button was pressed, or nothing can be taken away.
   */
  spendButton?(pressed: { readonly command: CommandLine; readonly isOnly: boolean }): Promise<void>;
  /** Present while the platform still takes a form for this event. */
  openForm?(form: Form): Promise<void>;
}

export interface SuggestQuery {
  readonly name: string;
  readonly action: string | undefined;
  readonly option: string;
  readonly typed: string;
  readonly place: Place;
  readonly author: Person;
}

/** What platforms hand everything to. Its methods throw only when storage fails. */
export interface Inbox {
  /**
   * Resolves once the event is stored, before it is answered: platforms wait three seconds for that.
   * `repeated`: accepted before; `ignored`: not meant for us; `full`: too much is waiting there already.
   */
  accept(event: Event, target: ReplyTarget): Promise<Acceptance>;
  /**
   * Says where it was said that a message found no room (`full`), once a minute to each person; for a platform that
   * has no answer of its own to that.
   */
  rejectFull(event: MessageEvent, target: ReplyTarget): Promise<void>;
  /**
   * A person edited (`text`) or deleted (`undefined`) a message: followed while its turn has not begun, also when the message
   * comes after this.
   */
  revise(event: EventId, text: string | undefined): Promise<void>;
  /**
   * Whether a command is refused before it runs, for a platform that must say at once who will see the answer: a refusal
   * is the asker's alone. Never asks Letta, and never throws.
   */
  wouldRefuse(event: CommandEvent): Promise<boolean>;
  /** Answers for an option while it is typed: at most 25, within a second, without asking Letta. */
  suggest(query: SuggestQuery): Promise<readonly Choice[]>;
  /** A place was deleted. Not when the bot was merely removed from it: people may invite it back. */
  placeRemoved(place: Place): Promise<void>;
  /** A channel goes on under another id. */
  placeMoved(from: Place, now: NewIds): Promise<void>;
  /** The bot was removed from a server or workspace. Not for an outage of it, nor when it merely cannot be seen. */
  tenantRemoved(tenant: Pick<Place, "platform" | "tenant">): Promise<void>;
  /** The bot is in it, perhaps again. */
  tenantReturned(tenant: Pick<Place, "platform" | "tenant">): Promise<void>;
}

/** How all that is in a channel, its threads too, is called once the channel goes on under another id. */
export interface NewIds {
  place(place: Place): Place;
  target(target: ReplyTarget): ReplyTarget;
  message(id: MessageId): MessageId;
  event(id: EventId): EventId;
}

export type Acceptance = "accepted" | "repeated" | "ignored" | "full";

export interface AttachmentRequest {
  readonly attachment: Attachment;
  readonly message: MessageId;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface PlatformLimits {
  /** Longest text of one message, in UTF-16 units. */
  readonly messageLength: number;
  /** How long a text is as the platform writes it; absent: as long as it is. */
  readonly lengthOf?: (text: string) => number;
  /** At most one edit per message in this time. */
  readonly editEveryMs: number;
  readonly typingLastsMs: number;
  /** Typing is shown only for what takes longer: where words do not end it, it outlasts what came soon. Absent: a moment. */
  readonly typingAfterMs?: number;
  /** So many steps can stand beside the text of a growing message; absent: none, and no message is empty. */
  readonly stepsShown?: number;
}

/** What a platform knows of names: a persona speaks under its own beside people, roles and the bot. */
export interface NameRestrictions {
  /** What it takes in no name: its own, most of all. Compared by what it looks like. */
  readonly refusedParts: readonly string[];
  /** Longest name of who speaks, in UTF-16 units. */
  readonly maxLength: number;
  /** Whose name it is already: roles, the bot itself, people of there as far as they are known. */
  readonly taken: readonly string[];
  /** Who is there could not be found out now, so more names may be taken. */
  readonly isUnsure?: boolean;
}

export interface Platform {
  readonly name: string;
  readonly limits: PlatformLimits;
  /** Connects and begins to hand events to the inbox; resolves when connected, throws `misconfigured` with what to mend. */
  start(inbox: Inbox): Promise<void>;
  /** Stops receiving. Sinks keep working until `close`. */
  stop(): Promise<void>;
  close(): Promise<void>;
  /**
   * Who can read this place now; asked before anything that is remembered is opened there, for all but direct messages.
   * What cannot be found out is `unknown`. Absent where there are direct messages alone.
   */
  readers?(place: Place): Promise<Readers>;
  /** Pure: works for any stored target, in any process, also after a restart. */
  replyChannel(target: ReplyTarget): ReplyChannel;
  /**
   * The bytes of a file that somebody attached to this message, however long ago. Absent where nothing can be attached.
   * Throws for more than `maxBytes`, and whenever they cannot be had.
   */
  readAttachment?(asked: AttachmentRequest): Promise<Uint8Array>;
  /**
   * What a message that was said to us says now, for one that may have been edited or deleted without our hearing of it.
   * Throws when that cannot be found out now. Absent where it never can.
   */
  currentText?(event: MessageEvent): Promise<{ readonly text: string } | "gone">;
  /**
   * Who somebody is now in the tenant of this place. Throws when that cannot be found out now. Absent where nobody is a guest
   * or of another company.
   */
  personNow?(place: Place, person: Person): Promise<Person>;
  /**
   * Whether somebody is a member of the tenant of this place now; undefined, or throws, when that cannot be found out. Absent
   * where there are direct messages alone.
   */
  isMember?(place: Place, person: PersonId): Promise<boolean | undefined>;
  /**
   * Whether somebody can read this place now, which is no direct messages. Throws when that cannot be found out now. Absent
   * where there are direct messages alone.
   */
  stillReads?(place: Place, person: Person): Promise<boolean>;
  /** The tenant of direct messages that belong to no server or workspace, where there are such. */
  readonly unmanagedTenant?: string;
  /** People, roles and channels of this place's tenant, as far as they are known; what `typed` mentions is among them. */
  findSubjects?(place: Place, typed: string): Promise<readonly KnownSubject[]>;
  /** Writes to somebody directly. False for a person of another platform; throws where they cannot be written to. */
  messagePerson?(person: PersonId, text: string): Promise<boolean>;
  /** Which names no persona may bear in this place. */
  nameRestrictions?(place: Place): Promise<NameRestrictions>;
  readonly connected: boolean;
  /** What the platform has asked us to leave alone for a time; absent where that is not known. */
  readonly pausedRoutes?: readonly PausedRoute[];
}

/** While it ran, a platform refused us for good. */
export interface PlatformLoss {
  /** What to mend. */
  readonly error: AppError;
  /** We are told nothing more, but what we post there is taken still. */
  readonly takesPosts: boolean;
}

/** The platform takes nothing, or nothing of one kind, before a time. */
export interface PausedRoute {
  /** What, for who operates the bot; absent: everything. */
  readonly route?: string | undefined;
  /** In ms since 1970. */
  readonly until: number;
}
