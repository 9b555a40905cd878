import { z } from "zod";
import { hasCode } from "./errors.ts";
import { type CommandEvent, EventId, Place } from "./model.ts";
import type { Parts } from "./parts.ts";
import type { Outgoing } from "./platform.ts";
import { recordKey } from "./records.ts";

/** A private answer whose way had ended when it came: shown with the person's next command, and to nobody else. */
export const LateAnswer = z.object({
  event: EventId,
  place: Place,
  /** In ms since 1970. */
  at: z.number(),
  text: z.string(),
  files: z.array(z.object({ name: z.string(), contentType: z.string(), text: z.string() })),
});
export type LateAnswer = z.infer<typeof LateAnswer>;

/** The rest comes with the command after. */
const SHOWN_AT_ONCE = 3;

type Late = Pick<Parts, "lateAnswers" | "clock" | "log">;
type Asked = Pick<CommandEvent, "id" | "author" | "place">;

/** Posts it, or keeps it where its way has ended. False when it was kept. */
export async function postOrKeep(
  { lateAnswers, clock, log }: Late,
  { id, author, place }: Asked,
  message: Outgoing,
  post: (message: Outgoing) => Promise<unknown>,
): Promise<boolean> {
  try {
    await post({ ...message, mayBeKept: true });
    return true;
  } catch (error) {
    if (!hasCode(error, "answer_late")) throw error;
    const { text, files = [] } = message;
    const kept = { event: id, place, at: clock.now(), text, files: [...files] };
    await lateAnswers.set(recordKey(author.id, id), kept);
    log.info({ event: id, place: place.id }, "a private answer came too late and is kept");
    return false;
  }
}

/** Shows what was kept for this person there, or in another place of the same server or workspace. */
export async function showKept(
  { lateAnswers, log }: Late,
  { author, place }: Asked,
  post: (message: Outgoing, number: number) => Promise<unknown>,
): Promise<void> {
  try {
    const kept = await lateAnswers.list(author.id);
    const here = kept.filter((each) => place.kind === "direct" || each.place.tenant === place.tenant);
    for (const [number, { event, text, files, place: asked }] of here.slice(0, SHOWN_AT_ONCE).entries()) {
      const where = asked.mention ? ` in ${asked.mention}` : "";
      const whole = `*This came too late to be shown to you${where}:*\n\n${text}`;
      const message = { text: whole, visibility: "private", confidential: true, mayBeKept: true } as const;
      await post({ ...message, files }, number);
      await lateAnswers.delete(recordKey(author.id, event));
    }
  } catch (err) {
    log.warn({ place: place.id, err }, "could not show an answer that was kept");
  }
}
