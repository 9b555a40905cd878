import { z } from "zod";
import { parseJson } from "../../emulators/kit/http/body.ts";
import {
  type Model,
  type ModelDelta,
  ModelFailure,
  type ModelFailureType,
  type ModelMessage,
  type ModelRequest,
} from "./model.ts";

export interface OpenAiEndpoint {
  /** With the version: `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Which of its models; the first that can chat when absent. */
  readonly model?: string | undefined;
}

/** Taken when the endpoint has it and nobody says which. */
const PREFERRED_MODEL = "gpt-4o-mini";
const NO_CHAT = /embed|whisper|tts|dall-e|moderation|image|audio|realtime|transcribe/i;
const PROVIDER = "openai-proxy";
/** Nothing at all for so long counts as a timeout. Local models load for a while before the first word. */
const SILENCE_MS = 120_000;

/**
 * Any endpoint that speaks OpenAI's chat completions: OpenAI, Ollama, LM Studio, vLLM. What it refuses becomes the
 * turn's failure; nothing answers in its place.
 */
export function openAiModel(endpoint: OpenAiEndpoint): Model {
  const baseUrl = endpoint.baseUrl.replace(/(?<!\/)\/+$/, "");
  let name = endpoint.model;
  const nameOf = async (signal: AbortSignal) => {
    name ??= await firstModel({ ...endpoint, baseUrl }, signal);
    return name;
  };
  return {
    handles: [`${PROVIDER}/${endpoint.model ?? "default"}`],
    complete: (request, signal) => complete({ ...endpoint, baseUrl, nameOf }, request, signal),
  };
}

type Target = OpenAiEndpoint & { readonly nameOf: (signal: AbortSignal) => Promise<string> };

async function* complete(
  target: Target,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelDelta> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const body = await ask(target, request, AbortSignal.any([signal, silence.signal]));
    for await (const data of eventsOf(body)) {
      timer.refresh();
      if (data === "[DONE]") return;
      yield* deltasOf(data);
    }
  } catch (error) {
    throw failureOf(error, { timedOut: silence.signal.aborted });
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(error: unknown, { timedOut }: { readonly timedOut: boolean }): ModelFailure {
  if (error instanceof ModelFailure) return error;
  if (timedOut) {
    return new ModelFailure("llm_timeout", "The model said nothing for two minutes.", { cause: error });
  }
  return new ModelFailure("llm_error", `The model cannot be reached: ${causeOf(error)}`, { cause: error });
}

async function ask(
  target: Target,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(`${target.baseUrl}/chat/completions`, {
    method: "POST",
    signal,
    headers: { "content-type": "application/json", ...authorization(target) },
    body: JSON.stringify({
      model: await target.nameOf(signal),
      messages: request.messages.map(wireMessage),
      ...(request.tools.length > 0 ? { tools: request.tools.map(wireTool) } : {}),
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  if (!response.ok) throw refusal(response.status, await response.text());
  if (!response.body) throw new ModelFailure("llm_error", "The endpoint answered without a body.");
  return response.body;
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

async function firstModel(endpoint: OpenAiEndpoint, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${endpoint.baseUrl}/models`, { signal, headers: authorization(endpoint) });
  const text = await response.text();
  if (!response.ok) throw refusal(response.status, text);
  const ids = (modelList.safeParse(parseJson(text)).data?.data ?? []).map(({ id }) => id);
  const found = ids.find((id) => id === PREFERRED_MODEL) ?? ids.find((id) => !NO_CHAT.test(id));
  if (!found)
    throw new ModelFailure("llm_error", "The endpoint lists no model. Set MODEL to the one to use.");
  return found;
}

const authorization = ({ apiKey }: OpenAiEndpoint): Record<string, string> =>
  apiKey ? { authorization: `Bearer ${apiKey}` } : {};

const errorBody = z.object({
  error: z.object({ message: z.string().catch(""), code: z.string().nullish().catch(undefined) }),
});

function refusal(status: number, text: string): ModelFailure {
  const error = errorBody.safeParse(parseJson(text)).data?.error;
  const detail = `${status}: ${error?.message ?? text.slice(0, 300)}`;
  if (error?.code === "context_length_exceeded") return new ModelFailure("context_window_exceeded", detail);
  return new ModelFailure(FAILURES[status] ?? "llm_error", detail);
}

const FAILURES: Readonly<Record<number, ModelFailureType>> = {
  400: "llm_bad_request",
  401: "llm_authentication",
  402: "llm_insufficient_credits",
  403: "llm_authentication",
  408: "llm_timeout",
  429: "llm_rate_limit",
  504: "llm_timeout",
};

/** The `data:` of each event, whatever the chunks it arrives in. */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
  }
  if (rest.startsWith("data:")) yield rest.slice(5).trim();
}

const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            reasoning: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.number().default(0),
                  id: z.string().nullish(),
                  function: z
                    .object({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

function* deltasOf(data: string): Generator<ModelDelta> {
  const { choices, usage, error } = chunk.parse(JSON.parse(data));
  if (error) throw new ModelFailure("llm_error", error.message);
  const delta = choices[0]?.delta;
  const reasoning = delta?.reasoning_content ?? delta?.reasoning;
  if (reasoning) yield { type: "reasoning", text: reasoning };
  if (typeof delta?.content === "string") yield { type: "text", text: delta.content };
  for (const call of delta?.tool_calls ?? []) {
    yield {
      type: "tool-call",
      index: call.index,
      arguments: call.function?.arguments ?? "",
      ...(call.id ? { id: call.id } : {}),
      ...(call.function?.name ? { name: call.function.name } : {}),
    };
  }
  if (usage)
    yield { type: "usage", promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
}

function wireMessage({ role, content, images, toolCalls, toolCallId }: ModelMessage): object {
  if (role === "tool") return { role, content, tool_call_id: toolCallId };
  if (toolCalls) {
    const tool_calls = toolCalls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: call.arguments },
    }));
    return { role, content: content === "" ? null : content, tool_calls };
  }
  if (!images) return { role, content };
  const pictures = images.map((url) => ({ type: "image_url", image_url: { url } }));
  return { role, content: [{ type: "text", text: content }, ...pictures] };
}

const wireTool = ({ name, description, parameters }: ModelRequest["tools"][number]): object => ({
  type: "function",
  function: { name, description, parameters },
});

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
