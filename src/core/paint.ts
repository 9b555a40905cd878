import type { Clock } from "./clock.ts";
import { hasCode } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { MessageId } from "./model.ts";
import type { Button, Outgoing, PlatformLimits, ReplySink, Speaker } from "./platform.ts";
import { split } from "./split.ts";
import type { Step } from "./steps.ts";
import { keepTyping } from "./typing.ts";

export interface Delivery {
  readonly part: number;
  readonly message: MessageId;
  readonly text: string;
}

interface Picture {
  readonly text: string;
  /** Shown below the last message. */
  readonly buttons: readonly Button[];
  /** Shown beside the message that was the last when they began. */
  readonly steps?: readonly Step[];
  /** It stands where the answer will, and is no part of it: what is noted as posted has no text. */
  readonly aside?: boolean;
}

export interface Painter {
  /** Shows exactly this; throws when the platform does not take it. */
  show(picture: Picture): Promise<void>;
  /** Shows an answer while it grows, until the signal; failures on the way are made good by the next `show`. */
  follow(answer: Growing, buttons: readonly Button[], until: AbortSignal): Promise<void>;
  /** Takes away what buttons stand below this, where it is shown and messages can be edited. */
  takeButtons(text: string): Promise<void>;
}

/** A text that is still being written. */
export interface Growing {
  readonly text: string;
  readonly steps?: readonly Step[];
  /** Resolves at the next change. */
  changed(): Promise<void>;
}

export interface Canvas {
  readonly sink: ReplySink;
  readonly limits: PlatformLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly speaker: Speaker | undefined;
  /** Begins the key of each message, the same on every attempt at the turn. */
  readonly key: string;
  /** What earlier attempts noted as posted. */
  readonly deliveries: readonly Delivery[];
  /** True when there was an earlier attempt: a message may have been posted and not noted. */
  readonly again: boolean;
  readonly posted: (delivery: Delivery) => Promise<void>;
  /** Asked before each picture of a growing answer: false once others read along than those it is for. */
  readonly mayGrow?: (() => Promise<boolean>) | undefined;
}

/** A message of the answer, and what it shows if that is known. */
interface Shown {
  readonly message: MessageId;
  readonly look: string | undefined;
}

interface PartPicture extends Picture {
  readonly growing: boolean;
  /** It is part of a picture that grows: what is shown is noted, since this process may die. */
  readonly noted: boolean;
  /** Posted anew where the message can be changed no more; else that one is left as it is. */
  readonly needed?: boolean;
}

/**
 * What a growing message shows is noted so often: whoever ends it in place of this process shows what people saw. What
 * was withdrawn is replaced at once.
 */
const NOTE_EVERY_MS = 5_000;
/** Stands in a message that the answer needs no longer, since it was begun anew and became shorter. */
const TAKEN_BACK = "*(…)*";

const NO_MORE = { buttons: [], growing: false, needed: false } as const;

/**
 * Paints an answer into a place: one message for each piece of the text, each posted once and edited when its
 * piece changes. A message is noted before the next is posted, so that a later attempt edits it instead of
 * posting it again.
 */
