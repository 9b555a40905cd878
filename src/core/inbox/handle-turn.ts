import { sentences } from "../../sentences/sentences.ts";
import {
  type Action,
  type Command,
  type CommandContext,
  findAction,
  mayOpenForm,
  type Reply,
} from "../commands/declaration.ts";
import { assertMayRun } from "../commands/rights.ts";
import { postOrKeep, readersAtStart, showLateAnswers } from "../delivery/late-answers.ts";
import { withTextSyntax } from "../domain/command-lines.ts";
import { AppError, reasonOf } from "../domain/errors.ts";
import type { Form } from "../domain/form.ts";
import type { CommandEvent, MessageEvent, SystemMessageEvent } from "../domain/model.ts";
import type {
  IdempotencyKey,
  OutgoingMessage,
  PlatformLimits,
  ReplyChannel,
  ReplyTarget,
} from "../ports/platform.ts";
import { type QueuedTurn, RetryLater } from "../ports/turn-queue.ts";
import { shortKey } from "../text/fingerprint.ts";
import { split } from "../text/markdown/split.ts";
import { answerInDirectMessages } from "../turn/answer-in-direct-messages.ts";
import { platformOf, type TurnServices } from "../turn/attempt.ts";
import { QueuedEvent } from "../turn/queued-event.ts";
import { runTurn } from "../turn/run-turn.ts";
import { refusalUnlessStillRead } from "./still-reads.ts";

export interface DispatchServices extends TurnServices {
  readonly commands: readonly Command[];
  /** Aborts when the platform takes nothing more from us. */
  readonly refusing: (platform: string) => AbortSignal;
}

/** Whoever serves the platform next goes on; this process hands out nothing of it until then. */
const REFUSED_DELAY_MS = 1_000;

/** Works what the lanes hand out: what people said as one turn, a command by itself. */
export async function handleTurn(services: DispatchServices, queuedTurn: QueuedTurn): Promise<void> {
  const waiting = queuedTurn.events.map(({ payload }) => QueuedEvent.parse(payload));
  const platform = waiting[0]?.event.place.platform;
  if (platform === undefined) return;
  await unlessRefused(services.refusing(platform), queuedTurn, (turn) => work(services, turn, waiting));
}

/** A turn whose platform refuses us is left as it is, as when the process stops. */
async function unlessRefused(
  refusing: AbortSignal,
  queuedTurn: QueuedTurn,
  work: (queuedTurn: QueuedTurn) => Promise<void>,
): Promise<void> {
  const leaving = new AbortController();
  const signals = [queuedTurn.signal, refusing];
  const leave = () => leaving.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener("abort", leave);
  try {
    refusing.throwIfAborted();
    if (queuedTurn.signal.aborted) leave();
    await work({ ...queuedTurn, signal: leaving.signal });
  } catch (cause) {
    if (!refusing.aborted || cause instanceof RetryLater) throw cause;
    throw leftToOthers(cause, { counts: false });
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", leave);
  }
}

const leftToOthers = (cause: unknown, { counts }: { readonly counts: boolean }) =>
  new RetryLater("the platform refuses us", { delayMs: REFUSED_DELAY_MS, counts, cause });

async function work(
  services: DispatchServices,
  queuedTurn: QueuedTurn,
  waiting: readonly QueuedEvent[],
): Promise<void> {
  const messages = waiting.filter(
    (each): each is QueuedEvent & { event: MessageEvent } => each.event.type === "message",
  );
  const said = messages.filter(({ isForDirect }) => !isForDirect);
  if (said.length > 0) await runTurn(services, queuedTurn, said);
  for (const each of messages) if (each.isForDirect) await answerInDirectMessages(services, queuedTurn, each);
  for (const { event, target, readers } of waiting) {
    if (event.type === "message") continue;
    const platform = platformOf(services, event.place);
    const way = { target, replyChannel: platform.replyChannel(target), limits: platform.limits };
    if (event.type === "command")
      await runCommand(services, queuedTurn, { ...way, event, readersAsAsked: readers });
    else await saySystemMessage(services, queuedTurn, { ...way, event });
  }
}

interface ReplyWay {
  readonly limits: PlatformLimits;
  readonly target: ReplyTarget;
  readonly replyChannel: ReplyChannel;
}

type CommandInvocation = ReplyWay & {
  readonly event: CommandEvent;
  readonly readersAsAsked: string | undefined;
};

/** Saying it again says nothing twice. */
async function saySystemMessage(
  services: DispatchServices,
  queuedTurn: QueuedTurn,
  { event, replyChannel, limits }: ReplyWay & { readonly event: SystemMessageEvent },
): Promise<void> {
  const { id, place, text } = event;
  const key = { key: shortKey(`${queuedTurn.id}/${event.at}`), isRetry: queuedTurn.attempt > 1 };
  const refusing = services.refusing(place.platform);
  if (text !== undefined)
    await postOrKeep(
      services,
      event,
      { text, visibility: "private" },
      {
        lane: queuedTurn,
        readers: readersAtStart(services, event),
        post: (message, isRepeated) =>
          replyChannel.post(fitToMessage(message, limits), {
            ...key,
            isRetry: key.isRetry || isRepeated,
          }),
      },
    ).catch((err: unknown) => {
      if (refusing.aborted || !(err instanceof AppError)) throw err;
      services.log.warn({ event: id, place: place.id, err }, "could not say why a message is not answered");
    });
  services.emit({ type: "command", place, event: id, at: services.clock.now() });
}

