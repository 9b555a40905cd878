import type Letta from "@letta-ai/letta-client";
import { translateErrors } from "../connection.ts";
import { LettaError } from "../errors.ts";
import { Models } from "../wire.ts";

export interface ModelChoice {
  /** A handle as Letta lists it, such as `openai/gpt-5-mini`. */
  readonly model: string | undefined;
  /** `none`: passages are stored without vectors and found by their words. */
  readonly embedding: string | undefined;
}

/** Always listed, but it needs its vendor's servers on the internet. */
export const HOSTED = "letta/letta-free";

export async function chooseModel(client: Letta, choice: ModelChoice): Promise<string> {
  if (choice.model !== undefined) return choice.model;
  const [first] = await modelHandles(client);
  if (first !== undefined) return first;
  throw new LettaError("no_model");
}

/**
 * For a model behind somebody's own endpoint Letta lists OpenAI's embeddings at that endpoint, whether it has them or
 * not, and every insertion into archived memory would fail where it has none: those have to be asked for.
 */
export async function chooseEmbedding(
  client: Letta,
  choice: ModelChoice,
  model: string,
): Promise<string | undefined> {
  if (choice.embedding === "none") return undefined;
  if (choice.embedding !== undefined) return choice.embedding;
  const handles = await embeddingHandles(client);
  return handles.find((handle) => !(model.startsWith("openai-proxy/") && handle.startsWith("openai/")));
}

/** Throws when a handle was chosen that Letta does not list: it reads the list of models at its start only. */
export async function checkModels(client: Letta, choice: ModelChoice): Promise<string> {
  const model = await chooseModel(client, choice);
  if (model !== HOSTED) missing(model, await modelHandles(client));
  const { embedding } = choice;
  if (embedding !== undefined && embedding !== "none" && embedding !== HOSTED) {
    missing(embedding, await embeddingHandles(client));
  }
  return model;
}

function missing(handle: string, listed: readonly string[]): void {
  if (listed.includes(handle)) return;
  throw new LettaError("model_unknown", {
    message: `letta: no handle ${handle}, it lists ${listed.join(", ") || "none"}`,
  });
}

export async function modelHandles(client: Letta): Promise<readonly string[]> {
  return handlesOf(await translateErrors(async () => Models.parse(await client.models.list())));
}

export async function embeddingHandles(client: Letta): Promise<readonly string[]> {
  return handlesOf(await translateErrors(async () => Models.parse(await client.models.embeddings.list())));
}

function handlesOf(models: readonly { readonly handle?: string | undefined }[]): readonly string[] {
  return models.flatMap(({ handle }) => (handle && handle !== HOSTED ? [handle] : []));
}
