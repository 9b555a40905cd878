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
import type { Place } from "../domain/model.ts";
import {
  type CommandEvent,
  type Event,
  EventId,
  type MessageEvent,
  type SystemMessageEvent,
} from "../domain/model.ts";
import { placeKey } from "../domain/stored-records.ts";
import { personaAt, personaByRef } from "../personas/catalogue.ts";
import type { Logger } from "../ports/logger.ts";
import type { Acceptance, Inbox, NewIds, ReplyTarget, SuggestQuery } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import { truncate } from "../text/truncate.ts";
import { enqueueAlone, enqueueForDirect, enqueueMessage } from "../turn/enqueue.ts";
import { bindThread } from "../turn/open-thread.ts";
import { QueuedEvent } from "../turn/queued-event.ts";
import { handlePlaceMoved, handlePlaceRemoved } from "./place-changes.ts";
import { readersAsAsked } from "./still-reads.ts";

const MAX_CHOICES = 25;
const MAX_CHOICE_LENGTH = 100;
const REPEAT_REJECTION_MS = 60_000;
const REPEAT_REFUSAL_MS = 24 * 60 * 60_000;

/** Decides what is meant for us, and stores it. */
export class QueueingInbox implements Inbox {
  readonly #services: CoreServices;
  readonly #commands: readonly Command[];
  readonly #log: Logger;

  constructor(services: CoreServices, commands: readonly Command[]) {
    this.#services = services;
    this.#commands = commands;
    this.#log = services.log;
  }

  async accept(event: Event, target: ReplyTarget): Promise<Acceptance> {
    const acceptance =
      event.type === "message"
        ? await this.#acceptMessage(event, target)
        : await enqueueAlone(this.#services, {
            event,
            target,
            readers: await readersAsAsked(this.#services, event),
          });
    if (acceptance !== "ignored") {
      await markTenantPresent(this.#services, event.place);
      const text = this.#services.logMessageText && event.type === "message" ? { text: event.text } : {};
      this.#log.info(
        { event: event.id, place: event.place.id, type: event.type, ...text },
        `event ${acceptance}`,
      );
    }
    return acceptance;
  }

  async rejectFull(event: MessageEvent, target: ReplyTarget): Promise<void> {
    const { place, thread = place, author } = event;
    const minute = Math.floor(this.#services.clock.now() / REPEAT_REJECTION_MS);
    const id = EventId.parse(`full/${thread.id}/${author.id}/${minute}`);
    await enqueueAlone(this.#services, {
      event: { ...systemMessage(event, sentences.inbox.full), id },
      target,
    });
    this.#log.warn({ place: place.id }, "turn queue full: a message was refused");
  }

