import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { AppError } from "../../../core/domain/errors.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Exchange } from "./exchange.ts";
import { type ExchangeState, type ExchangeStates, hasEnded } from "./exchange-state.ts";
import { growth, locationOf, replyOf } from "./reply-body.ts";

export interface AnswerServices {
  readonly outcomes: Pick<ExchangeStates, "read" | "follow">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when those who wait must be let go. */
  readonly leaving: AbortSignal;
}

/** Below the 60 s after which most proxies give a silent request up. */
const WAIT_SECONDS = 55;
const LONGEST_WAIT_SECONDS = 300;
const HEARTBEAT_MS = 15_000;
const ASK_AGAIN_SECONDS = 2;

/**
 * Answers with the whole answer, or with 202 and where to ask for it when it is not there in time, or an outage, of
 * the database too, keeps it from coming.
 *
 * @throws {AppError} `model_failed` when the turn ended with a failure: its text says how
 */
export async function answerWhenDone(
  answering: AnswerServices,
  context: Context,
  exchange: Exchange,
  patience: "as preferred" | "now" = "as preferred",
): Promise<Response> {
  if (patience === "now") return context.json(replyOf(exchange, await answering.outcomes.read(exchange)));
  const outcome = await waitFor(answering, context, exchange).catch((err: unknown) => {
    answering.log.warn({ err, event: exchange.event }, "could not follow an answer");
    return NOTHING;
  });
  context.header("location", locationOf(exchange));
  if (outcome.state === "failed") throw new AppError("model_failed", outcome.text);
  const reply = replyOf(exchange, outcome);
  if (hasEnded(outcome)) return context.json(reply);
  context.header("retry-after", String(ASK_AGAIN_SECONDS));
  return context.json(reply, 202);
}

async function waitFor(
  { outcomes, clock, leaving }: AnswerServices,
  context: Context,
  exchange: Exchange,
): Promise<ExchangeState> {
  const over = new AbortController();
  const gone = context.req.raw.signal;
  void clock.sleep(waitOf(context.req.header("prefer")) * 1_000, over.signal).then(() => over.abort());
  try {
    let outcome: ExchangeState | undefined;
    for await (outcome of outcomes.follow(exchange, AbortSignal.any([over.signal, leaving, gone]))) {
      if (outcome.isHeldUp) break;
    }
    return outcome ?? (await outcomes.read(exchange));
  } finally {
    over.abort();
  }
}

/** As RFC 7240 has it. */
function waitOf(prefer: string | undefined): number {
  if (prefer === undefined) return WAIT_SECONDS;
  if (/\brespond-async\b/i.test(prefer)) return 0;
  const seconds = Number(/\bwait\s*=\s*"?(\d{1,6})/i.exec(prefer)?.[1] ?? WAIT_SECONDS);
  return Math.min(seconds, LONGEST_WAIT_SECONDS);
}

/** Streams an answer as it is written. A caller who leaves stops listening, and nothing else. */
export function followAnswer(answering: AnswerServices, context: Context, exchange: Exchange): Response {
  const { outcomes, clock, log, leaving } = answering;
  context.header("x-accel-buffering", "no");
  return streamSSE(context, async (stream) => {
    const left = new AbortController();
    const over = AbortSignal.any([left.signal, leaving]);
    stream.onAbort(() => left.abort());
    void writeHeartbeats(stream, clock, over);
    try {
      const last = await writeEvents(stream, exchange, outcomes.follow(exchange, over));
      if (!last || !hasEnded(last))
        await stream.writeSSE(eventOf("pending", replyOf(exchange, last ?? NOTHING)));
    } catch (err) {
      log.warn({ err, event: exchange.event }, "could not follow an answer");
      await stream.writeSSE(eventOf("pending", replyOf(exchange, NOTHING)));
    } finally {
      left.abort();
    }
  });
}

/** What was accepted is answered all the same, and can be asked for again. */
const NOTHING: ExchangeState = { state: "waiting", text: "", turn: undefined, files: [], isHeldUp: false };

async function writeEvents(
  stream: SSEStreamingApi,
  exchange: Exchange,
  follow: AsyncGenerator<ExchangeState>,
): Promise<ExchangeState | undefined> {
  let text = "";
  let last: ExchangeState | undefined;
  for await (const outcome of follow) {
    if (!last) await stream.writeSSE(eventOf("accepted", { ...replyOf(exchange, outcome), message: "" }));
    last = outcome;
    const grown = growth(text, outcome.text);
    if (grown) await stream.writeSSE(grown);
    text = outcome.text;
  }
  if (last?.state === "answered") await stream.writeSSE(eventOf("done", replyOf(exchange, last)));
  if (last?.state === "failed") await stream.writeSSE(eventOf("failed", replyOf(exchange, last)));
  return last;
}

/** Keeps proxies from taking a silent line for a dead one. */
async function writeHeartbeats(stream: SSEStreamingApi, clock: Clock, over: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(HEARTBEAT_MS, over);
    if (over.aborted || stream.closed) return;
    await stream.write(": still here\n\n");
  }
}

const eventOf = (event: string, data: unknown) => ({ event, data: JSON.stringify(data) });
