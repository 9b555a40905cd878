import type Letta from "@letta-ai/letta-client";
import { type CheckResult, runChecks } from "../core/domain/check-result.ts";
import { sentences } from "../sentences/sentences.ts";
import { connect, ONCE, translateErrors } from "./connection.ts";
import { isLettaError, toldToOperators } from "./errors.ts";
import { checkRecompile, isOpenToAll, NO_CONVERSATION, versionOf } from "./health.ts";
import {
  chooseEmbedding,
  chooseModel,
  embeddingHandles,
  HOSTED,
  type ModelChoice,
  modelHandles,
} from "./provisioning/models.ts";

const { checks, openToAll } = sentences.letta;

/** Looks at a Letta server without changing anything. Throws an AppError when nothing more can be asked of it. */
export async function* checkLetta(
  options: { readonly baseUrl: string; readonly apiKey: string | undefined } & ModelChoice,
): AsyncGenerator<CheckResult> {
  const client = connect(options);
  const version = await toldToOperators(async () => {
    const found = await versionOf(client);
    await checkRecompile(client, found);
    return found;
  });
  yield ok(checks.answers({ version, host: new URL(options.baseUrl).host }));
  const looks = [
    () => password(options),
    () => model(client, options),
    () => embedding(client, options),
    () => redis(client),
  ];
  yield* runChecks(looks.map((look) => () => toldToOperators(look)));
}

async function password(options: {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}): Promise<CheckResult> {
  if (await isOpenToAll(options.baseUrl)) return { state: "warning", text: openToAll };
  return ok(checks.password);
}

async function model(client: Letta, choice: ModelChoice): Promise<CheckResult> {
  const chosen = await chooseModel(client, choice);
  return listed({ setting: "LETTA_MODEL", chosen, handles: await modelHandles(client) })
    ? ok(checks.model(chosen))
    : missing({ setting: "LETTA_MODEL", chosen, handles: await modelHandles(client) });
}

async function embedding(client: Letta, choice: ModelChoice): Promise<CheckResult> {
  const chosen = await chooseEmbedding(client, choice, await chooseModel(client, choice));
  if (chosen === undefined) {
    return { state: "info", text: checks.noEmbedding };
  }
  const found = { setting: "LETTA_EMBEDDING", chosen, handles: await embeddingHandles(client) };
  return listed(found) ? ok(checks.embedding(chosen)) : missing(found);
}

/** A server of several providers lists hundreds. */
const SHOWN_HANDLES = 8;

interface HandleChoice {
  readonly setting: string;
  readonly chosen: string;
  readonly handles: readonly string[];
}

const listed = ({ chosen, handles }: HandleChoice) => chosen === HOSTED || handles.includes(chosen);

/** It reads the list at its start only, so an endpoint that came up later is not in it. */
function missing({ setting, chosen, handles }: HandleChoice): CheckResult {
  return {
    state: "error",
    text: checks.notListed({ handle: chosen, listed: handles.slice(0, SHOWN_HANDLES), setting }),
  };
}

/** Only a server with Redis looks for the run of an otid. Rapport works with either. */
async function redis(client: Letta): Promise<CheckResult> {
  try {
    await translateErrors(() =>
      client.conversations.messages.stream(NO_CONVERSATION, { otid: "rapport-doctor" }, ONCE),
    );
  } catch (error) {
    if (isLettaError(error, "no_redis")) return { state: "info", text: error.userMessage };
    if (!isLettaError(error, "conversation_gone", "not_found", "refused")) throw error;
  }
  return { state: "info", text: checks.redis };
}

const ok = (text: string): CheckResult => ({ state: "ok", text });
