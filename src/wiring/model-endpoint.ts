import { z } from "zod";
import type { Config } from "../config/config.ts";
import type { CheckResult } from "../core/domain/check-result.ts";
import type { Logger } from "../core/ports/logger.ts";
import { sentences } from "../sentences/sentences.ts";

const said = sentences.doctor.model;
/** A vendor's endpoint lists hundreds. */
const SHOWN_MODELS = 8;
const ANSWER_WITHIN_MS = 10_000;

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });

/** What the emulated Letta answers with. Any OpenAI-compatible endpoint lists its models. */
export async function* checkModelEndpoint(endpoint: Config["endpoint"]): AsyncGenerator<CheckResult> {
  if (!endpoint) {
    yield { state: "info", text: said.none };
    return;
  }
  const { baseUrl, apiKey, model } = endpoint;
  const response = await fetch(`${baseUrl.replace(/(?<!\/)\/+$/, "")}/models`, {
    ...(apiKey !== undefined && { headers: { authorization: `Bearer ${apiKey}` } }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => undefined);
  if (!response) {
    yield failed(said.away);
    return;
  }
  if (response.status === 401 || response.status === 403) {
    yield failed(said.keyRefused);
    return;
  }
  const { data } = Models.safeParse(await response.json().catch(() => undefined));
  if (!data) {
    yield {
      state: "warning",
      text: said.listsNothing,
    };
    return;
  }
  const ids = data.data.map(({ id }) => id);
  if (model !== undefined && !ids.includes(model)) {
    yield failed(said.notListed(model, ids.slice(0, SHOWN_MODELS)));
    return;
  }
  yield {
    state: "ok",
    text: said.answers(model ?? said.models(ids.length)),
  };
}

const failed = (text: string): CheckResult => ({ state: "error", text });

/** A model that is not there yet may come; who talks to it meanwhile should know. */
export async function checkModel({ endpoint }: Config, log: Logger): Promise<void> {
  for await (const { state, text } of checkModelEndpoint(endpoint)) {
    if (state === "error" || state === "warning") log.warn({ model: text }, "the model may not answer");
  }
}
