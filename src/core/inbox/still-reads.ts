import { sentences } from "../../sentences/sentences.ts";
import { withDeadline } from "../async/deadline.ts";
import { readersAtStart } from "../delivery/late-answers.ts";
import { AppError } from "../domain/errors.ts";
import type { CommandEvent, Event } from "../domain/model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OutgoingMessage, Platform } from "../ports/platform.ts";

/** What is done at once, before the same readers, is done for who could read the place when they asked. */
const LATE_MS = 3_000;
/** Platforms wait three seconds until a command is accepted. */
const READERS_WITHIN_MS = 500;

/** Who reads the place of a command as it is accepted; undefined where that is not known at once. */
export async function readersAsAsked(
  services: Parameters<typeof readersAtStart>[0] & { readonly clock: Clock },
  event: Event,
): Promise<string | undefined> {
  if (event.type !== "command" || event.place.kind === "direct") return undefined;
  const { clock } = services;
  return withDeadline(readersAtStart(services, event), {
    clock,
    ms: READERS_WITHIN_MS,
    late: () => undefined,
  });
}

interface Readers {
  readonly asAsked: string | undefined;
  readonly asDone: ReturnType<typeof readersAtStart>;
}

/**
 * A command is done for those alone who read its place when it is done. What was typed while nobody listened may have been
 * asked before they were shut out, and its answer goes to them wherever they are: it would open what others say there now.
 * So would what waited for a moment while the place was closed to them.
 *
 * What to say instead of doing it; undefined where it may be done.
 */
export async function refusalUnlessStillRead(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  platform: Pick<Platform, "stillReads">,
  { id, place, author, at, asText = false }: CommandEvent,
  readers: Readers,
): Promise<OutgoingMessage | undefined> {
  if (place.kind === "direct" || !platform.stillReads) return undefined;
  const isSoon = !asText && clock.now() - at < LATE_MS;
  if (isSoon && readers.asAsked !== undefined && readers.asAsked === (await readers.asDone)) return undefined;
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
