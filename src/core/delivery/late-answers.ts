import { sentences } from "../../sentences/sentences.ts";
import { signatureAt } from "../access/scope.ts";
import { AppError, hasCode } from "../domain/errors.ts";
import type { CommandEvent } from "../domain/model.ts";
import { recordKey } from "../domain/record-key.ts";
import type { LateAnswer } from "../domain/stored-records.ts";
import type { OutgoingMessage } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import type { QueuedTurn } from "../ports/turn-queue.ts";
import { retryThroughOutage } from "./retry-through-outage.ts";

/*
 * An answer can come after the platform has closed the way to it, or while the platform is away until this process stops.
 * It is kept, and shown once below the next private answer of the same person. What was answered in direct messages is that person's own and may be shown in any private
 * answer to them; what was answered before other readers is shown only where the same readers, and so the same memory, are.
 */

/** Platforms allow few answers to one command; the rest comes with the next one. */
const SHOWN_AT_ONCE = 3;

/** No readers are called so. */
const NOBODY = "nobody";

type LateAnswerServices = Pick<CoreServices, "lateAnswers" | "readersOf" | "tenants" | "clock" | "log">;
type AskedCommand = Pick<CommandEvent, "id" | "author" | "place">;

/**
 * Who reads the place of a command as it begins: what is answered is for them, whoever reads there by the time that the
 * answer has to be kept. Undefined where nobody could say.
 */
export const readersAtStart = (
  services: Pick<LateAnswerServices, "readersOf" | "tenants">,
  { place, author }: AskedCommand,
): Promise<string | undefined> =>
  signatureAt(services, place, author).then(
    ({ key }) => key,
    () => undefined,
  );

/**
 * Posts the message when the platform answers, or keeps it when its way has ended before. False when it was kept. What is
 * posted again may have landed before.
 */
export async function postOrKeep(
  services: LateAnswerServices,
  command: AskedCommand,
  message: OutgoingMessage,
  {
    lane: queuedTurn,
    readers,
    post,
  }: {
    lane: QueuedTurn;
    readers: ReturnType<typeof readersAtStart>;
    post: (message: OutgoingMessage, isRepeated: boolean) => Promise<unknown>;
  },
): Promise<boolean> {
  try {
    await retryThroughOutage(services, queuedTurn, (isRepeated) =>
      post({ ...message, mayBeKept: true }, isRepeated),
    );
    return true;
  } catch (error) {
    if (!hasCode(error, "answer_late", "platform_unavailable")) throw error;
    await keepLateAnswer(services, command, message, await readers);
    return false;
  }
}

/** Keeps an answer for the next private answer to its person. Keeping it again replaces it. */
export async function keepLateAnswer(
  services: LateAnswerServices,
  { id, author, place }: AskedCommand,
  { text, files = [] }: Pick<OutgoingMessage, "text" | "files">,
  /** Who it is for, before whom alone it is shown; in direct messages it is their person. */
  signature = NOBODY,
): Promise<void> {
  const { lateAnswers, clock, log } = services;
  const answer = { event: id, place, signature, at: clock.now(), text, files: [...files] };
  await lateAnswers.set(recordKey(author.id, id), { ...answer, isShown: false });
  log.info({ event: id, place: place.id }, "an answer came too late and is kept");
}

/** Posts what is kept for this person and may be shown here, oldest first. Never throws: their command was answered. */
export async function showLateAnswers(
  services: LateAnswerServices,
  { author, place }: AskedCommand,
  post: (message: OutgoingMessage, number: number) => Promise<unknown>,
): Promise<void> {
  const { lateAnswers, log } = services;
  try {
    const kept = (await lateAnswers.list(author.id)).toSorted((a, b) => a.at - b.at);
    if (kept.length === 0) return;
    const here = await signatureAt(services, place, author);
    const fitting = kept.filter((each) => each.place.kind === "direct" || each.signature === here.key);
    for (const [number, { event }] of fitting.slice(0, SHOWN_AT_ONCE).entries()) {
      const key = recordKey(author.id, event);
      // Under the record's lock: another command of theirs may be answered at this moment.
      await lateAnswers.update(key, async (answer) => {
        if (!answer || answer.isShown) return undefined;
        await post(messageOf(answer), number);
        return { ...answer, text: "", files: [], isShown: true };
      });
      await lateAnswers.delete(key);
    }
  } catch (err) {
    if (hasCode(err, "answer_late")) return;
    const fields = { place: place.id, ...(err instanceof AppError && { code: err.code }) };
    log.warn({ ...fields, err }, "could not show an answer that was kept");
  }
}

function messageOf({ place, text, files }: LateAnswer): OutgoingMessage {
  return {
    text: sentences.turn.late({ isDirect: place.kind === "direct", mention: place.mention }, text),
    visibility: "private",
    confidential: true,
    mayBeKept: true,
    files,
  };
}
