import type { Clock } from "../../emulators/kit/clock.ts";
import { newId } from "../ids.ts";
import { turnOf } from "./heard-turn.ts";
import { type Model, type ModelDelta, ModelFailure, type ModelRequest } from "./model.ts";

const DRIP_MS = 400;

/** What a tool is called with when a word asks for it. */
const TOOL_ARGUMENTS: Readonly<Record<string, object>> = {
  conversation_search: { query: "hello" },
  memory_insert: { label: "human", new_string: "likes tea", insert_line: 0 },
  memory_replace: { label: "human", old_string: "likes tea", new_string: "likes coffee" },
  archival_memory_insert: { content: "likes tea" },
  archival_memory_search: { query: "tea" },
};

/**
 * Obeys words in what people say, and leaves the rest to another model. For tests and demonstrations:
 *
 *   SLOW<n>        waits n seconds first              DRIP          0.4 s between words
 *   ERR500 RATE429 AUTH401 TIMEOUT504   fails so      CTXOVER       "context length exceeded"
 *   TOOL:<name>    calls that tool first              AFTERTOOL500  fails once a tool has run
 *   APPROVAL       calls a tool that needs approval   USAGE<n>      claims n tokens in all
 *   EMPTYSTR       says the empty string              EMPTY0        says nothing at all
 *   BLIND          refuses pictures, as a model does that takes none
 */
export function obeyingWords(model: Model, clock: Clock): Model {
  return { handles: model.handles, complete: (request, signal) => obey({ model, clock }, request, signal) };
}

/** Answers `echo: ` and what was said, and obeys words. */
export function scriptedModel({ clock }: { readonly clock: Clock }): Model {
  const echo: Model = {
    handles: ["openai-proxy/scripted"],
    async *complete({ messages, purpose }) {
      await Promise.resolve();
      const said = turnOf(messages).said.map(({ speaker, text }) =>
        speaker ? `[${speaker}] ${text}` : text,
      );
      const answer = purpose === "summary" ? "a summary" : `echo: ${said.join(" | ")}`;
      for (const text of wordsOf(answer)) yield { type: "text", text };
    },
  };
  return obeyingWords(echo, clock);
}

/** Words with the space after them. */
export const wordsOf = (text: string): readonly string[] => text.match(/^\s+|\S+\s*/g) ?? [];

interface ScriptedContext {
  readonly model: Model;
  readonly clock: Clock;
}

async function* obey(
  services: ScriptedContext,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelDelta> {
  if (request.purpose === "summary") return yield* services.model.complete(request, signal);
  const { said, since, images } = turnOf(request.messages);
  const text = said.map((utterance) => utterance.text).join("\n");
  const seconds = numberIn(/\bSLOW(\d+)/.exec(text));
  if (seconds && since.length === 0) await services.clock.sleep(seconds * 1_000, signal);
  failIfTold(text, since.length > 0);
  if (images.length > 0 && /\bBLIND\b/.test(text))
    throw new ModelFailure("llm_bad_request", "400: image_url is only supported by certain models.");

  const tool = since.length === 0 ? toolToCall(text, request) : undefined;
  const claimed = numberIn(/\bUSAGE(\d+)/.exec(text));
  if (tool) {
    const input = JSON.stringify(TOOL_ARGUMENTS[tool] ?? {});
    yield { type: "tool-call", index: 0, id: newId("call"), name: tool, arguments: input };
  } else if (/\bEMPTYSTR\b/.test(text)) yield { type: "text", text: "" };
  else if (!/\bEMPTY0\b/.test(text)) {
    const dripMs = /\bDRIP\b/.test(text) ? DRIP_MS : 0;
    const answer = slowed(services.model.complete(request, signal), {
      clock: services.clock,
      dripMs,
      signal,
    });
    yield* claimed ? withoutUsage(answer) : answer;
  }
  if (claimed) yield { type: "usage", promptTokens: claimed - 5, completionTokens: 5 };
}

async function* slowed(
  deltas: AsyncIterable<ModelDelta>,
  { clock, dripMs, signal }: { readonly clock: Clock; readonly dripMs: number; readonly signal: AbortSignal },
): AsyncGenerator<ModelDelta> {
  for await (const delta of deltas) {
    yield delta;
    if (dripMs > 0 && delta.type === "text") await clock.sleep(dripMs, signal);
  }
}

async function* withoutUsage(deltas: AsyncIterable<ModelDelta>): AsyncGenerator<ModelDelta> {
  for await (const delta of deltas) if (delta.type !== "usage") yield delta;
}

const numberIn = (found: RegExpExecArray | null): number => Number(found?.[1] ?? 0);

const FAILURES = [
  [/\bERR500\b/, "llm_error", "500: boom"],
  [/\bRATE429\b/, "llm_rate_limit", "429: slow down"],
  [/\bAUTH401\b/, "llm_authentication", "401: invalid api key"],
  [/\bTIMEOUT504\b/, "llm_timeout", "no answer in time"],
  [/\bCTXOVER\b/, "context_window_exceeded", "This model's maximum context length is 8192 tokens."],
] as const;

function failIfTold(text: string, afterTool: boolean): void {
  for (const [word, type, detail] of FAILURES) if (word.test(text)) throw new ModelFailure(type, detail);
  if (afterTool && /\bAFTERTOOL500\b/.test(text))
    throw new ModelFailure("llm_error", "500: boom after a tool");
}

function toolToCall(text: string, { tools }: ModelRequest): string | undefined {
  const named = /\bTOOL:(\w+)/.exec(text)?.[1];
  if (named) return named;
  if (/\bAFTERTOOL500\b/.test(text)) return "conversation_search";
  return /\bAPPROVAL\b/.test(text) ? tools.find(({ needsApproval }) => needsApproval)?.name : undefined;
}
