import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { AgentPorts } from "../core/ports/services.ts";
import { connect } from "./connection.ts";
import { LettaHealth } from "./health.ts";
import { contextTokens } from "./memory/context-window.ts";
import { LettaHistory } from "./memory/history.ts";
import { LettaMemory } from "./memory/memory.ts";
import { LettaProvisioning } from "./provisioning/provisioning.ts";
import { LettaRuns } from "./runs/runs.ts";

export interface LettaOptions {
  readonly baseUrl: string;
  /** The server's LETTA_SERVER_PASSWORD. */
  readonly apiKey?: string | undefined;
  /** The handle for personas that name none; the first one that Letta lists when absent. */
  readonly model?: string | undefined;
  /** A fitting one that Letta lists when absent, if any; `none` to store passages without vectors. */
  readonly embedding?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a turn's stream may be silent; Letta pings every 20 s. */
  readonly stallMs?: number | undefined;
  /** How long it may do nothing but ping. */
  readonly pingsOnlyMs?: number | undefined;
  /** How long the headers of a turn's answer may take; the stall watch usually ends it before. */
  readonly sendTimeoutMs?: number | undefined;
}

/** Agents on a Letta server, 0.16.7 or newer. */
export function lettaAgents(options: LettaOptions): AgentPorts {
  const { baseUrl, apiKey, clock, log, stallMs = 90_000, pingsOnlyMs = 900_000 } = options;
  const { sendTimeoutMs = 120_000 } = options;
  const unreachable = new Set<() => void>();
  const notifyUnreachable = () => {
    for (const listener of unreachable) listener();
  };
  const client = connect({ baseUrl, apiKey, onUnreachable: notifyUnreachable });
  const choice = { model: options.model, embedding: options.embedding };
  const tokens = contextTokens();
  const stallLimits = { clock, stallMs, pingsOnlyMs };
  return {
    provisioning: new LettaProvisioning(client, choice, log),
    runs: new LettaRuns({ client, log, stallLimits, sendTimeoutMs, contextTokens: tokens }),
    history: new LettaHistory(client),
    memory: new LettaMemory(client, tokens),
    health: new LettaHealth({ client, baseUrl, apiKey, choice, log, unreachable }),
  };
}
