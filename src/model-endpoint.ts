import { z } from "zod";
import type { Config } from "./config.ts";
import type { CheckResult } from "./core/finding.ts";

const ANSWER_WITHIN_MS = 10_000;

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });

/** What the emulated Letta answers with. Any OpenAI-compatible endpoint lists its models. */
export async function* checkModelEndpoint(endpoint: Config["endpoint"]): AsyncGenerator<CheckResult> {
  if (!endpoint) {
    yield { state: "note", text: "None, an offline demo answers by rules (OPENAI_BASE_URL makes it real)." };
    return;
  }
  const { baseUrl, apiKey, model } = endpoint;
  const response = await fetch(`${baseUrl.replace(/(?<!\/)\/+$/, "")}/models`, {
    ...(apiKey !== undefined && { headers: { authorization: `Bearer ${apiKey}` } }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => undefined);
  if (!response) {
    yield bad("Nothing answers at OPENAI_BASE_URL: start it, or correct the address.");
    return;
  }
  if (response.status === 401 || response.status === 403) {
    yield bad("The endpoint at OPENAI_BASE_URL refuses the key: correct OPENAI_API_KEY.");
    return;
  }
  const { data } = Models.safeParse(await response.json().catch(() => undefined));
  if (!data) {
    yield {
      state: "doubtful",
      text: "What answers at OPENAI_BASE_URL lists no models: the address usually ends in /v1.",
    };
    return;
  }
  const ids = data.data.map(({ id }) => id);
  if (model !== undefined && !ids.includes(model)) {
    yield bad(
      `The endpoint does not list ${model} (it lists ${ids.slice(0, 8).join(", ") || "none"}): correct MODEL.`,
    );
    return;
  }
  yield {
    state: "good",
    text: `The endpoint at OPENAI_BASE_URL answers and lists ${model ?? `${ids.length} models`}.`,
  };
}

const bad = (text: string): CheckResult => ({ state: "bad", text });
