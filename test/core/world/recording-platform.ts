import type { Readers } from "../../../src/core/domain/audience.ts";
import { AppError } from "../../../src/core/domain/errors.ts";
import type { Form } from "../../../src/core/domain/form.ts";
import { type MessageEvent, MessageId, type Person, Place } from "../../../src/core/domain/model.ts";
import type { KnownSubject } from "../../../src/core/domain/subjects.ts";
import type {
  IdempotencyKey,
  NameRestrictions,
  OutgoingMessage,
  Platform,
  ReplyChannel,
  ReplyTarget,
} from "../../../src/core/ports/platform.ts";

export interface Posted extends OutgoingMessage {
  readonly id: MessageId;
  readonly key: string;
  readonly where: string;
}

type Call =
  | { readonly type: "post" | "edit"; readonly text: string }
  | { readonly type: "typing" }
  | { readonly type: "thread" | "direct"; readonly title: string };

/**
 * A platform in memory: what stands where, and every call in order. It keeps the promise of `IdempotencyKey` as little as a
 * platform may: a repeated key finds the first message, with the text it was posted with.
 */
export class RecordingPlatform implements Platform {
  readonly name = "test";
  readonly limits = { messageLength: 500, editEveryMs: 1_000, typingLastsMs: 10_000 };
  readonly connected = true;
  readonly calls: Call[] = [];
  readonly forms: Form[] = [];
  messages: Posted[] = [];
  /** What the platform cannot do. */
  without: readonly ("edit" | "openThread" | "openDirectMessages" | "openForm" | "typing")[] = ["openForm"];
  /** Throws what it gives, before the call is done; `landsAnyway` after. */
  fails: (call: Call) => Error | undefined = () => undefined;
  landsAnyway = false;
  /** Resolves before an edit is done: an edit in flight. */
  editing: () => Promise<void> = async () => undefined;
  /** The same for a sign of typing. */
  signing: () => Promise<void> = async () => undefined;

  /** By place, the channel of a thread too; else everyone in the tenant. */
  readonly audience = new Map<string, Readers>();

  readers = async ({ id, parent }: Place): Promise<Readers> =>
    this.audience.get(id) ?? (parent && this.audience.get(parent)) ?? { who: "everyone" };

  readAttachment: NonNullable<Platform["readAttachment"]> = () =>
    Promise.reject(new Error("the test attaches nothing"));

  /** What messages say now, by their event, where it is not what they said; what is thrown cannot be found out. */
  readonly now = new Map<string, { readonly text: string } | "gone" | Error>();
  /** Of which events that was asked. */
  readonly looked: string[] = [];
  async currentText({ id, text }: MessageEvent): Promise<{ readonly text: string } | "gone"> {
    this.looked.push(id);
    const now = this.now.get(id);
    if (now instanceof Error) throw now;
    return now ?? { text };
  }

  /** What people have become, by who they are; what is thrown cannot be found out. */
  readonly became = new Map<string, NonNullable<Person["standing"]> | Error>();
  async personNow(_place: Place, author: Person): Promise<Person> {
    const { standing: _standing, isUnverified: _isUnverified, ...person } = author;
    const standing = this.became.get(person.id);
    if (standing instanceof Error) throw standing;
    return { ...person, ...(standing && { standing }) };
  }

  /** People who are not in the tenant any more, or of whom that is not known. */
  readonly left = new Map<string, false | undefined>();
  async isMember(_place: Place, person: string): Promise<boolean | undefined> {
    return this.left.has(person) ? this.left.get(person) : true;
  }

  /** Who was shut out of the places they asked in, or of whom that cannot be found out. */
  readonly shutOut = new Map<string, true | Error>();
  stillReads = async (_place: Place, { id }: Person): Promise<boolean> => {
    const isOut = this.shutOut.get(id);
    if (isOut instanceof Error) throw isOut;
    return isOut === undefined;
  };