  async revise(event: EventId, text: string | undefined): Promise<void> {
    const revised = await (text === undefined
      ? this.#services.turnQueue.takeBack(event)
      : this.#edit(event, text));
    if (revised) this.#log.info({ event, erased: text === undefined }, "waiting event revised");
    // What was answered already is kept for a while, to be asked again: not what its author deleted.
    if (text === undefined) await this.#services.turns.forget(event);
  }

  async wouldRefuse(event: CommandEvent): Promise<boolean> {
    const action = findAction(this.#commands, event.name, event.action);
    if (!action) return true;
    const { place, author } = event;
    try {
      await assertMayRun(this.#services, action, event);
      await action.check(event.options, {
        ...this.#services,
        commands: this.#commands,
        event,
        place,
        author,
      });
      return false;
    } catch (error) {
      if (!(error instanceof AppError))
        this.#log.warn({ event: event.id, err: error }, "could not check a command");
      return error instanceof AppError;
    }
  }

  async suggest(query: SuggestQuery): Promise<readonly Choice[]> {
    const action = findAction(this.#commands, query.name, query.action);
    const suggestions = action?.suggest[query.option];
    // Who may not use it is told nothing by what it would offer.
    if (!suggestions || (action.managersOnly && !mayManage(this.#services, query.author))) return [];
    const choices = await suggestions(query.typed, {
      ...this.#services,
      commands: this.#commands,
      place: query.place,
      author: query.author,
    });
    return choices
      .filter(({ value }) => value.length <= MAX_CHOICE_LENGTH)
      .map(({ label, value }) => ({ label: truncate(label, MAX_CHOICE_LENGTH), value }))
      .slice(0, MAX_CHOICES);
  }

  placeRemoved(place: Place): Promise<void> {
    return handlePlaceRemoved(this.#services, place);
  }

  placeMoved(from: Place, now: NewIds): Promise<void> {
    return handlePlaceMoved(this.#services, from, now);
  }

  tenantRemoved(tenant: Pick<Place, "platform" | "tenant">): Promise<void> {
    return markTenantRemoved(this.#services, tenant);
  }

  tenantReturned(tenant: Pick<Place, "platform" | "tenant">): Promise<void> {
    return markTenantPresent(this.#services, tenant);
  }

  async #acceptMessage(event: MessageEvent, target: ReplyTarget): Promise<Acceptance> {
    const isForUs = await this.#isForUs(event);
    const command = isForUs ? this.#commandIn(event) : this.#overheardCommandIn(event);
    if (command) return enqueueAlone(this.#services, { event: command, target });
    if (!isForUs || isEmpty(event)) return "ignored";
    return this.#acceptTalk(event, target);
  }

  async #acceptTalk(event: MessageEvent, target: ReplyTarget): Promise<Acceptance> {
    const known = await this.#addressedPersona(event).catch(onlyNotFound);
    if (known instanceof AppError)
      return enqueueAlone(this.#services, { event: systemMessage(event, known.userMessage), target });
    const refused = await refuseTurn(this.#services, event.thread ?? event.place, event.author);
    if (refused) return this.#reportRefusal(event, target, refused);
    const scope = await resolveScope(this.#services, known, event.thread ?? event.place, event.author);
    if (!scope) return enqueueForDirect(this.#services, { event, target, known });
    if (event.thread) await bindThread(this.#services, event.thread, known.ref);
    return enqueueMessage(this.#services, { event, target, known, scope });
  }

  /**
   * Said once to each person in a place, for the same reason, where others read too; the event is taken all the same, so
   * that it is not found and answered later. In direct messages everything has an answer of its own.
   */
  async #reportRefusal(
    event: MessageEvent,
    target: ReplyTarget,
    { reason, sentence }: TurnRefusal,
  ): Promise<Acceptance> {
    const { place, author } = event;
    this.#log.info({ event: event.id, place: place.id, reason }, "a message is not answered");
    const answer = systemMessage(event, sentence);
    if (place.kind === "direct") return enqueueAlone(this.#services, { event: answer, target });
    const day = Math.floor(this.#services.clock.now() / REPEAT_REFUSAL_MS);
    const id = EventId.parse(`refused/${reason}/${place.id}/${author.id}/${day}`);
    await enqueueAlone(this.#services, { event: { ...answer, id }, target });
    return enqueueAlone(this.#services, { event: systemMessage(event), target });
  }

  /** Who replies to what a persona said asks that one, whoever answers there now. */
  async #addressedPersona({ place, thread = place, repliesTo, author }: MessageEvent): Promise<KnownPersona> {
    const turn = repliesTo && (await this.#services.turns.byMessage(place, repliesTo));
    const replied = turn && (await personaByRef(this.#services, turn.persona, thread, author));
    return replied ?? personaAt(this.#services, thread, author);
  }

  async #isForUs({ addressed, place }: MessageEvent): Promise<boolean> {
    if (addressed !== "none") return true;
    if (place.kind === "channel") return false;
    return (await this.#services.settings.get(placeKey(place)))?.bound ?? false;
  }

  /** A command typed as text; one that is typed wrongly is answered with what is wrong. */
  #commandIn(event: MessageEvent): CommandEvent | SystemMessageEvent | undefined {
    try {
      const typed = findCommandText(this.#commands, event.text);
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

  /** Typed with a mark where nobody was addressed. Only what no other bot could be meant by: `!memory show`, but not `!help`. */
  #overheardCommandIn(event: MessageEvent): CommandEvent | undefined {
    if (!event.text.trimStart().startsWith("!")) return undefined;
    const command = this.#commandIn(event);
    return command?.type === "command" && command.action !== undefined ? command : undefined;
  }

  #edit(id: EventId, text: string): Promise<boolean> {
    return this.#services.turnQueue.revise(id, (payload) => {
      const waiting = QueuedEvent.parse(payload);
      return waiting.event.type === "message" ? { ...waiting, event: { ...waiting.event, text } } : waiting;
    });
  }
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