export function createPainter(canvas: Canvas): Painter {
  const { sink, limits, clock, log, speaker, mayGrow = async () => true } = canvas;
  // What an earlier attempt left there is not known for certain: its messages were noted, their edits were not.
  const shown = new Map<number, Shown>(
    canvas.deliveries.map(({ part, message }) => [part, { message, look: undefined }]),
  );
  const tried = new Set<number>();
  /** What was noted of each part, and when. */
  const notes = new Map<number, { readonly text: string; readonly at: number }>();
  /** How many messages of a part were lost: what cannot be changed any more is said in another one. */
  const lost = new Map<number, number>();
  /** The part that each step stands beside. */
  const stepParts: number[] = [];

  async function show(picture: Picture): Promise<void> {
    try {
      await paint(picture, { growing: false });
    } finally {
      // Also what an earlier attempt began, in a process that died, and where the platform takes no answer.
      await sink.doneTyping?.().catch((err: unknown) => log.debug({ err }, "could not end typing"));
    }
  }

  async function paint(
    { text, buttons, steps = [], aside = false }: Picture,
    { growing }: { growing: boolean },
  ): Promise<void> {
    const cut = split(text, limits.messageLength);
    const pieces = cut.length === 0 && steps.length > 0 ? [""] : cut;
    for (const [part, piece] of pieces.entries()) {
      const isLast = part === pieces.length - 1;
      const beside = isLast ? { buttons, steps: stepsBeside(part, steps) } : { buttons: [] };
      await showPart(part, { text: piece, aside, noted: growing, growing: growing && isLast, ...beside });
    }
    for (const part of shown.keys())
      if (part >= pieces.length) await showPart(part, { ...NO_MORE, text: TAKEN_BACK, noted: growing });
  }

  /** Those that began while this was the last part; each stays where it was shown first. */
  function stepsBeside(part: number, steps: readonly Step[]): readonly Step[] {
    while (stepParts.length < steps.length) stepParts.push(part);
    return steps.filter((_, index) => stepParts[index] === part).slice(0, limits.stepsShown);
  }

  async function showPart(part: number, picture: PartPicture): Promise<void> {
    const { needed = true } = picture;
    const outgoing = outgoingOf(picture);
    const how = { look: JSON.stringify(outgoing), aside: picture.aside ?? false };
    const known = shown.get(part) ?? (await post(part, outgoing, how));
    if (!sink.edit || known.look === how.look) return;
    // An edit that fails may have landed all the same.
    shown.set(part, { ...known, look: undefined });
    try {
      await sink.edit(known.message, outgoing);
      shown.set(part, { ...known, look: how.look });
      await noteNowAndThen(part, known.message, picture);
    } catch (error) {
      // While it grows what is there is left as it is: each edit would leave another half of an answer behind.
      if (!hasCode(error, "not_found") || picture.noted) throw error;
      if (!needed) return;
      lost.set(part, (lost.get(part) ?? 0) + 1);
      tried.delete(part);
      await post(part, outgoing, how);
    }
  }

  function outgoingOf({ text, buttons, growing, steps = [] }: PartPicture): Outgoing {
    const grows = growing && { growing, ...(steps.length > 0 && { steps }) };
    return { text, visibility: "public", speaker, buttons, ...grows };
  }

  async function noteNowAndThen(part: number, message: MessageId, picture: PartPicture): Promise<void> {
    const { text, growing, noted } = picture;
    const last = notes.get(part);
    const isFresh = last !== undefined && last.text !== "" && clock.now() - last.at < NOTE_EVERY_MS;
    const mayWait = growing && isFresh && text.startsWith(last.text);
    if (noted && last?.text !== text && !mayWait) await note({ part, message, text });
  }

  async function note(delivery: Delivery): Promise<void> {
    await canvas.posted(delivery);
    notes.set(delivery.part, { text: delivery.text, at: clock.now() });
  }

  async function post(
    part: number,
    outgoing: Outgoing,
    { look, aside }: { look: string; aside: boolean },
  ): Promise<Shown> {
    const again = canvas.again || tried.has(part);
    tried.add(part);
    const losses = lost.get(part);
    const key = `${canvas.key}.${part}${losses === undefined ? "" : `.${losses}`}`;
    const message = await sink.post(outgoing, { key, again });
    // What an earlier try posted is found as it was posted then.
    const posted = { message, look: again ? undefined : look };
    shown.set(part, posted);
    await note({ part, message, text: aside ? "" : outgoing.text });
    return posted;
  }

  async function follow(answer: Growing, buttons: readonly Button[], until: AbortSignal): Promise<void> {
    const { typing } = sink;
    const words = new AbortController();
    const silent = AbortSignal.any([until, words.signal]);
    // Below what is there already, such as that it takes longer, it would say nothing new and outlast it.
    const typed =
      typing && shown.size === 0
        ? keepTyping(() => typing.call(sink), { ...canvas, until: silent })
        : undefined;
    const stopTyping = async () => {
      words.abort();
      await typed;
    };
    if (sink.edit) await paintGrowing(answer, buttons, until, stopTyping);
    await typed;
  }

  async function paintGrowing(
    answer: Growing,
    buttons: readonly Button[],
    until: AbortSignal,
    beforeWords: () => Promise<void>,
  ): Promise<void> {
    const ended = new Promise<void>((resolve) =>
      until.addEventListener("abort", () => resolve(), { once: true }),
    );
    let painted = pictureOf("", []);
    let refused = false;
    while (!until.aborted && !refused) {
      const { text } = answer;
      const steps = limits.stepsShown ? (answer.steps ?? []) : [];
      const picture = pictureOf(text.trim() && text, steps);
      if (picture === painted) {
        await Promise.race([answer.changed(), ended]);
        continue;
      }
      if (!(await mayGrow())) return;
      await beforeWords();
      // The last `show` is exact and may fail the turn; these are for watching. Platforms ban who insists.
      await paint({ text, buttons, steps }, { growing: true }).catch((err: unknown) => {
        log.warn({ err }, "could not paint a growing answer");
        refused = hasCode(err, "platform_rejected", "answer_late", "not_found");
      });
      painted = picture;
      await clock.sleep(limits.editEveryMs, until);
    }
  }

  async function takeButtons(text: string): Promise<void> {
    const pieces = split(text, limits.messageLength);
    const part = pieces.length - 1;
    const piece = pieces[part];
    // Below a turn that was given up they stand in a message of their own, and what is above it is not known.
    const isLast = part === Math.max(-1, ...shown.keys());
    if (piece !== undefined && isLast) await showPart(part, { ...NO_MORE, text: piece, noted: false });
  }

  return { show, follow, takeButtons };
}

const pictureOf = (text: string, steps: readonly Step[]): string => JSON.stringify([text, steps]);