  readonly unmanagedTenant = "dm";
  /** Whom and what rules can be about. */
  known: readonly KnownSubject[] = [];
  /** What was written to people directly. */
  readonly told: { readonly person: string; readonly text: string }[] = [];
  messagePerson = async (person: string, text: string): Promise<boolean> => {
    this.told.push({ person, text });
    return true;
  };
  /** Names that are somebody's already. */
  taken: readonly string[] = [];
  nameLength = 80;
  /** Who is there could not be found out. */
  isUnsure = false;
  nameRestrictions = async (_place: Place): Promise<NameRestrictions> => ({
    refusedParts: ["testcord"],
    maxLength: this.nameLength,
    taken: this.taken,
    isUnsure: this.isUnsure,
  });

  start = async (): Promise<void> => undefined;
  stop = async (): Promise<void> => undefined;
  close = async (): Promise<void> => undefined;

  get texts(): string[] {
    return this.messages.map(({ text }) => text);
  }

  replyChannel(target: ReplyTarget): ReplyChannel {
    const { channel, thread: asked } = target;
    const where = String(channel);
    const replyChannel: ReplyChannel = {
      post: (message, idempotencyKey) => this.#post(where, message, idempotencyKey),
      edit: (id, message) => this.#edit(id, message),
      typing: async () => {
        await this.signing();
        await this.#call({ type: "typing" }, () => undefined);
      },
      openThread: async ({ title, opening, idempotencyKey }) => {
        const id = `${where}/${idempotencyKey.key}`;
        return this.#call({ type: "thread", title }, () => {
          if (opening)
            this.messages.push({
              text: opening,
              visibility: "public",
              id: MessageId.parse(id),
              key: idempotencyKey.key,
              where,
            });
          const thread = Place.parse({
            id: asked ?? `test:${id}`,
            platform: "test",
            tenant: "guild",
            // A thread of somebody's direct messages is theirs alone.
            kind: where.startsWith("dm-") ? "direct" : "thread",
            parent: `test:${where}`,
            mention: `<#${id}>`,
          });
          return { place: thread, target: { channel: thread.id.replace("test:", "") } };
        });
      },
      openDirectMessages: async ({ title, opening, idempotencyKey }) => {
        // As in the tests' world: a person's direct messages are called after them.
        const id = `dm-${target.person ?? "alice"}`;
        return this.#call({ type: "direct", title }, () => {
          this.messages.push({
            text: opening,
            visibility: "public",
            id: MessageId.parse(`${id}/${idempotencyKey.key}`),
            key: idempotencyKey.key,
            where: id,
          });
          const place = { id: `test:${id}`, platform: "test", tenant: "dm", kind: "direct" };
          return { place: Place.parse(place), target: { channel: id } };
        });
      },
      openForm: async (form) => {
        this.forms.push(form);
      },
    };
    for (const missing of this.without) delete replyChannel[missing];
    return replyChannel;
  }

  async #post(where: string, message: OutgoingMessage, { key, isRetry }: IdempotencyKey): Promise<MessageId> {
    return this.#call({ type: "post", text: message.text }, () => {
      if (message.text.length > this.limits.messageLength) throw new Error("too long for a message");
      if (message.text === "") throw new Error("an empty message");
      const there = this.messages.find((each) => each.key === key && each.where === where);
      if (there && !isRetry) throw new Error(`posted twice: ${key}`);
      if (there) return there.id;
      const id = MessageId.parse(`m${this.messages.length + 1}`);
      this.messages.push({ ...message, id, key, where });
      return id;
    });
  }

  async #edit(id: MessageId, message: OutgoingMessage): Promise<void> {
    await this.editing();
    await this.#call({ type: "edit", text: message.text }, () => {
      if (!this.messages.some((each) => each.id === id))
        throw new AppError("platform_rejected", "It is gone.");
      this.messages = this.messages.map((each) => (each.id === id ? { ...each, ...message } : each));
    });
  }

  async #call<T>(call: Call, effect: () => T): Promise<T> {
    this.calls.push(call);
    const error = this.fails(call);
    if (error && !this.landsAnyway) throw error;
    const result = effect();
    if (error) throw error;
    return result;
  }
}
