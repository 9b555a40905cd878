import type { Config } from "../config/config.ts";
import { AppError } from "../core/domain/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { newSecret } from "../emulators/kit/own-machine.ts";
// By its path and not by its name: what was built for production has no packages of this repository.
import { type LettaServer, offlineModel, openAiModel, startLettaServer } from "../letta-server/index.ts";
import { sentences } from "../sentences/sentences.ts";
import type { Storage } from "../storage/storage.ts";

export interface OwnLetta {
  readonly lettaServer: LettaServer;
  /** Made for this start: without it nobody on this machine reads or writes what is remembered. */
  readonly apiKey: string;
}

/**
 * The sandbox's Letta on the bot's own database; it answers through the endpoint, else with the offline responder.
 * `alone`: no other process has one there.
 */
export async function startLettaServerOn(
  storage: Storage,
  clock: Clock,
  { endpoint, alone }: { readonly endpoint: Config["endpoint"]; readonly alone: boolean },
): Promise<OwnLetta> {
  const model = endpoint ? openAiModel(endpoint) : offlineModel({ clock });
  const apiKey = newSecret();
  const started = startLettaServer({ db: storage, clock, model, alone, password: apiKey });
  return { lettaServer: await unlessForbidden(started), apiKey };
}

/** SQLSTATE insufficient_privilege. */
const FORBIDDEN = "42501";

/** What is emulated keeps itself beside the bot's own tables, where a user may be let into those alone. */
export async function unlessForbidden<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === FORBIDDEN)) throw error;
    throw schemasRefused(error);
  }
}

const schemasRefused = (cause: unknown) =>
  new AppError("misconfigured", sentences.start.schemasRefused, { cause });
