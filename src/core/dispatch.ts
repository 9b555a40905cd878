import { platformOf, type TurnParts } from "./attempt.ts";
import {
  type Action,
  type Command,
  type CommandContext,
  findAction,
  mayOpenForm,
  type Reply,
} from "./command.ts";
import { refuseCommand } from "./command-rights.ts";
import { answerDirectly } from "./direct.ts";
import { AppError, reasonOf } from "./errors.ts";
import { onceKey } from "./fingerprint.ts";
import type { Form } from "./form.ts";
import { type LaneTurn, RetryLater } from "./lanes.ts";
import { postOrKeep, readersAtStart, showLateAnswers } from "./late-answers.ts";
import type { CommandEvent, MessageEvent } from "./model.ts";
import type { Outgoing, PlatformLimits, PostOnce, ReplySink, Target } from "./platform.ts";
import { split } from "./split.ts";
import { runTurn } from "./turn.ts";
import { Waiting } from "./waiting.ts";

export interface DispatchParts extends TurnParts {
  readonly commands: readonly Command[];
  /** Aborts when the platform takes nothing more from us. */
  readonly refusing: (platform: string) => AbortSignal;
}

/** Whoever serves the platform next goes on; this process hands out nothing of it until then. */
const REFUSED_DELAY_MS = 1_000;

/** Works what the lanes hand out: what people said as one turn, a command by itself. */
export function createDispatch(parts: DispatchParts): (lane: LaneTurn) => Promise<void> {
  return async (lane) => {
    const waiting = lane.events.map(({ payload }) => Waiting.parse(payload));
    const platform = waiting[0]?.event.place.platform;
    if (platform === undefined) return;
    await unlessRefused(parts.refusing(platform), lane, (turn) => work(parts, turn, waiting));
  };
}

/** A turn whose platform refuses us is left as it is, as when the process stops. */
async function unlessRefused(
  refusing: AbortSignal,
  lane: LaneTurn,
  work: (lane: LaneTurn) => Promise<void>,
): Promise<void> {
  const leaving = new AbortController();
  const signals = [lane.signal, refusing];
  const leave = () => leaving.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener("abort", leave);
  try {
    refusing.throwIfAborted();
    if (lane.signal.aborted) leave();
    await work({ ...lane, signal: leaving.signal });
  } catch (cause) {
    if (!refusing.aborted || cause instanceof RetryLater) throw cause;
    throw leftToOthers(cause, { counts: false });
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", leave);
  }
}

const leftToOthers = (cause: unknown, { counts }: { readonly counts: boolean }) =>
  new RetryLater("the platform refuses us", { delayMs: REFUSED_DELAY_MS, counts, cause });

async function work(parts: DispatchParts, lane: LaneTurn, waiting: readonly Waiting[]): Promise<void> {
  const messages = waiting.filter(
    (each): each is Waiting & { event: MessageEvent } => each.event.type === "message",
  );
  const said = messages.filter(({ isForDirect }) => !isForDirect);
  if (said.length > 0) await runTurn(parts, lane, said);
  for (const each of messages) if (each.isForDirect) await answerDirectly(parts, lane, each);
  for (const { event, target } of waiting) {
    if (event.type !== "command") continue;
    const platform = platformOf(parts, event.place);
    await runCommand(parts, lane, {
      event,
      target,
      sink: platform.open(target),
      limits: platform.limits,
    });
  }
}

interface AskedCommand {
  readonly limits: PlatformLimits;
  readonly event: CommandEvent;
  readonly target: Target;
  readonly sink: ReplySink;
}

/**
 * Runs a command at most once: one that was cut off by a crash may have done its work, so a second attempt only
 * says so. One that still runs when the process must stop is left alone for the same reason, and ends with that sentence.
 */
