import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError, hasCode } from "../../../core/domain/errors.ts";
import { EventId, MessageId, Place } from "../../../core/domain/model.ts";
import { recordKey } from "../../../core/domain/record-key.ts";
import type { OutgoingMessage } from "../../../core/ports/platform.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { keyOf, messageIdOf } from "../ids.ts";

const PostedMessage = z.object({
  message: MessageId,
  text: z.string(),
  files: z.array(z.object({ name: z.string(), contentType: z.string(), text: z.string() })).optional(),
});
export type PostedMessage = z.infer<typeof PostedMessage>;

/**
 * One thing somebody said by a request, and the messages that answer it. Callers come and go, so it is kept: whoever
 * asks again, or asks another process, finds what was answered.
 */
export const Exchange = z.object({
  event: EventId,
  place: Place,
  user: z.string().optional(),
  conversation: z.string(),
  persona: z.string(),
  /** Of the request, by which a repetition is told from another one under the same key. */
  digest: z.string(),
  at: z.number(),
  shown: z.array(PostedMessage),
});
export type Exchange = z.infer<typeof Exchange>;

export const digestOf = (request: unknown): string =>
  createHash("sha256").update(JSON.stringify(request)).digest("base64url");

interface PostResult {
  readonly message: MessageId;
  readonly exchange: Exchange;
}

/** The exchanges that are kept, by the event that began them. */
export class Exchanges {
  readonly #records: RecordStore<Exchange>;

  constructor(records: RecordStore<Exchange>) {
    this.#records = records;
  }

  get(event: EventId): Promise<Exchange | undefined> {
    return this.#records.get(recordKey(event));
  }

  /** Keeps the exchange, or gives the one that was kept under its event before. */
  begin(exchange: Exchange): Promise<Exchange> {
    return this.#records.getOrCreate(recordKey(exchange.event), async () => exchange);
  }

  async forget(event: EventId): Promise<void> {
    await this.#records.delete(recordKey(event));
  }

  /** Shows one more message; one that was posted under this key before stays as it is. */
  post(event: EventId, key: string, outgoing: OutgoingMessage): Promise<PostResult> {
    return this.#show(event, key, (earlier) => earlier ?? shownOf(messageIdOf(event, key), outgoing));
  }

  edit(event: EventId, message: MessageId, outgoing: OutgoingMessage): Promise<PostResult> {
    return this.#show(event, keyOf(message), () => shownOf(message, outgoing));
  }

  async #show(
    event: EventId,
    key: string,
    change: (earlier: PostedMessage | undefined) => PostedMessage,
  ): Promise<PostResult> {
    const message = messageIdOf(event, key);
    const exchange = await repeated(() =>
      this.#records.update(recordKey(event), async (current) => {
        if (!current) throw new AppError("platform_rejected", sentences.httpApi.notKept);
        const earlier = current.shown.find((each) => each.message === message);
        const others = current.shown.filter((each) => each !== earlier);
        const shown = change(earlier);
        return earlier
          ? { ...current, shown: current.shown.map((each) => (each === earlier ? shown : each)) }
          : { ...current, shown: [...others, shown] };
      }),
    );
    if (!exchange) throw new Error("an exchange vanished while it was written");
    return { message, exchange };
  }
}

const shownOf = (message: MessageId, { text, files }: OutgoingMessage): PostedMessage => ({
  message,
  text,
  ...(files && files.length > 0 && { files: [...files] }),
});

/** Writing the same once more does no harm, and the first try may have failed only in telling that it worked. */
async function repeated<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (hasCode(error, "platform_rejected")) throw error;
    return write().catch((cause: unknown) => {
      if (cause instanceof AppError) throw cause;
      throw databaseUnavailable(cause);
    });
  }
}

export const databaseUnavailable = (cause: unknown): AppError =>
  new AppError("platform_unavailable", sentences.httpApi.databaseAway, { cause });
