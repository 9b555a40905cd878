import { z } from "zod";
import type { Config } from "../config/config.ts";
import type { CheckResult } from "../core/domain/check-result.ts";

const ANSWER_WITHIN_MS = 10_000;

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });

/** What the emulated Letta answers with. Any OpenAI-compatible endpoint lists its models. */
export async function* checkModelEndpoint(endpoint: Config["endpoint"]): AsyncGenerator<CheckResult> {
  if (!endpoint) {
    yield { state: "info", text: "None, an offline demo answers by rules (OPENAI_BASE_URL makes it real)." };
    return;
  }
  const { baseUrl, apiKey, model } = endpoint;
  const response = await fetch(`${baseUrl.replace(/(?<!\/)\/+$/, "")}/models`, {
    ...(apiKey !== undefined && { headers: { authorization: `Bearer ${apiKey}` } }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => undefined);
  if (!response) {
    yield failed("Nothing answers at OPENAI_BASE_URL: start it, or correct the address.");
    return;
  }
  if (response.status === 401 || response.status === 403) {
    yield failed("The endpoint at OPENAI_BASE_URL refuses the key: correct OPENAI_API_KEY.");
    return;
  }
  const { data } = Models.safeParse(await response.json().catch(() => undefined));
  if (!data) {
    yield {
      state: "warning",
      text: "What answers at OPENAI_BASE_URL lists no models: the address usually ends in /v1.",
    };
    return;
  }
  const ids = data.data.map(({ id }) => id);
  if (model !== undefined && !ids.includes(model)) {
    yield failed(
      `The endpoint does not list ${model} (it lists ${ids.slice(0, 8).join(", ") || "none"}): correct MODEL.`,
    );
    return;
  }
  yield {
    state: "ok",
    text: `The endpoint at OPENAI_BASE_URL answers and lists ${model ?? `${ids.length} models`}.`,
  };
}

const failed = (text: string): CheckResult => ({ state: "error", text });
