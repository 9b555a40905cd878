/** What an operation of the sandbox does of what the real one does. */
export interface Covered {
  /** Method and path, as the contract writes them. */
  readonly operation: string;
  /** Of a partial one, what is missing. */
  readonly support: "supported" | { readonly missing: string };
  /** Test files, in test/letta-server, that prove it. */
  readonly provenBy: readonly string[];
}

const whole = (operation: string, ...provenBy: readonly string[]): Covered => ({
  operation,
  support: "supported",
  provenBy,
});

const partial = (operation: string, missing: string, ...provenBy: readonly string[]): Covered => ({
  operation,
  support: { missing },
  provenBy,
});

/**
 * All that the sandbox's Letta answers. What is not here is a 404, as Cloud-only routes are on a real server. A
 * test holds the list against the routes, so that it cannot claim what is not there or hide what is.
 */
export const COVERAGE: readonly Covered[] = [
  whole("GET /v1/health/", "turns/turns.test.ts"),
  partial("GET /v1/models/", "filters", "agents.test.ts"),
  whole("GET /v1/models/embedding", "agents.test.ts"),
  partial(
    "POST /v1/agents/",
    "templates, identities, sources, sleeptime, initial messages",
    "agents.test.ts",
  ),
  partial("GET /v1/agents/", "filters by project, template, identity; sorting", "agents.test.ts"),
  partial("GET /v1/agents/count", "filters by project, template, identity", "agents.test.ts"),
  whole("GET /v1/agents/{agent_id}", "agents.test.ts"),
  partial("PATCH /v1/agents/{agent_id}", "blocks, tool rules, model settings, identities", "agents.test.ts"),
  whole("DELETE /v1/agents/{agent_id}", "agents.test.ts"),
  whole("POST /v1/agents/{agent_id}/recompile", "prompts.test.ts"),
  partial("PATCH /v1/agents/{agent_id}/reset-messages", "default initial messages", "prompts.test.ts"),
  partial("GET /v1/tools/", "only built-in tools; filters but name", "agents.test.ts"),
  whole("GET /v1/agents/{agent_id}/tools", "agents.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/tools/attach/{tool_id}", "agents.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/tools/detach/{tool_id}", "agents.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/tools/approval/{tool_name}", "approvals.test.ts"),
  partial("POST /v1/agents/{agent_id}/tools/{tool_name}/run", "agent_state is null", "memory.test.ts"),
  whole("POST /v1/blocks/", "memory.test.ts"),
  partial("GET /v1/blocks/", "filters but label and value_search", "memory.test.ts"),
  whole("GET /v1/blocks/{block_id}", "memory.test.ts"),
  whole("PATCH /v1/blocks/{block_id}", "prompts.test.ts"),
  whole("DELETE /v1/blocks/{block_id}", "memory.test.ts"),
  whole("GET /v1/blocks/{block_id}/agents", "memory.test.ts"),
  whole("GET /v1/agents/{agent_id}/core-memory/blocks", "memory.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/core-memory/blocks/attach/{block_id}", "memory.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/core-memory/blocks/detach/{block_id}", "memory.test.ts"),
  whole("GET /v1/agents/{agent_id}/core-memory/blocks/{block_label}", "memory.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/core-memory/blocks/{block_label}", "memory.test.ts"),
  whole("POST /v1/agents/{agent_id}/archival-memory", "memory.test.ts"),
  whole("GET /v1/agents/{agent_id}/archival-memory", "memory.test.ts"),
  partial("GET /v1/agents/{agent_id}/archival-memory/search", "vectors: one substring", "memory.test.ts"),
  whole("DELETE /v1/agents/{agent_id}/archival-memory/{memory_id}", "memory.test.ts"),
  partial("POST /v1/archives/", "embeddings", "memory.test.ts"),
  whole("GET /v1/archives/", "memory.test.ts"),
  whole("GET /v1/archives/{archive_id}", "memory.test.ts"),
  whole("PATCH /v1/archives/{archive_id}", "memory.test.ts"),
  whole("DELETE /v1/archives/{archive_id}", "memory.test.ts"),
  whole("GET /v1/archives/{archive_id}/agents", "memory.test.ts"),
  whole("POST /v1/archives/{archive_id}/passages", "memory.test.ts"),
  whole("DELETE /v1/archives/{archive_id}/passages/{passage_id}", "memory.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/archives/attach/{archive_id}", "memory.test.ts"),
  whole("PATCH /v1/agents/{agent_id}/archives/detach/{archive_id}", "memory.test.ts"),
  partial("POST /v1/conversations/", "isolated blocks are refused with 400", "history.test.ts"),
  whole("GET /v1/conversations/", "history.test.ts"),
  whole("GET /v1/conversations/{conversation_id}", "history.test.ts"),
  partial("PATCH /v1/conversations/{conversation_id}", "model settings", "history.test.ts"),
  whole("DELETE /v1/conversations/{conversation_id}", "history.test.ts"),
  whole("POST /v1/conversations/{conversation_id}/fork", "history.test.ts"),
  whole("POST /v1/conversations/{conversation_id}/cancel", "busy-and-cancel.test.ts"),
  whole("POST /v1/conversations/{conversation_id}/recompile", "prompts.test.ts"),
  partial("POST /v1/conversations/{conversation_id}/compact", "settings but the mode", "compaction.test.ts"),
  partial(
    "POST /v1/conversations/{conversation_id}/messages",
    "client tools, log probabilities, tool returns from outside",
    "turns/turns.test.ts",
    "busy-and-cancel.test.ts",
    "background.test.ts",
    "approvals.test.ts",
  ),
  whole("GET /v1/conversations/{conversation_id}/messages", "history.test.ts"),
  partial(
    "POST /v1/conversations/{conversation_id}/stream",
    "the 1.75 s of retries before an unknown otid is a 404",
    "background.test.ts",
  ),
  partial("POST /v1/agents/{agent_id}/messages", "as for conversations", "turns/turns.test.ts"),
  partial("POST /v1/agents/{agent_id}/messages/stream", "as for conversations", "turns/turns.test.ts"),
  whole("GET /v1/agents/{agent_id}/messages", "history.test.ts"),
  whole("POST /v1/agents/{agent_id}/messages/cancel", "busy-and-cancel.test.ts"),
  whole("POST /v1/messages/search", "memory.test.ts"),
  whole("POST /v1/agents/messages/search", "memory.test.ts"),
  partial("GET /v1/runs/", "filters by several agents", "history.test.ts"),
  whole("GET /v1/runs/{run_id}", "history.test.ts"),
  whole("DELETE /v1/runs/{run_id}", "history.test.ts"),
  whole("GET /v1/runs/{run_id}/messages", "history.test.ts"),
  whole("POST /v1/runs/{run_id}/stream", "background.test.ts"),
];
