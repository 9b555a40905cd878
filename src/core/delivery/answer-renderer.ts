import { hasCode } from "../domain/errors.ts";
import type { MessageId } from "../domain/model.ts";
import type { ToolProgress } from "../domain/tool-progress.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type {
  Button,
  MessageAuthor,
  OutgoingMessage,
  PlatformLimits,
  ReplyChannel,
} from "../ports/platform.ts";
import { split } from "../text/markdown/split.ts";
import { type StreamingText, untilReadable } from "./streaming-text.ts";
import { showTyping } from "./typing.ts";

export interface Delivery {
  readonly part: number;
  readonly message: MessageId;
  readonly text: string;
}

interface RenderedAnswer {
  readonly text: string;
  /** Shown below the last message. */
  readonly buttons: readonly Button[];
  /** Shown beside the message that was the last when they began. */
  readonly steps?: readonly ToolProgress[];
  /** It stands where the answer will, and is no part of it: what is noted as posted has no text. */
  readonly isPlaceholder?: boolean;
}

export interface RendererOptions {
  readonly replyChannel: ReplyChannel;
  readonly limits: PlatformLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly author: MessageAuthor | undefined;
  /** Begins the key of each message, the same on every attempt at the turn. */
  readonly key: string;
  /** What earlier attempts noted as posted. */
  readonly deliveries: readonly Delivery[];
  /** True when there was an earlier attempt: a message may have been posted and not noted. */
  readonly isRetry: boolean;
  readonly onPosted: (delivery: Delivery) => Promise<void>;
  /** Asked before each edit of a growing answer: false once others read along than those it is for. */
  readonly mayGrow?: (() => Promise<boolean>) | undefined;
}

/** A message of the answer, and what it shows if that is known. */
interface PostedPart {
  readonly message: MessageId;
  readonly digest: string | undefined;
}

interface RenderedPart extends RenderedAnswer {
  readonly isStreaming: boolean;
  /** It is part of an answer that grows: what is shown is noted, since this process may die. */
  readonly isRecorded: boolean;
  /** Posted anew where the message can be changed no more; else that one is left as it is. */
  readonly isRequired?: boolean;
}

/**
 * What a growing message shows is noted so often: whoever ends it in place of this process shows what people saw. What
 * was withdrawn is replaced at once.
 */
const RECORD_EVERY_MS = 5_000;
/** Stands in a message that the answer needs no longer, since it was begun anew and became shorter. */
const WITHDRAWN_TEXT = "*(…)*";

const WITHDRAWN = { buttons: [], isStreaming: false, isRequired: false } as const;

/**
 * Renders an answer into a place: one message for each piece of the text, each posted once and edited when its
 * piece changes. A message is noted before the next is posted, so that a later attempt edits it instead of
 * posting it again.
 */
export class AnswerRenderer {
  readonly #options: RendererOptions;
  readonly #replyChannel: ReplyChannel;
  readonly #limits: PlatformLimits;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #author: MessageAuthor | undefined;
  readonly #mayGrow: () => Promise<boolean>;
  // What an earlier attempt left there is not known for certain: its messages were noted, their edits were not.
  readonly #postedParts: Map<number, PostedPart>;
  readonly #tried = new Set<number>();
  /** What was noted of each part, and when. */
  readonly #recorded = new Map<number, { readonly text: string; readonly at: number }>();
  /** How many messages of a part were lost: what cannot be changed any more is said in another one. */
  readonly #lost = new Map<number, number>();
  /** The part that each step stands beside. */
  readonly #stepParts: number[] = [];

