import type Letta from "@letta-ai/letta-client";
import { AppError, hasCode } from "../core/domain/errors.ts";
import type { AgentHealth } from "../core/ports/agent/health.ts";
import type { Logger } from "../core/ports/logger.ts";
import { sentences } from "../sentences/sentences.ts";
import { connect, ONCE, translateErrors } from "./connection.ts";
import { isLettaError, LettaError, toldToOperators } from "./errors.ts";
import { checkModels, type ModelChoice } from "./provisioning/models.ts";
import { Health } from "./wire.ts";

const PING_TIMEOUT_MS = 3_000;

/** Well-formed and never there: what Letta answers tells whether it knows the request. */
export const NO_CONVERSATION = "conv-00000000-0000-4000-8000-000000000000";

interface HealthOptions {
  readonly client: Letta;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly choice: ModelChoice;
  readonly log: Logger;
  /** Called when nobody is found at the address. */
  readonly unreachable: Set<() => void>;
}

export class LettaHealth implements AgentHealth {
  readonly #options: HealthOptions;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  onUnreachable(listener: () => void): () => void {
    const { unreachable } = this.#options;
    unreachable.add(listener);
    return () => unreachable.delete(listener);
  }

  async ping(): Promise<void> {
    const { agents } = this.#options.client;
    // Asks the database behind Letta too, and is refused without the password, unlike its health route.
    await toldToOperators(() =>
      translateErrors(() => agents.list({ limit: 1 }, { ...ONCE, timeout: PING_TIMEOUT_MS })),
    );
  }

  /** Address, version, password and models, each failing with a sentence that says what to do. */
  check(): Promise<{ version: string; model: string }> {
    const { client, choice } = this.#options;
    return toldToOperators(async () => {
      const version = await versionOf(client);
      await checkRecompile(client, version);
      const model = await checkModels(client, choice);
      await warnWithoutPassword(this.#options);
      return { version, model };
    });
  }
}

export async function versionOf(client: Letta): Promise<string> {
  try {
    return (await translateErrors(async () => Health.parse(await client.health()))).version;
  } catch (error) {
    if (isLettaError(error, "route_missing", "not_found", "refused", "foreign")) {
      throw new LettaError("not_letta", { cause: error });
    }
    if (!hasCode(error, "agent_unavailable")) throw error;
    throw notReached(error);
  }
}

/** Asked for by its newest request that we need, since a version can be anything in a build of one's own. */
export async function checkRecompile(client: Letta, version: string): Promise<void> {
  try {
    await translateErrors(() => client.conversations.recompile(NO_CONVERSATION, { dry_run: true }));
  } catch (error) {
    if (isLettaError(error, "conversation_gone", "not_found")) return;
    if (!isLettaError(error, "route_missing")) throw error;
    throw unsupportedVersion(version, error);
  }
}

function notReached(cause: unknown): AppError {
  return new AppError("agent_unavailable", sentences.letta.notReached, { cause });
}

function unsupportedVersion(version: string, cause: unknown): AppError {
  return new AppError("misconfigured", sentences.letta.unsupportedVersion(printable(version)), { cause });
}

const printable = (version: string): string | undefined =>
  /^\d[\w.+-]{0,30}$/.test(version) ? version : undefined;

/** Before 0.16.9 a password variable alone protects nothing; whoever reaches the port can run code there. */
async function warnWithoutPassword({ baseUrl, apiKey, log }: HealthOptions): Promise<void> {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(new URL(baseUrl).hostname);
  if (apiKey === undefined && isLocal) return;
  if (await isOpenToAll(baseUrl)) log.warn({}, sentences.letta.openToAll);
}

export async function isOpenToAll(baseUrl: string): Promise<boolean> {
  try {
    await translateErrors(() => connect({ baseUrl }).agents.list({ limit: 1 }));
    return true;
  } catch (error) {
    if (hasCode(error, "misconfigured")) return false;
    throw error;
  }
}
