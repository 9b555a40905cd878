import { sentences } from "../../sentences/sentences.ts";
import { AppError } from "../domain/errors.ts";
import type { CommandEvent } from "../domain/model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OutgoingMessage, Platform } from "../ports/platform.ts";

/** What is done at once is done for who could read the place when they asked. */
const LATE_MS = 10_000;

/**
 * A command is done for those alone who read its place when it is done. What was typed while nobody listened may have been
 * asked before they were shut out, and its answer goes to them wherever they are: it would open what others say there now.
 *
 * What to say instead of doing it; undefined where it may be done.
 */
export async function refusalUnlessStillRead(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  platform: Pick<Platform, "stillReads">,
  { id, place, author, at, asText = false }: CommandEvent,
): Promise<OutgoingMessage | undefined> {
  if (place.kind === "direct" || !platform.stillReads) return undefined;
  if (!asText && clock.now() - at < LATE_MS) return undefined;
  const fields = { event: id, place: place.id };
  try {
    if (await platform.stillReads(place, author)) return undefined;
    log.info(fields, "who asked reads the place no longer");
    return toThemAlone(sentences.platform.readsNoLonger);
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    log.warn({ ...fields, err }, "could not find out whether somebody still reads a place");
    return toThemAlone(sentences.platform.readsPerhaps);
  }
}

/** They may not read it where they asked. */
const toThemAlone = (text: string): OutgoingMessage => ({ text, visibility: "private", confidential: true });
