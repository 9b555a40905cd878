import { BoundedMap } from "../../../core/async/bounded-map.ts";
import type { Form } from "../../../core/domain/form.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { InteractionTarget } from "../messages/reply-target.ts";
import type { SlackApi } from "../web-api/api.ts";
import { isRejected } from "../web-api/errors.ts";
import { modalOf, noteView } from "./modal.ts";

/*
 * A form must be opened within three seconds of the click. When making it takes longer than is good, a note is opened
 * in time and becomes the form; when there turns out to be none, the note says that it is done.
 *
 *   awaited   A command came that may have a form.
 *   note      The note was opened.
 *   settled   The form is there, or will not come.
 */
export interface Forms {
  /** Begins to watch the time of a command that may have a form. */
  expect(target: InteractionTarget): void;
  /** True while a form can be opened. */
  takes(target: InteractionTarget): boolean;
  open(target: InteractionTarget, form: Form): Promise<void>;
  /** There is an answer, so no form will come. */
  settle(target: InteractionTarget): Promise<void>;
}

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

export function createForms({ api, clock, log }: { api: SlackApi; clock: Clock; log: Logger }): Forms {
  const awaited = new BoundedMap<string, Awaited>(REMEMBERED);
  const externalIdOf = (trigger: string) => `rapport/${trigger}`;
  const ageOf = ({ at }: InteractionTarget) => clock.now() - at;

  function expect(target: InteractionTarget): void {
    const { trigger } = target;
    if (trigger === undefined) return;
    const entry: Awaited = { done: new AbortController(), state: "awaited", opening: undefined };
    awaited.set(trigger, entry);
    void watch(target, trigger, entry);
  }

  async function watch(target: InteractionTarget, trigger: string, entry: Awaited): Promise<void> {
    await clock.sleep(NOTE_AFTER_MS, entry.done.signal);
    if (entry.state !== "awaited") return;
    entry.opening = openNote(target, trigger, entry);
    await entry.opening;
  }

  async function openNote({ team }: InteractionTarget, trigger: string, entry: Awaited): Promise<void> {
    try {
      const view = noteView(ONE_MOMENT, externalIdOf(trigger));
      const args = { trigger_id: trigger, view };
      await api({ team, method: "views.open", args, repeatable: false });
      entry.state = "note";
    } catch (error) {
      log.info({ err: error }, "could not open a note while a form is made");
    }
  }

  async function open(target: InteractionTarget, form: Form): Promise<void> {
    const { team, trigger } = target;
    if (trigger === undefined) throw new Error("a form in answer to what takes none");
    const { channel, thread, responseUrl, at } = target;
    const externalId = externalIdOf(trigger);
    const view = modalOf(form, { origin: { channel, thread, responseUrl, at }, externalId });
    const entry = awaited.get(trigger);
    await entry?.opening;
    const isNote = entry?.state === "note";
    if (entry) settleEntry(entry);
    const change = () => api({ team, method: "views.update", args: { external_id: externalId, view } });
    if (isNote) {
      await change();
      return;
    }
    try {
      await api({ team, method: "views.open", args: { trigger_id: trigger, view }, repeatable: false });
    } catch (error) {
      // Perhaps the note, or this very form, was opened and we did not learn of it.
      if (!isRejected(error, "exchanged_trigger_id")) throw error;
      await change();
    }
  }

  async function settle({ team, trigger }: InteractionTarget): Promise<void> {
    const entry = trigger === undefined ? undefined : awaited.get(trigger);
    if (!entry || trigger === undefined || entry.state === "settled") return;
    await entry.opening;
    const isNote = entry.state === "note";
    settleEntry(entry);
    if (!isNote) return;
    const externalId = externalIdOf(trigger);
    const args = { external_id: externalId, view: noteView(DONE, externalId) };
    await api({ team, method: "views.update", args }).catch((err: unknown) =>
      log.info({ err }, "could not close a note"),
    );
  }

  function settleEntry(entry: Awaited): void {
    entry.state = "settled";
    entry.done.abort();
  }

  return {
    expect,
    takes: (target) =>
      target.trigger !== undefined &&
      (awaited.get(target.trigger)?.state === "note" || ageOf(target) < TRIGGER_LIVES_MS) &&
      awaited.get(target.trigger)?.state !== "settled",
    open,
    settle,
  };
}
