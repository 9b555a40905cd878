import { sentences } from "../../sentences/sentences.ts";
import { refuseTurn, type TurnRefusal } from "../access/limits.ts";
import { type KnownPersona, mayManage } from "../access/owners.ts";
import { resolveScope } from "../access/scope.ts";
import { markTenantPresent, markTenantRemoved } from "../access/tenant-erasure.ts";
import { type Command, findAction } from "../commands/declaration.ts";
import { findCommandText } from "../commands/find-command.ts";
import { assertMayRun } from "../commands/rights.ts";
import { AppError, hasCode } from "../domain/errors.ts";
import type { Choice } from "../domain/form.ts";
import {
  type CommandEvent,
  type Event,
  EventId,
  type MessageEvent,
  type SystemMessageEvent,
} from "../domain/model.ts";
import { placeKey } from "../domain/stored-records.ts";
import { personaAt, personaByRef } from "../personas/catalogue.ts";
import type { Acceptance, Inbox, ReplyTarget, SuggestQuery } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import { truncate } from "../text/truncate.ts";
import { enqueueAlone, enqueueForDirect, enqueueMessage } from "../turn/enqueue.ts";
import { bindThread } from "../turn/open-thread.ts";
import { QueuedEvent } from "../turn/queued-event.ts";
import { handlePlaceMoved, handlePlaceRemoved } from "./place-changes.ts";

const MAX_CHOICES = 25;
const MAX_CHOICE_LENGTH = 100;
const REPEAT_REJECTION_MS = 60_000;
const REPEAT_REFUSAL_MS = 24 * 60 * 60_000;

