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

export interface AnswerRenderer {
  /** Shows exactly this; throws when the platform does not take it. */
  render(picture: RenderedAnswer): Promise<void>;
  /** Shows an answer while it grows, until the signal; failures on the way are made good by the next `render`. */
  renderStream(answer: StreamingText, buttons: readonly Button[], until: AbortSignal): Promise<void>;
  /** Takes away what buttons stand below this, where it is shown and messages can be edited. */
  removeButtons(text: string): Promise<void>;
}

/** A text that is still being written. */
export interface StreamingText {
  readonly text: string;
  readonly steps?: readonly ToolProgress[];
  /** Resolves at the next change. */
  nextChange(): Promise<void>;
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
  /** Asked before each picture of a growing answer: false once others read along than those it is for. */
  readonly mayGrow?: (() => Promise<boolean>) | undefined;
}

/** A message of the answer, and what it shows if that is known. */
interface PostedPart {
  readonly message: MessageId;
  readonly digest: string | undefined;
}

interface RenderedPart extends RenderedAnswer {
  readonly isStreaming: boolean;
  /** It is part of a picture that grows: what is shown is noted, since this process may die. */
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
 * Paints an answer into a place: one message for each piece of the text, each posted once and edited when its
 * piece changes. A message is noted before the next is posted, so that a later attempt edits it instead of
 * posting it again.
 */
export function createAnswerRenderer(options: RendererOptions): AnswerRenderer {
  const { replyChannel, limits, clock, log, author, mayGrow = async () => true } = options;
  // What an earlier attempt left there is not known for certain: its messages were noted, their edits were not.
  const postedParts = new Map<number, PostedPart>(
    options.deliveries.map(({ part, message }) => [part, { message, digest: undefined }]),
  );
  const tried = new Set<number>();
  /** What was noted of each part, and when. */
  const recorded = new Map<number, { readonly text: string; readonly at: number }>();
  /** How many messages of a part were lost: what cannot be changed any more is said in another one. */
  const lost = new Map<number, number>();
  /** The part that each step stands beside. */
  const stepParts: number[] = [];

  async function render(rendered: RenderedAnswer): Promise<void> {
    try {
      await renderParts(rendered, { growing: false });
    } finally {
      // Also what an earlier attempt began, in a process that died, and where the platform takes no answer.
      await replyChannel.stopTyping?.().catch((err: unknown) => log.debug({ err }, "could not end typing"));
    }
  }

  async function renderParts(
    { text, buttons, steps = [], isPlaceholder = false }: RenderedAnswer,
    { growing: isStreaming }: { growing: boolean },
  ): Promise<void> {
    const cut = split(text, limits.messageLength, limits.lengthOf);
    const pieces = cut.length === 0 && steps.length > 0 ? [""] : cut;
    for (const [part, piece] of pieces.entries()) {
      const isLast = part === pieces.length - 1;
      const beside = isLast ? { buttons, steps: stepsBeside(part, steps) } : { buttons: [] };
      await renderPart(part, {
        text: piece,
        isPlaceholder,
        isRecorded: isStreaming,
        isStreaming: isStreaming && isLast,
        ...beside,
      });
    }
    for (const part of postedParts.keys())
      if (part >= pieces.length)
        await renderPart(part, { ...WITHDRAWN, text: WITHDRAWN_TEXT, isRecorded: isStreaming });
  }

  /** Those that began while this was the last part; each stays where it was shown first. */
  function stepsBeside(part: number, steps: readonly ToolProgress[]): readonly ToolProgress[] {
    while (stepParts.length < steps.length) stepParts.push(part);
    return steps.filter((_, index) => stepParts[index] === part).slice(0, limits.stepsShown);
  }

  async function renderPart(part: number, rendered: RenderedPart): Promise<void> {
    const { isRequired = true } = rendered;
    const content = messageOf(rendered);
    const how = { look: JSON.stringify(content), aside: rendered.isPlaceholder ?? false };
    const known = postedParts.get(part) ?? (await post(part, content, how));
    if (!replyChannel.edit || known.digest === how.look) return;
    // An edit that fails may have landed all the same.
    postedParts.set(part, { ...known, digest: undefined });
    try {
      await replyChannel.edit(known.message, content);
      postedParts.set(part, { ...known, digest: how.look });
      await recordNowAndThen(part, known.message, rendered);
    } catch (error) {
      // While it grows what is there is left as it is: each edit would leave another half of an answer behind.
      if (!hasCode(error, "not_found") || rendered.isRecorded) throw error;
      if (!isRequired) return;
      lost.set(part, (lost.get(part) ?? 0) + 1);
      tried.delete(part);
      await post(part, content, how);
    }
  }

  function messageOf({ text, buttons, isStreaming, steps = [] }: RenderedPart): OutgoingMessage {
    const grows = isStreaming && { isStreaming: isStreaming, ...(steps.length > 0 && { steps }) };
    return { text, visibility: "public", author, buttons, ...grows };
  }

  async function recordNowAndThen(part: number, message: MessageId, rendered: RenderedPart): Promise<void> {
    const { text, isStreaming, isRecorded } = rendered;
    const last = recorded.get(part);
    const isFresh = last !== undefined && last.text !== "" && clock.now() - last.at < RECORD_EVERY_MS;
    const mayWait = isStreaming && isFresh && text.startsWith(last.text);
    if (isRecorded && last?.text !== text && !mayWait) await record({ part, message, text });
  }

  async function record(delivery: Delivery): Promise<void> {
    await options.onPosted(delivery);
    recorded.set(delivery.part, { text: delivery.text, at: clock.now() });
  }

  async function post(
    part: number,
    content: OutgoingMessage,
    { look: digest, aside: isPlaceholder }: { look: string; aside: boolean },
  ): Promise<PostedPart> {
    const isRetry = options.isRetry || tried.has(part);
    tried.add(part);
    const losses = lost.get(part);
    const key = `${options.key}.${part}${losses === undefined ? "" : `.${losses}`}`;
    const message = await replyChannel.post(content, { key, isRetry });
    // What an earlier try posted is found as it was posted then.
    const posted = { message, digest: isRetry ? undefined : digest };
    postedParts.set(part, posted);
    await record({ part, message, text: isPlaceholder ? "" : content.text });
    return posted;
  }

  async function renderStream(
    answer: StreamingText,
    buttons: readonly Button[],
    until: AbortSignal,
  ): Promise<void> {
    const { typing } = replyChannel;
    const words = new AbortController();
    const silent = AbortSignal.any([until, words.signal]);
    // Below what is there already, such as that it takes longer, it would say nothing new and outlast it.
    const typed =
      typing && postedParts.size === 0
        ? showTyping(() => typing.call(replyChannel), { ...options, until: silent })
        : undefined;
    const stopTyping = async () => {
      words.abort();
      await typed;
    };
    if (replyChannel.edit) await renderGrowing(answer, buttons, until, stopTyping);
    await typed;
  }

  async function renderGrowing(
    answer: StreamingText,
    buttons: readonly Button[],
    until: AbortSignal,
    beforeWords: () => Promise<void>,
  ): Promise<void> {
    const ended = new Promise<void>((resolve) =>
      until.addEventListener("abort", () => resolve(), { once: true }),
    );
    let lastDigest = digestOf("", []);
    let refused = false;
    while (!until.aborted && !refused) {
      const { text } = answer;
      const steps = limits.stepsShown ? (answer.steps ?? []) : [];
      const rendered = digestOf(text.trim() && text, steps);
      if (rendered === lastDigest) {
        await Promise.race([answer.nextChange(), ended]);
        continue;
      }
      if (!(await mayGrow())) return;
      await beforeWords();
      // The last `render` is exact and may fail the turn; these are for watching. Platforms ban who insists.
      await renderParts({ text, buttons, steps }, { growing: true }).catch((err: unknown) => {
        log.warn({ err }, "could not render a growing answer");
        refused = hasCode(err, "platform_rejected", "answer_late", "not_found");
      });
      lastDigest = rendered;
      await clock.sleep(limits.editEveryMs, until);
    }
  }

  async function removeButtons(text: string): Promise<void> {
    const pieces = split(text, limits.messageLength, limits.lengthOf);
    const part = pieces.length - 1;
    const piece = pieces[part];
    // Below a turn that was given up they stand in a message of their own, and what is above it is not known.
    const isLast = part === Math.max(-1, ...postedParts.keys());
    if (piece !== undefined && isLast)
      await renderPart(part, { ...WITHDRAWN, text: piece, isRecorded: false });
  }

  return { render, renderStream, removeButtons };
}

const digestOf = (text: string, steps: readonly ToolProgress[]): string => JSON.stringify([text, steps]);