async function runCommand(parts: DispatchParts, lane: LaneTurn, asked: AskedCommand): Promise<void> {
  const { log, clock } = parts;
  const { event, sink } = asked;
  const startedAt = clock.now();
  const fields = { event: event.id, command: event.name, action: event.action, place: event.place.id };
  const once: PostOnce = { key: onceKey(`${lane.id}/${event.at}`), again: lane.attempt > 1 };
  let isSaid = false;
  const readers = readersAtStart(parts, event);
  const post = (message: Outgoing, key: PostOnce) =>
    sink.post(fitting(message, asked.limits.messageLength), key);
  const say = async (message: Outgoing, key: PostOnce) => {
    isSaid = await postOrKeep(parts, event, message, {
      lane,
      readers,
      post: (each, isRepeated) => post(each, { ...key, again: key.again || isRepeated }),
    });
  };
  try {
    if (lane.attempt > 1) throw new AppError("conflict", INTERRUPTED);
    const reply = await unlessAborted(outcome(parts, asked), lane.signal);
    if (reply) await say(reply, once);
    log.info({ ...fields, ms: clock.now() - startedAt }, "command done");
  } catch (error) {
    await refuse(
      parts,
      { fields, refusing: parts.refusing(event.place.platform) },
      error,
      ({ text, ...message }) =>
        say(
          { ...message, text: event.asText ? asTyped(text, parts.commands) : text },
          { ...once, key: `${once.key}.e` },
        ),
    );
  }
  // What was typed as text has no private answer where others read.
  if (isSaid && !(event.asText && event.place.kind !== "direct"))
    await showLateAnswers(parts, event, (message, number) =>
      post(message, { key: `${once.key}.l${number}`, again: false }),
    );
  parts.notify({ type: "command", place: event.place, event: event.id, at: clock.now() });
}

/** Names commands as they were typed: where this person is, slash commands may not work. */
const asTyped = (sentence: string, commands: readonly Command[]): string =>
  commands.reduce((text, { name }) => text.replaceAll(`\`/${name}`, `\`!${name}`), sentence);

const INTERRUPTED = "I was restarted while doing this. Look whether it was done, and try again if not.";

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const interrupt = () => reject(new AppError("conflict", INTERRUPTED));
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
  });
  return Promise.race([work, aborted]);
}

async function outcome(
  parts: DispatchParts,
  { event, target, sink }: AskedCommand,
): Promise<Outgoing | undefined> {
  const action = findAction(parts.commands, event.name, event.action);
  if (!action)
    throw new AppError("invalid_input", `There is no such command. \`/help\` lists what I can do.`);
  await refuseCommand(parts, action, event);
  const { place, author } = event;
  const context: CommandContext = { ...parts, event, place, author, sink, target };
  const form = mayOpenForm(action, event) ? await action.form?.(event.options, context) : undefined;
  if (form) return openForm(form, sink);
  const reply = await action.run(event.options, context);
  return reply && visible(reply, action);
}

const visible = (reply: Reply, action: Action): Outgoing => ({
  visibility: action.private ? "private" : "public",
  confidential: action.confidential,
  ...reply,
});

/** What is too long for one message comes as a file, with its beginning above. */
function fitting(reply: Outgoing, limit: number): Outgoing {
  const [beginning = "", ...rest] = split(reply.text, limit);
  if (rest.length === 0) return reply;
  const file = { name: "answer.md", contentType: "text/markdown", text: reply.text };
  return { ...reply, text: beginning, files: [...(reply.files ?? []), file] };
}

/** A form opens only in answer to a click or a slash command; after a text, a button leads to it. */
async function openForm(form: Form, sink: ReplySink): Promise<Outgoing | undefined> {
  if (sink.openForm) {
    await sink.openForm(form);
    return undefined;
  }
  const button = { label: form.title, style: "primary", command: form.command } as const;
  return { text: "There is a form for that.", visibility: "private", buttons: [button] };
}

async function refuse(
  { log }: DispatchParts,
  { fields, refusing }: { readonly fields: object; readonly refusing: AbortSignal },
  error: unknown,
  post: (message: Outgoing) => Promise<unknown>,
): Promise<void> {
  const understood = error instanceof AppError;
  if (understood) log.info({ ...fields, code: error.code, reason: reasonOf(error) }, "command refused");
  else log.error({ ...fields, err: error }, "command failed");
  const text = understood ? error.userMessage : "Something went wrong on my side. Try again in a moment.";
  await post({ text, visibility: "private" }).catch((err: unknown) => {
    // It may be done: the next attempt only says that it was cut off.
    if (refusing.aborted) throw leftToOthers(err, { counts: true });
    log.warn({ ...fields, err }, "could not say that a command failed");
  });
}