/** Decides what is meant for us, and stores it. */
export function createInbox(services: CoreServices, commands: readonly Command[]): Inbox {
  const { log } = services;

  async function accept(event: Event, target: ReplyTarget): Promise<Acceptance> {
    const acceptance =
      event.type === "message"
        ? await acceptMessage(event, target)
        : await enqueueAlone(services, { event, target });
    if (acceptance !== "ignored") {
      await markTenantPresent(services, event.place);
      const text = services.logMessageText && event.type === "message" ? { text: event.text } : {};
      log.info({ event: event.id, place: event.place.id, type: event.type, ...text }, `event ${acceptance}`);
    }
    return acceptance;
  }

  async function acceptMessage(event: MessageEvent, target: ReplyTarget): Promise<Acceptance> {
    if (!(await isForUs(event))) return "ignored";
    const command = commandIn(event);
    if (command) return enqueueAlone(services, { event: command, target });
    if (isEmpty(event)) return "ignored";
    return acceptTalk(event, target);
  }

  async function acceptTalk(event: MessageEvent, target: ReplyTarget): Promise<Acceptance> {
    const known = await addressedPersona(event).catch(onlyNotFound);
    if (known instanceof AppError)
      return enqueueAlone(services, { event: systemMessage(event, known.userMessage), target });
    const refused = await refuseTurn(services, event.thread ?? event.place, event.author);
    if (refused) return reportRefusal(event, target, refused);
    const scope = await resolveScope(services, known, event.thread ?? event.place, event.author);
    if (!scope) return enqueueForDirect(services, { event, target, known });
    if (event.thread) await bindThread(services, event.thread, known.ref);
    return enqueueMessage(services, { event, target, known, scope });
  }

  /**
   * Said once to each person in a place, for the same reason, where others read too; the event is taken all the same, so
   * that it is not found and answered later. In direct messages everything has an answer of its own.
   */
  async function reportRefusal(event: MessageEvent, target: ReplyTarget, { reason, sentence }: TurnRefusal) {
    const { place, author } = event;
    log.info({ event: event.id, place: place.id, reason }, "a message is not answered");
    const answer = systemMessage(event, sentence);
    if (place.kind === "direct") return enqueueAlone(services, { event: answer, target });
    const day = Math.floor(services.clock.now() / REPEAT_REFUSAL_MS);
    const id = EventId.parse(`refused/${reason}/${place.id}/${author.id}/${day}`);
    await enqueueAlone(services, { event: { ...answer, id }, target });
    return enqueueAlone(services, { event: systemMessage(event), target });
  }

  /** Who replies to what a persona said asks that one, whoever answers there now. */
  async function addressedPersona({
    place,
    thread = place,
    repliesTo,
    author,
  }: MessageEvent): Promise<KnownPersona> {
    const turn = repliesTo && (await services.turns.byMessage(place, repliesTo));
    const replied = turn && (await personaByRef(services, turn.persona, thread, author));
    return replied ?? personaAt(services, thread, author);
  }

  async function isForUs({ addressed, place }: MessageEvent): Promise<boolean> {
    if (addressed !== "none") return true;
    if (place.kind === "channel") return false;
    return (await services.settings.get(placeKey(place)))?.bound ?? false;
  }

  /** A command typed as text; one that is typed wrongly is answered with what is wrong. */
  function commandIn(event: MessageEvent): CommandEvent | SystemMessageEvent | undefined {
    try {
      const typed = findCommandText(commands, event.text);
      const asText = !event.text.trimStart().startsWith("/");
      return (
        typed && {
          ...delivered(event),
          type: "command",
          submitted: false,
          ...typed,
          ...(asText && { asText }),
        }
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return systemMessage(event, error.userMessage);
    }
  }

  async function rejectFull(event: MessageEvent, target: ReplyTarget): Promise<void> {
    const { place, thread = place, author } = event;
    const minute = Math.floor(services.clock.now() / REPEAT_REJECTION_MS);
    const id = EventId.parse(`full/${thread.id}/${author.id}/${minute}`);
    await enqueueAlone(services, { event: { ...systemMessage(event, sentences.inbox.full), id }, target });
    log.warn({ place: place.id }, "turn queue full: a message was refused");
  }

  async function revise(event: EventId, text: string | undefined): Promise<void> {
    const revised = await (text === undefined ? services.turnQueue.takeBack(event) : edit(event, text));
    if (revised) log.info({ event, erased: text === undefined }, "waiting event revised");
    // What was answered already is kept for a while, to be asked again: not what its author deleted.
    if (text === undefined) await services.turns.forget(event);
  }

  function edit(id: EventId, text: string): Promise<boolean> {
    return services.turnQueue.revise(id, (payload) => {
      const waiting = QueuedEvent.parse(payload);
      return waiting.event.type === "message" ? { ...waiting, event: { ...waiting.event, text } } : waiting;
    });
  }

  async function wouldRefuse(event: CommandEvent): Promise<boolean> {
    const action = findAction(commands, event.name, event.action);
    if (!action) return true;
    const { place, author } = event;
    try {
      await assertMayRun(services, action, event);
      await action.check(event.options, { ...services, commands, event, place, author });
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
    if (!suggestions || (action.managersOnly && !mayManage(services, query.author))) return [];
    const choices = await suggestions(query.typed, {
      ...services,
      commands,
      place: query.place,
      author: query.author,
    });
    return choices
      .filter(({ value }) => value.length <= MAX_CHOICE_LENGTH)
      .map(({ label, value }) => ({ label: truncate(label, MAX_CHOICE_LENGTH), value }))
      .slice(0, MAX_CHOICES);
  }

  return {
    ...{ accept, rejectFull, revise, wouldRefuse, suggest },
    placeRemoved: (place) => handlePlaceRemoved(services, place),
    placeMoved: (from, now) => handlePlaceMoved(services, from, now),
    tenantRemoved: (tenant) => markTenantRemoved(services, tenant),
    tenantReturned: (tenant) => markTenantPresent(services, tenant),
  };
}

const isEmpty = ({ text, attachments, addressed }: MessageEvent): boolean =>
  text === "" && attachments.length === 0 && addressed !== "mention";

const delivered = ({ id, place, author, at }: MessageEvent) => ({ id, place, author, at });

const systemMessage = (event: MessageEvent, text?: string): SystemMessageEvent => ({
  ...delivered(event),
  type: "system",
  ...(text !== undefined && { text }),
});

function onlyNotFound(error: unknown): AppError {
  if (hasCode(error, "not_found")) return error;
  throw error;
}
