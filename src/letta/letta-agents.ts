import type { AgentId, ConversationId } from "../core/domain/model.ts";
import type { Agents } from "../core/ports/agents.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import { connect, ONCE, translateErrors } from "./connection.ts";
import { isLettaError } from "./errors.ts";
import { createMemoryMethods } from "./memory/blocks-and-passages.ts";
import { createContextMethods } from "./memory/context-window.ts";
import { countHistory, historyPage, newestSummary, searchHistory } from "./memory/history.ts";
import { memoryWrites } from "./memory/memory-writes.ts";
import { createProvisioning } from "./provisioning/provisioning.ts";
import { createCancellingRuns } from "./runs/cancelling-runs.ts";
import { findSend } from "./runs/find-send.ts";
import { createRuns } from "./runs/run.ts";
import { checkServer } from "./server-version.ts";
import { Conversation } from "./wire.ts";

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
  /**
   * Background runs need Redis beside Letta. They survive nothing that `findSend` does not find without them, and
   * replay a failure for three hours to who sends the same otid; so they are off unless asked for.
   */
  readonly background?: "auto" | "on" | "off" | undefined;
}

const READY_TIMEOUT_MS = 3_000;

/** Agents on a Letta server, 0.16.7 or newer. */
export function lettaAgents(options: LettaOptions): Agents {
  const { baseUrl, apiKey, clock, log, stallMs = 90_000, pingsOnlyMs = 900_000 } = options;
  const { sendTimeoutMs = 120_000, background = "off" } = options;
  const unreachableListeners = new Set<() => void>();
  const notifyUnreachable = () => {
    for (const listener of unreachableListeners) listener();
  };
  const client = connect({ baseUrl, apiKey, onGone: notifyUnreachable });
  const choice = { model: options.model, embedding: options.embedding };
  const cancelling = createCancellingRuns(clock);
  const at = (agent: AgentId, conversation: ConversationId) => ({ client, agent, conversation });
  const { noteUsage, ...contextMethods } = createContextMethods(client);

  return {
    ...createProvisioning(client, choice, log),
    ...contextMethods,
    ...createMemoryMethods(client),
    ...createRuns({
      client,
      log,
      stallLimits: { clock, stallMs, pingsOnlyMs },
      sendTimeoutMs,
      background,
      cancelling,
      recordUsage: noteUsage,
    }),

    async openConversation(agent, title) {
      const made = await translateErrors(async () =>
        Conversation.parse(await client.conversations.create({ agent_id: agent, summary: title }, ONCE)),
      );
      return made.id;
    },

    async deleteConversation(conversation) {
      try {
        await translateErrors(() => client.conversations.delete(conversation));
      } catch (error) {
        if (!isLettaError(error, "conversation_gone")) throw error;
      }
    },

    async cancel(agent, run) {
      cancelling.cancelled(run);
      try {
        // Without run ids Letta cancels whatever the agent does, other people's turns included.
        await translateErrors(() => client.agents.messages.cancel(agent, { run_ids: [run] }, ONCE));
      } catch (error) {
        if (!isLettaError(error, "nothing_to_cancel", "not_found")) throw error;
      }
    },

    findSend: (agent, conversation, otids) => findSend(at(agent, conversation), otids, clock),
    memoryWrites: (agent, conversation, otids) => memoryWrites(at(agent, conversation), otids),
    history: (agent, conversation, page) => historyPage(at(agent, conversation), page),
    searchHistory: (agent, conversation, query, limit) =>
      searchHistory(at(agent, conversation), query, limit),
    countHistory: (agent, conversation) => countHistory(at(agent, conversation)),
    summary: (agent, conversation) => newestSummary(at(agent, conversation)),
    onUnreachable(listener) {
      unreachableListeners.add(listener);
      return () => unreachableListeners.delete(listener);
    },
    async ping() {
      // Asks the database behind Letta too, and is refused without the password, unlike its health route.
      await translateErrors(() => client.agents.list({ limit: 1 }, { ...ONCE, timeout: READY_TIMEOUT_MS }));
    },
    check: () => checkServer({ client, baseUrl, apiKey, choice, log }),
  };
}
