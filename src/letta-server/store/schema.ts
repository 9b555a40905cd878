import type { Database } from "../../emulators/kit/database.ts";

/** Any number, as long as every process that creates the schema takes the same. */
const SCHEMA_LOCK = 1_618_033_988;

const COMMON = `
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  _created_by_id text,
  _last_updated_by_id text,
  organization_id text NOT NULL`;

/** Rows made in one millisecond still have an order. The real server has no such column. */
const ORDER = "sort_key bigint GENERATED ALWAYS AS IDENTITY";

/**
 * Tables and columns have the names of the real server's, so that SQL written for it runs here. Where it uses
 * pgvector there is a text column that stays NULL.
 */
const STATEMENTS: readonly string[] = [
  "CREATE SCHEMA IF NOT EXISTS letta",
  "CREATE SEQUENCE IF NOT EXISTS letta.message_seq_id",
  `CREATE TABLE IF NOT EXISTS letta.agents (
    id text PRIMARY KEY, name text NOT NULL, agent_type text NOT NULL, description text, system text NOT NULL,
    message_ids json NOT NULL, llm_config json NOT NULL, embedding_config json, compaction_settings json,
    tool_rules json NOT NULL, response_format json, metadata_ json NOT NULL,
    message_buffer_autoclear boolean NOT NULL DEFAULT false, enable_sleeptime boolean, timezone text,
    last_run_completion timestamptz, last_run_duration_ms integer, last_stop_reason text,
    max_files_open integer, per_file_view_window_char_limit integer, hidden boolean, project_id text,
    ${ORDER}, ${COMMON})`,
  `CREATE TABLE IF NOT EXISTS letta.agents_tags (
    agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE, tag text NOT NULL,
    PRIMARY KEY (agent_id, tag))`,
  `CREATE TABLE IF NOT EXISTS letta.tools_agents (
    agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE, tool_id text NOT NULL,
    PRIMARY KEY (agent_id, tool_id))`,
  `CREATE TABLE IF NOT EXISTS letta.conversations (
    id text PRIMARY KEY, agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE, summary text,
    model text, model_settings json, last_message_at timestamptz, ${ORDER}, ${COMMON})`,
  "CREATE INDEX IF NOT EXISTS ix_conversations_agent ON letta.conversations (agent_id)",
  `CREATE TABLE IF NOT EXISTS letta.messages (
    id text PRIMARY KEY, agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE,
    role text NOT NULL, content json, text text, model text, name text, tool_calls json NOT NULL,
    tool_call_id text, tool_returns json, step_id text, run_id text, otid text, group_id text, sender_id text,
    batch_item_id text, conversation_id text, is_err boolean, approval_request_id text, approve boolean,
    denial_reason text, approvals json,
    sequence_id bigint NOT NULL UNIQUE DEFAULT nextval('letta.message_seq_id'), ${COMMON})`,
  `CREATE INDEX IF NOT EXISTS ix_messages_agent_conversation
    ON letta.messages (agent_id, conversation_id, sequence_id)`,
  "CREATE INDEX IF NOT EXISTS ix_messages_run ON letta.messages (run_id)",
  `CREATE TABLE IF NOT EXISTS letta.conversation_messages (
    id text PRIMARY KEY, conversation_id text REFERENCES letta.conversations ON DELETE CASCADE,
    agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE,
    message_id text NOT NULL REFERENCES letta.messages ON DELETE CASCADE,
    position integer NOT NULL, in_context boolean NOT NULL, ${COMMON},
    UNIQUE (conversation_id, message_id))`,
  "CREATE INDEX IF NOT EXISTS ix_conversation_messages_message ON letta.conversation_messages (message_id)",
  "CREATE INDEX IF NOT EXISTS ix_conversation_messages_agent ON letta.conversation_messages (agent_id)",
  `CREATE TABLE IF NOT EXISTS letta.block (
    id text PRIMARY KEY, label text NOT NULL, value text NOT NULL, "limit" integer NOT NULL, description text,
    read_only boolean NOT NULL DEFAULT false, is_template boolean NOT NULL DEFAULT false, template_name text,
    metadata_ json NOT NULL, hidden boolean, version integer NOT NULL DEFAULT 1,
    current_history_entry_id integer, project_id text, ${ORDER}, ${COMMON})`,
  `CREATE TABLE IF NOT EXISTS letta.blocks_agents (
    agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE,
    block_id text NOT NULL REFERENCES letta.block ON DELETE CASCADE, block_label text NOT NULL, ${ORDER},
    PRIMARY KEY (agent_id, block_id),
    CONSTRAINT unique_label_per_agent UNIQUE (agent_id, block_label))`,
  "CREATE INDEX IF NOT EXISTS ix_blocks_agents_block ON letta.blocks_agents (block_id)",
  `CREATE TABLE IF NOT EXISTS letta.archives (
    id text PRIMARY KEY, name text NOT NULL, description text,
    vector_db_provider text NOT NULL DEFAULT 'native', embedding_config json, metadata_ json,
    ${ORDER}, ${COMMON})`,
  `CREATE TABLE IF NOT EXISTS letta.archives_agents (
    agent_id text PRIMARY KEY REFERENCES letta.agents ON DELETE CASCADE,
    archive_id text NOT NULL REFERENCES letta.archives ON DELETE CASCADE,
    is_owner boolean NOT NULL DEFAULT true)`,
  `CREATE TABLE IF NOT EXISTS letta.archival_passages (
    id text PRIMARY KEY, archive_id text NOT NULL REFERENCES letta.archives ON DELETE CASCADE,
    text text NOT NULL, embedding text, embedding_config json, metadata_ json NOT NULL, tags json,
    ${ORDER}, ${COMMON})`,
  "CREATE INDEX IF NOT EXISTS ix_archival_passages_archive ON letta.archival_passages (archive_id)",
  `CREATE TABLE IF NOT EXISTS letta.runs (
    id text PRIMARY KEY, agent_id text NOT NULL REFERENCES letta.agents ON DELETE CASCADE,
    conversation_id text, status text NOT NULL, stop_reason text, background boolean, metadata_ json,
    request_config json, callback_url text, callback_sent_at timestamptz, callback_status_code integer,
    callback_error text, ttft_ns bigint, total_duration_ns bigint, completed_at timestamptz,
    ${ORDER}, ${COMMON})`,
  "CREATE INDEX IF NOT EXISTS ix_runs_agent ON letta.runs (agent_id)",
  "CREATE INDEX IF NOT EXISTS ix_runs_conversation ON letta.runs (conversation_id)",
];

/** Makes what is missing. Safe to run from several processes at once. */
export async function createSchema(db: Database): Promise<void> {
  await db.transaction(async (inside) => {
    await inside.query("SELECT pg_advisory_xact_lock($1)", [SCHEMA_LOCK]);
    for (const statement of STATEMENTS) await inside.query(statement);
  });
}
