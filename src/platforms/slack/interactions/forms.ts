import { BoundedMap } from "../../../core/async/bounded-map.ts";
import type { Form } from "../../../core/domain/form.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { InteractionTarget } from "../messages/reply-target.ts";
import type { SlackApi } from "../web-api/api.ts";
import { isRejected } from "../web-api/errors.ts";
import { modalOf, noteView } from "./modal.ts";

const NOTE_AFTER_MS = 1_500;
/** Slack waits three seconds; what cannot arrive in time is not begun. */
const TRIGGER_LIVES_MS = 2_700;
/** Far more than wait at one time. */
const REMEMBERED = 2_000;

const { oneMoment: ONE_MOMENT, done: DONE } = sentences.slack;

interface Awaited {
  readonly done: AbortController;
  state: "awaited" | "note" | "settled";
  /** The note is on its way. */
  opening: Promise<void> | undefined;
}

const externalIdOf = (trigger: string) => `rapport/${trigger}`;

/*
 * A form must be opened within three seconds of the click. When making it takes longer than is good, a note is opened
 * in time and becomes the form; when there turns out to be none, the note says that it is done.
 *
 *   awaited   A command came that may have a form.
 *   note      The note was opened.
 *   settled   The form is there, or will not come.
 */
export class Forms {
  readonly #api: SlackApi;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #awaited = new BoundedMap<string, Awaited>(REMEMBERED);

  constructor({ api, clock, log }: { api: SlackApi; clock: Clock; log: Logger }) {
    this.#api = api;
    this.#clock = clock;
    this.#log = log;
  }

  /** Begins to watch the time of a command that may have a form. */
  expect(target: InteractionTarget): void {
    const { trigger } = target;
    if (trigger === undefined) return;
    const entry: Awaited = { done: new AbortController(), state: "awaited", opening: undefined };
    this.#awaited.set(trigger, entry);
    void this.#watch(target, trigger, entry);
  }

  /** True while a form can be opened. */
  takes(target: InteractionTarget): boolean {
    return (
      target.trigger !== undefined &&
      (this.#awaited.get(target.trigger)?.state === "note" || this.#ageOf(target) < TRIGGER_LIVES_MS) &&
      this.#awaited.get(target.trigger)?.state !== "settled"
    );
  }

  async open(target: InteractionTarget, form: Form): Promise<void> {
    const { team, trigger } = target;
    if (trigger === undefined) throw new Error("a form in answer to what takes none");
    const { channel, thread, responseUrl, at } = target;
    const externalId = externalIdOf(trigger);
    const view = modalOf(form, { origin: { channel, thread, responseUrl, at }, externalId });
    const entry = this.#awaited.get(trigger);
    await entry?.opening;
    const isNote = entry?.state === "note";
    if (entry) this.#settleEntry(entry);
    const change = () => this.#api({ team, method: "views.update", args: { external_id: externalId, view } });
    if (isNote) {
      await change();
      return;
    }
    try {
      await this.#api({ team, method: "views.open", args: { trigger_id: trigger, view }, repeatable: false });
    } catch (error) {
      // Perhaps the note, or this very form, was opened and we did not learn of it.
      if (!isRejected(error, "exchanged_trigger_id")) throw error;
      await change();
    }
  }

  /** There is an answer, so no form will come. */
  async settle({ team, trigger }: InteractionTarget): Promise<void> {
    const entry = trigger === undefined ? undefined : this.#awaited.get(trigger);
    if (!entry || trigger === undefined || entry.state === "settled") return;
    await entry.opening;
    const isNote = entry.state === "note";
    this.#settleEntry(entry);
    if (!isNote) return;
    const externalId = externalIdOf(trigger);
    const args = { external_id: externalId, view: noteView(DONE, externalId) };
    await this.#api({ team, method: "views.update", args }).catch((err: unknown) =>
      this.#log.info({ err }, "could not close a note"),
    );
  }

  #ageOf({ at }: InteractionTarget): number {
    return this.#clock.now() - at;
  }

  async #watch(target: InteractionTarget, trigger: string, entry: Awaited): Promise<void> {
    await this.#clock.sleep(NOTE_AFTER_MS, entry.done.signal);
    if (entry.state !== "awaited") return;
    entry.opening = this.#openNote(target, trigger, entry);
    await entry.opening;
  }

  async #openNote({ team }: InteractionTarget, trigger: string, entry: Awaited): Promise<void> {
    try {
      const view = noteView(ONE_MOMENT, externalIdOf(trigger));
      const args = { trigger_id: trigger, view };
      await this.#api({ team, method: "views.open", args, repeatable: false });
      entry.state = "note";
    } catch (error) {
      this.#log.info({ err: error }, "could not open a note while a form is made");
    }
  }

  #settleEntry(entry: Awaited): void {
    entry.state = "settled";
    entry.done.abort();
  }
}
