import { placeKey } from "./bindings.ts";
import { hasCode } from "./errors.ts";
import { onceKey } from "./fingerprint.ts";
import type { LaneTurn } from "./lanes.ts";
import { EventId, type MessageEvent } from "./model.ts";
import type { Parts } from "./parts.ts";
import { type KnownPersona, personaByRef } from "./personas.ts";
import type { OpenedThread, Platform, PostOnce, ReplySink, Target } from "./platform.ts";
import { openScope } from "./scope.ts";
import { shorten } from "./shorten.ts";
import { threadTitle } from "./thread.ts";
import { queueMessage, type Waiting } from "./waiting.ts";

/** What of a message is repeated where it is answered. */
const QUOTED_LENGTH = 1_000;

/**
 * Opens the direct messages of who spoke, with their words quoted first. Who was asked answers there from now on: whoever
 * goes on talking means them.
 *
 * @throws {AppError} `platform_rejected` when nothing can be said to them where they alone read
 */
export async function openDirect(
  { settings }: Pick<Parts, "settings">,
  sink: ReplySink,
  { ref, persona: { name } }: KnownPersona,
  { text, once }: { readonly text: string; readonly once: PostOnce },
): Promise<OpenedThread | undefined> {
  const quoted = shorten(text, QUOTED_LENGTH).replace(/^/gm, "> ");
  const opening = `You to **${name}**:\n${quoted}`;
  const opened = await sink.openDirect?.({ title: threadTitle(text), opening, once });
  if (!opened) return undefined;
  const { place } = opened;
  await settings.update(placeKey(place), async (current) => ({
    ...(current ?? { place, bound: false }),
    persona: ref,
  }));
  return opened;
}

/**
 * Somebody spoke before others to a persona that answers in direct messages alone: it answers there, and the place is told
 * so in one line. Repeating it says nothing twice.
 */
export async function answerDirectly(
  parts: Parts & { readonly platforms: ReadonlyMap<string, Platform> },
  lane: Pick<LaneTurn, "id" | "attempt">,
  { event, target, persona }: Waiting & { readonly event: MessageEvent },
): Promise<void> {
  const { place, author } = event;
  const known = persona && (await personaByRef(parts, persona, place, author));
  const sink = parts.platforms.get(place.platform)?.open(target);
  if (!sink || !known) return;
  const again = lane.attempt > 1;
  const once = (part: string) => ({ key: `${onceKey(`${lane.id}/${event.at}`)}.${part}`, again });
  const { name } = known.persona;
  let line = `**${name}** answers you in your direct messages.`;
  try {
    const opened = await openDirect(parts, sink, known, { text: event.text, once: once("q") });
    if (opened) await sayThere(parts, known, event, opened);
    else line = `**${name}** answers in direct messages alone, and there are none here.`;
  } catch (error) {
    if (!hasCode(error, "platform_rejected")) throw error;
    line = `**${name}** answers in direct messages alone, and I cannot write to you there. Allow direct messages from here, and ask again.`;
  }
  await sink.post({ text: line, visibility: "public" }, once("l"));
}

async function sayThere(
  parts: Parts,
  known: KnownPersona,
  { thread: _thread, repliesTo: _repliesTo, ...said }: MessageEvent,
  { place, target }: { readonly place: OpenedThread["place"]; readonly target: Target },
): Promise<void> {
  const event = { ...said, id: EventId.parse(`${said.id}/direct`), place };
  const scope = await openScope(parts, known, place, said.author);
  await queueMessage(parts, { event, target, known, scope });
}