  constructor(options: RendererOptions) {
    this.#options = options;
    this.#replyChannel = options.replyChannel;
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#author = options.author;
    this.#mayGrow = options.mayGrow ?? (async () => true);
    this.#postedParts = new Map<number, PostedPart>(
      options.deliveries.map(({ part, message }) => [part, { message, digest: undefined }]),
    );
  }

  /** Shows exactly this; throws when the platform does not take it. */
  async render(rendered: RenderedAnswer): Promise<void> {
    try {
      await this.#renderParts(rendered, { isStreaming: false });
    } finally {
      // Also what an earlier attempt began, in a process that died, and where the platform takes no answer.
      await this.#replyChannel
        .stopTyping?.({ isRetry: this.#options.isRetry })
        .catch((err: unknown) => this.#log.debug({ err }, "could not end typing"));
    }
  }

  /** Shows an answer while it grows, until the signal; failures on the way are made good by the next `render`. */
  async renderStream(answer: StreamingText, buttons: readonly Button[], until: AbortSignal): Promise<void> {
    const { typing } = this.#replyChannel;
    const words = new AbortController();
    const silent = AbortSignal.any([until, words.signal]);
    // Below what is there already, such as that it takes longer, it would say nothing new and outlast it.
    const typed =
      typing && this.#postedParts.size === 0
        ? showTyping(() => typing.call(this.#replyChannel), { ...this.#options, until: silent })
        : undefined;
    const stopTyping = async () => {
      words.abort();
      await typed;
    };
    if (this.#replyChannel.edit) await this.#renderGrowing(answer, buttons, until, stopTyping);
    await typed;
  }

  /** Takes away what buttons stand below this, where messages can be edited. False where its message is not noted. */
  async removeButtons(text: string): Promise<boolean> {
    const pieces = split(text, this.#limits.messageLength, this.#limits.lengthOf);
    const part = pieces.length - 1;
    const piece = pieces[part];
    // Below a turn that was given up they stand in a message of their own, and what is above it is not known.
    const isLast = part === Math.max(-1, ...this.#postedParts.keys());
    if (piece === undefined || !isLast) return false;
    await this.#renderPart(part, { ...WITHDRAWN, text: piece, isRecorded: false });
    return true;
  }

  async #renderParts(
    { text, buttons, steps = [], isPlaceholder = false }: RenderedAnswer,
    { isStreaming }: { isStreaming: boolean },
  ): Promise<void> {
    const cut = split(text, this.#limits.messageLength, this.#limits.lengthOf);
    const pieces = cut.length === 0 && steps.length > 0 ? [""] : cut;
    for (const [part, piece] of pieces.entries()) {
      const isLast = part === pieces.length - 1;
      const beside = isLast ? { buttons, steps: this.#stepsBeside(part, steps) } : { buttons: [] };
      await this.#renderPart(part, {
        text: piece,
        isPlaceholder,
        isRecorded: isStreaming,
        isStreaming: isStreaming && isLast,
        ...beside,
      });
    }
    for (const part of this.#postedParts.keys())
      if (part >= pieces.length)
        await this.#renderPart(part, { ...WITHDRAWN, text: WITHDRAWN_TEXT, isRecorded: isStreaming });
  }

  /** Those that began while this was the last part; each stays where it was shown first. */
  #stepsBeside(part: number, steps: readonly ToolProgress[]): readonly ToolProgress[] {
    while (this.#stepParts.length < steps.length) this.#stepParts.push(part);
    return steps.filter((_, index) => this.#stepParts[index] === part).slice(0, this.#limits.stepsShown);
  }

  async #renderPart(part: number, rendered: RenderedPart): Promise<void> {
    const { isRequired = true } = rendered;
    const content = this.#messageOf(rendered);
    const how = { digest: JSON.stringify(content), isPlaceholder: rendered.isPlaceholder ?? false };
    const known = this.#postedParts.get(part) ?? (await this.#post(part, content, how));
    if (!this.#replyChannel.edit || known.digest === how.digest) return;
    // An edit that fails may have landed all the same.
    this.#postedParts.set(part, { ...known, digest: undefined });
    try {
      await this.#replyChannel.edit(known.message, content, this.#keyOf(part));
      this.#postedParts.set(part, { ...known, digest: how.digest });
      await this.#recordNowAndThen(part, known.message, rendered);
    } catch (error) {
      // While it grows what is there is left as it is: each edit would leave another half of an answer behind.
      if (!hasCode(error, "not_found") || rendered.isRecorded) throw error;
      if (!isRequired) return;
      this.#lost.set(part, (this.#lost.get(part) ?? 0) + 1);
      this.#tried.delete(part);
      await this.#post(part, content, how);
    }
  }

  #messageOf({ text, buttons, isStreaming, steps = [] }: RenderedPart): OutgoingMessage {
    const grows = isStreaming && { isStreaming, ...(steps.length > 0 && { steps }) };
    return { text, visibility: "public", author: this.#author, buttons, ...grows };
  }

  async #recordNowAndThen(part: number, message: MessageId, rendered: RenderedPart): Promise<void> {
    const { text, isStreaming, isRecorded } = rendered;
    const last = this.#recorded.get(part);
    const isFresh = last !== undefined && last.text !== "" && this.#clock.now() - last.at < RECORD_EVERY_MS;
    const mayWait = isStreaming && isFresh && text.startsWith(last.text);
    if (isRecorded && last?.text !== text && !mayWait) await this.#record({ part, message, text });
  }

  async #record(delivery: Delivery): Promise<void> {
    await this.#options.onPosted(delivery);
    this.#recorded.set(delivery.part, { text: delivery.text, at: this.#clock.now() });
  }

  async #post(
    part: number,
    content: OutgoingMessage,
    { digest, isPlaceholder }: { digest: string; isPlaceholder: boolean },
  ): Promise<PostedPart> {
    const isRetry = this.#options.isRetry || this.#tried.has(part);
    this.#tried.add(part);
    const message = await this.#replyChannel.post(content, { key: this.#keyOf(part), isRetry });
    // What an earlier try posted is found as it was posted then.
    const posted = { message, digest: isRetry ? undefined : digest };
    this.#postedParts.set(part, posted);
    await this.#record({ part, message, text: isPlaceholder ? "" : content.text });
    return posted;
  }

  #keyOf(part: number): string {
    const losses = this.#lost.get(part);
    return `${this.#options.key}.${part}${losses === undefined ? "" : `.${losses}`}`;
  }

  async #renderGrowing(
    answer: StreamingText,
    buttons: readonly Button[],
    until: AbortSignal,
    beforeWords: () => Promise<void>,
  ): Promise<void> {
    const ended = new Promise<void>((resolve) =>
      until.addEventListener("abort", () => resolve(), { once: true }),
    );
    await untilReadable(answer, {
      clock: this.#clock,
      until,
      hasSteps: this.#limits.stepsShown !== undefined,
    });
    let lastDigest = digestOf("", []);
    let refused = false;
    while (!until.aborted && !refused) {
      const { text } = answer;
      const steps = this.#limits.stepsShown ? (answer.steps ?? []) : [];
      const rendered = digestOf(text.trim() && text, steps);
      if (rendered === lastDigest) {
        await Promise.race([answer.nextChange(), ended]);
        continue;
      }
      if (!(await this.#mayGrow())) return;
      await beforeWords();
      // The last `render` is exact and may fail the turn; these are for watching. Platforms ban who insists.
      await this.#renderParts({ text, buttons, steps }, { isStreaming: true }).catch((err: unknown) => {
        this.#log.warn({ err }, "could not render a growing answer");
        refused = hasCode(err, "platform_rejected", "answer_late", "not_found");
      });
      lastDigest = rendered;
      await this.#clock.sleep(this.#limits.editEveryMs, until);
    }
  }
}

const digestOf = (text: string, steps: readonly ToolProgress[]): string => JSON.stringify([text, steps]);
