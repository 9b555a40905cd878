import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import { openScope } from "../access/scope.ts";
import { hasCode } from "../domain/errors.ts";
import { EventId, type MessageEvent } from "../domain/model.ts";
import { placeKey } from "../domain/stored-records.ts";
import { personaByRef } from "../personas/catalogue.ts";
import type { IdempotencyKey, OpenedThread, Platform, ReplyChannel, ReplyTarget } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import type { QueuedTurn } from "../ports/turn-queue.ts";
import { shortKey } from "../text/fingerprint.ts";
import { truncate } from "../text/truncate.ts";
import { enqueueMessage } from "./enqueue.ts";
import { threadTitle } from "./open-thread.ts";
import type { QueuedEvent } from "./queued-event.ts";

/** What of a message is repeated where it is answered. */
const QUOTED_LENGTH = 1_000;

/**
 * Opens the direct messages of who spoke, with their words quoted first. Who was asked answers there from now on: whoever
 * goes on talking means them.
 *
 * @throws {AppError} `platform_rejected` when nothing can be said to them where they alone read
 */
export async function openDirectMessages(
  { settings }: Pick<CoreServices, "settings">,
  replyChannel: ReplyChannel,
  { ref, persona: { name } }: KnownPersona,
  { text, once: idempotencyKey }: { readonly text: string; readonly once: IdempotencyKey },
): Promise<OpenedThread | undefined> {
  const quoted = truncate(text, QUOTED_LENGTH).replace(/^/gm, "> ");
  const opening = sentences.turn.youTo(name, quoted);
  const opened = await replyChannel.openDirectMessages?.({
    title: threadTitle(text),
    opening,
    idempotencyKey,
  });
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
export async function answerInDirectMessages(
  services: CoreServices & { readonly platforms: ReadonlyMap<string, Platform> },
  queuedTurn: Pick<QueuedTurn, "id" | "attempt">,
  { event, target, persona }: QueuedEvent & { readonly event: MessageEvent },
): Promise<void> {
  const { place, author } = event;
  const known = persona && (await personaByRef(services, persona, place, author));
  const replyChannel = services.platforms.get(place.platform)?.replyChannel(target);
  if (!replyChannel || !known) return;
  const again = queuedTurn.attempt > 1;
  const once = (part: string) => ({
    key: `${shortKey(`${queuedTurn.id}/${event.at}`)}.${part}`,
    isRetry: again,
  });
  const { name } = known.persona;
  let line = sentences.turn.answersDirectly(name);
  try {
    const opened = await openDirectMessages(services, replyChannel, known, {
      text: event.text,
      once: once("q"),
    });
    if (opened) await enqueueThere(services, known, event, opened);
    else line = sentences.turn.noDirectMessages(name);
  } catch (error) {
    if (!hasCode(error, "platform_rejected")) throw error;
    line = sentences.turn.directMessagesClosed(name);
  }
  await replyChannel.post({ text: line, visibility: "public" }, once("l"));
}

async function enqueueThere(
  services: CoreServices,
  known: KnownPersona,
  { thread: _thread, repliesTo: _repliesTo, ...said }: MessageEvent,
  { place, target }: { readonly place: OpenedThread["place"]; readonly target: ReplyTarget },
): Promise<void> {
  const event = { ...said, id: EventId.parse(`${said.id}/direct`), place };
  const scope = await openScope(services, known, place, said.author);
  await enqueueMessage(services, { event, target, known, scope });
}
