import type { Clock } from "../../emulators/kit/clock.ts";
import { newId } from "../ids.ts";
import { estimateTokens } from "../model/ask-model.ts";
import { turnOf, utterance } from "../model/heard-turn.ts";
import type { Model, ModelDelta, ModelMessage, ModelRequest } from "../model/model.ts";
import { obeyingWords, wordsOf } from "../model/scripted.ts";
import type { PlannedCall } from "./notebook.ts";
import { firstCalls, planOf, secondCalls } from "./plan.ts";
import { reply } from "./reply.ts";
import { clipped } from "./words.ts";

const OFFLINE_HANDLE = "sandbox/offline-demo";

/** Fast enough not to bore, slow enough to be seen. */
const WORD_DELAY_MS = 15;

export interface OfflineOptions {
  readonly clock: Clock;
  /** Between two words, when somebody reads along. */
  readonly wordDelayMs?: number;
}

/**
 * Answers by rules when no language model is connected, and says so. It works as a model would: it sees the
 * compiled prompt and the context, calls the memory tools, reads their returns, and then speaks. It also obeys
 * the words of scripted.ts, so that a person can try out failures.
 */
export function offlineModel({ clock, wordDelayMs = WORD_DELAY_MS }: OfflineOptions): Model {
  const rules: Model = {
    handles: [OFFLINE_HANDLE],
    complete: (request, signal) => answer(request, { clock, wordDelayMs, signal }),
  };
  return obeyingWords(rules, clock);
}

interface Pace {
  readonly clock: Clock;
  readonly wordDelayMs: number;
  readonly signal: AbortSignal;
}

async function* answer(request: ModelRequest, pace: Pace): AsyncGenerator<ModelDelta> {
  if (request.purpose === "summary") {
    yield { type: "text", text: summaryOf(request.messages) };
    return;
  }
  const turn = turnOf(request.messages);
  const prompt = request.messages.find(({ role }) => role === "system")?.content ?? "";
  const plan = planOf(prompt, turn);
  const calls =
    turn.since.length === 0 ? firstCalls(plan, request.tools) : secondCalls(plan, turn, request.tools);
  if (calls.length > 0) {
    for (const [index, call] of calls.entries()) yield toolCall(index, call);
    return;
  }
  const now = pace.clock.now();
  const text = reply({ agentName: request.agentName, prompt, turn, plan, now, random: Math.random });
  yield* spoken(text, request, pace);
}

async function* spoken(text: string, request: ModelRequest, pace: Pace): AsyncGenerator<ModelDelta> {
  for (const word of wordsOf(text)) {
    yield { type: "text", text: word };
    if (request.streaming && pace.wordDelayMs > 0) await pace.clock.sleep(pace.wordDelayMs, pace.signal);
    if (pace.signal.aborted) return;
  }
  const asked = request.messages.map(({ content }) => content).join("");
  yield { type: "usage", promptTokens: estimateTokens(asked), completionTokens: estimateTokens(text) };
}

const toolCall = (index: number, { name, input }: PlannedCall): ModelDelta => ({
  type: "tool-call",
  index,
  id: newId("call"),
  name,
  arguments: JSON.stringify(input),
});

/** The first words of what people said. */
function summaryOf(messages: readonly ModelMessage[]): string {
  const said = messages
    .slice(0, -1)
    .filter(({ role, content }) => role === "user" && !content.startsWith("{"))
    .map(({ content }) => utterance(content))
    .map(({ speaker, text }) => `${speaker ? `${speaker}: ` : ""}${clipped(text, 80)}`);
  return `So far (${said.length} messages): ${said.join(" / ")}`.slice(0, 1_000);
}
