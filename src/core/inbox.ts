import { placeKey } from "./bindings.ts";
import { type Refused, refusedTurn } from "./brake.ts";
import { type Command, findAction } from "./command.ts";
import { refuseCommand } from "./command-rights.ts";
import { findCommandText } from "./command-text.ts";
import { tenantBack, tenantGone } from "./erasure.ts";
import { AppError, hasCode } from "./errors.ts";
import type { Choice } from "./form.ts";
import { type CommandEvent, type Event, EventId, type MessageEvent } from "./model.ts";
import type { Parts } from "./parts.ts";
import { type KnownPersona, mayManage, personaAt, personaByRef } from "./personas.ts";
import { placeGone, placeMoved } from "./places.ts";
import type { Acceptance, Inbox, SuggestQuery, Target } from "./platform.ts";
import { resolveScope } from "./scope.ts";
import { shorten } from "./shorten.ts";
import { bindThread } from "./thread.ts";
import { queueCommand, queueForDirect, queueMessage, Waiting } from "./waiting.ts";

const MAX_CHOICES = 25;
const MAX_CHOICE_LENGTH = 100;
const TOLD_AGAIN_MS = 60_000;
const TOLD_ANEW_MS = 24 * 60 * 60_000;
const FULL = "Too much is waiting here already, so this was not taken. Say it again in a minute.";