/**
 * Runs a command at most once: one that was cut off by a crash may have done its work, so a second attempt only
 * says so. One that still runs when the process must stop is left alone for the same reason, and ends with that sentence.
 */
async function runCommand(
  services: DispatchServices,
  queuedTurn: QueuedTurn,
  invocation: CommandInvocation,
): Promise<void> {
  const { log, clock } = services;
  const { event, replyChannel } = invocation;
  const startedAt = clock.now();
  const fields = { event: event.id, command: event.name, action: event.action, place: event.place.id };
  const idempotencyKey: IdempotencyKey = {
    key: shortKey(`${queuedTurn.id}/${event.at}`),
    isRetry: queuedTurn.attempt > 1,
  };
  let isSaid = false;
  let isReader = true;
  const readers = readersAtStart(services, event);
  const post = (message: OutgoingMessage, key: IdempotencyKey) =>
    replyChannel.post(fitToMessage(message, invocation.limits), key);
  const say = async (message: OutgoingMessage, key: IdempotencyKey) => {
    isSaid = await postOrKeep(services, event, message, {
      lane: queuedTurn,
      readers,
      post: (each, isRepeated) => post(each, { ...key, isRetry: key.isRetry || isRepeated }),
    });
  };
  try {
    if (queuedTurn.attempt > 1) throw new AppError("conflict", sentences.inbox.interrupted);
    const refusal = await refusalUnlessStillRead(services, platformOf(services, event.place), event, {
      asAsked: invocation.readersAsAsked,
      asDone: readers,
    });
    isReader = refusal === undefined;
    const reply = refusal ?? (await unlessAborted(runAction(services, invocation), queuedTurn.signal));
    if (reply) await say(reply, idempotencyKey);
    log.info({ ...fields, ms: clock.now() - startedAt }, "command done");
  } catch (error) {
    await reportFailure(
      services,
      { fields, refusing: services.refusing(event.place.platform) },
      error,
      ({ text, ...message }) =>
        say(
          { ...message, text: event.asText ? withTextSyntax(text) : text },
          { ...idempotencyKey, key: `${idempotencyKey.key}.e` },
        ),
    );
  }
  // What was typed as text has no private answer where others read.
  if (isSaid && isReader && !(event.asText && event.place.kind !== "direct"))
    await showLateAnswers(services, event, (message, number) =>
      post(message, { key: `${idempotencyKey.key}.l${number}`, isRetry: false }),
    );
  services.emit({ type: "command", place: event.place, event: event.id, at: clock.now() });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const interrupt = () => reject(new AppError("conflict", sentences.inbox.interrupted));
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
  });
  return Promise.race([work, aborted]);
}

async function runAction(
  services: DispatchServices,
  { event, target, replyChannel }: CommandInvocation,
): Promise<OutgoingMessage | undefined> {
  const action = findAction(services.commands, event.name, event.action);
  if (!action) throw new AppError("invalid_input", sentences.inbox.noSuchCommand);
  await assertMayRun(services, action, event);
  const { place, author } = event;
  const context: CommandContext = { ...services, event, place, author, replyChannel, target };
  const form = mayOpenForm(action, event) ? await action.form?.(event.options, context) : undefined;
  if (form) return openForm(form, replyChannel);
  const reply = await action.run(event.options, context);
  return reply && withVisibility(reply, action);
}

const withVisibility = (reply: Reply, action: Action): OutgoingMessage => ({
  visibility: action.private ? "private" : "public",
  confidential: action.confidential,
  ...reply,
});

/** What is too long for one message comes as a file, with its beginning above. */
function fitToMessage(reply: OutgoingMessage, { messageLength, lengthOf }: PlatformLimits): OutgoingMessage {
  const [beginning = "", ...rest] = split(reply.text, messageLength, lengthOf);
  if (rest.length === 0) return reply;
  const file = { name: "answer.md", contentType: "text/markdown", text: reply.text };
  return { ...reply, text: beginning, files: [...(reply.files ?? []), file] };
}

/** A form opens only in answer to a click or a slash command; after a text, a button leads to it. */
async function openForm(form: Form, replyChannel: ReplyChannel): Promise<OutgoingMessage | undefined> {
  if (replyChannel.openForm) {
    await replyChannel.openForm(form);
    return undefined;
  }
  const button = { label: form.title, style: "primary", command: form.command } as const;
  return { text: sentences.inbox.formBelow, visibility: "private", buttons: [button] };
}

async function reportFailure(
  { log }: DispatchServices,
  { fields, refusing }: { readonly fields: object; readonly refusing: AbortSignal },
  error: unknown,
  post: (message: OutgoingMessage) => Promise<unknown>,
): Promise<void> {
  const understood = error instanceof AppError;
  if (understood) log.info({ ...fields, code: error.code, reason: reasonOf(error) }, "command refused");
  else log.error({ ...fields, err: error }, "command failed");
  const text = understood ? error.userMessage : sentences.inbox.commandFailed;
  await post({ text, visibility: "private" }).catch((err: unknown) => {
    // It may be done: the next attempt only says that it was cut off.
    if (refusing.aborted) throw leftToOthers(err, { counts: true });
    log.warn({ ...fields, err }, "could not say that a command failed");
  });
}