/** Decides what is meant for us, and stores it. */
export function createInbox(parts: Parts, commands: readonly Command[]): Inbox {
  const { log } = parts;

  async function accept(event: Event, target: Target): Promise<Acceptance> {
    const acceptance =
      event.type === "command"
        ? await queueCommand(parts, { event, target })
        : await acceptMessage(event, target);
    if (acceptance !== "ignored") {
      await tenantBack(parts, event.place);
      const text = parts.logMessageText && event.type === "message" ? { text: event.text } : {};
      log.info({ event: event.id, place: event.place.id, type: event.type, ...text }, `event ${acceptance}`);
    }
    return acceptance;
  }

  async function acceptMessage(event: MessageEvent, target: Target): Promise<Acceptance> {
    if (!(await isForUs(event))) return "ignored";
    const command = commandIn(event);
    if (command) return queueCommand(parts, { event: command, target });
    if (saysNothing(event)) return "ignored";
    return acceptTalk(event, target);
  }

  async function acceptTalk(event: MessageEvent, target: Target): Promise<Acceptance> {
    const known = await whoIsAsked(event).catch(nobodyHere);
    if (known instanceof AppError)
      return queueCommand(parts, { event: telling(event, known.userMessage), target });
    const refused = await refusedTurn(parts, event.thread ?? event.place, event.author);
    if (refused) return tellRefused(event, target, refused);
    const scope = await resolveScope(parts, known, event.thread ?? event.place, event.author);
    if (!scope) return queueForDirect(parts, { event, target, known });
    if (event.thread) await bindThread(parts, event.thread, known.ref);
    return queueMessage(parts, { event, target, known, scope });
  }

  /**
   * Said once to each person in a place, for the same reason, where others read too; the event is taken all the same, so
   * that it is not found and answered later. In direct messages everything has an answer of its own.
   */
  async function tellRefused(event: MessageEvent, target: Target, { reason, sentence }: Refused) {
    const { place, author } = event;
    log.info({ event: event.id, place: place.id, reason }, "nobody answers that");
    if (place.kind === "direct") return queueCommand(parts, { event: telling(event, sentence), target });
    const day = Math.floor(parts.clock.now() / TOLD_ANEW_MS);
    const id = EventId.parse(`refused/${reason}/${place.id}/${author.id}/${day}`);
    await queueCommand(parts, { event: { ...telling(event, sentence), id }, target });
    return queueCommand(parts, { event: telling(event, ""), target });
  }

  /** Who replies to what a persona said asks that one, whoever answers there now. */
  async function whoIsAsked({
    place,
    thread = place,
    repliesTo,
    author,
  }: MessageEvent): Promise<KnownPersona> {
    const turn = repliesTo && (await parts.turns.byMessage(place, repliesTo));
    const replied = turn && (await personaByRef(parts, turn.persona, thread, author));
    return replied ?? personaAt(parts, thread, author);
  }

  async function isForUs({ addressed, place }: MessageEvent): Promise<boolean> {
    if (addressed !== "none") return true;
    if (place.kind === "channel") return false;
    return (await parts.settings.get(placeKey(place)))?.bound ?? false;
  }

  /** A command typed as text. One that is typed wrongly is still a command: running it says what is wrong. */
  function commandIn(event: MessageEvent): CommandEvent | undefined {
    try {
      const typed = findCommandText(commands, event.text);
      return (
        typed && {
          ...telling(event, ""),
          ...{ name: typed.name, action: typed.action, options: typed.options },
          ...(!event.text.trimStart().startsWith("/") && { asText: true }),
        }
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return telling(event, error.userMessage);
    }
  }

  async function turnAway(event: MessageEvent, target: Target): Promise<void> {
    const { place, thread = place, author } = event;
    const minute = Math.floor(parts.clock.now() / TOLD_AGAIN_MS);
    const id = EventId.parse(`full/${thread.id}/${author.id}/${minute}`);
    await queueCommand(parts, { event: { ...telling(event, FULL), id }, target });
    log.warn({ place: place.id }, "a message found no room");
  }

  async function revise(event: EventId, text: string | undefined): Promise<void> {
    const revised = await (text === undefined ? parts.lanes.takeBack(event) : edit(event, text));
    if (revised) log.info({ event, erased: text === undefined }, "waiting event revised");
    // What was answered already is kept for a while, to be asked again: not what its author deleted.
    if (text === undefined) await parts.turns.forget(event);
  }

  function edit(id: EventId, text: string): Promise<boolean> {
    return parts.lanes.revise(id, (payload) => {
      const waiting = Waiting.parse(payload);
      return waiting.event.type === "message" ? { ...waiting, event: { ...waiting.event, text } } : waiting;
    });
  }

  async function refuses(event: CommandEvent): Promise<boolean> {
    const action = findAction(commands, event.name, event.action);
    if (!action) return true;
    const { place, author } = event;
    try {
      await refuseCommand(parts, action, event);
      await action.check(event.options, { ...parts, commands, event, place, author });
      return false;
    } catch (error) {
      if (!(error instanceof AppError))
        log.warn({ event: event.id, err: error }, "could not check a command");
      return error instanceof AppError;
    }
  }

  async function suggest(query: SuggestQuery): Promise<readonly Choice[]> {
    const action = findAction(commands, query.name, query.action);
    const suggestions = action?.suggest[query.option];
    // Who may not use it is told nothing by what it would offer.
    if (!suggestions || (action.managersOnly && !mayManage(parts, query.author))) return [];
    const choices = await suggestions(query.typed, {
      ...parts,
      commands,
      place: query.place,
      author: query.author,
    });
    return choices
      .filter(({ value }) => value.length <= MAX_CHOICE_LENGTH)
      .map(({ label, value }) => ({ label: shorten(label, MAX_CHOICE_LENGTH), value }))
      .slice(0, MAX_CHOICES);
  }

  return {
    ...{ accept, turnAway, revise, refuses, suggest },
    placeGone: (place) => placeGone(parts, place),
    placeMoved: (from, now) => placeMoved(parts, from, now),
    tenantGone: (tenant) => tenantGone(parts, tenant),
    tenantBack: (tenant) => tenantBack(parts, tenant),
  };
}

const saysNothing = ({ text, attachments, addressed }: MessageEvent): boolean =>
  text === "" && attachments.length === 0 && addressed !== "mention";

/** Answers a message with this sentence and nothing else. */
function telling({ id, place, author, at }: MessageEvent, problem: string): CommandEvent {
  return { type: "command", id, place, author, at, submitted: false, name: "help", options: { problem } };
}

function nobodyHere(error: unknown): AppError {
  if (hasCode(error, "not_found")) return error;
  throw error;
}
