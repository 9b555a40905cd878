import type { Database } from "../../emulators/kit/database.ts";
import { DEFAULT_USER, rowDate } from "../ids.ts";
import { loadContext } from "../messages/context.ts";
import { itemsOf } from "../messages/items.ts";
import type { AgentRow } from "../store/agents.ts";
import { type BlockRow, blocksOf } from "../store/blocks.ts";
import { type Tool, toolsById } from "../tools/built-in-tools.ts";
import { pendingRequest } from "../turn/accept-input.ts";

export const EVERYTHING = ["agent.blocks", "agent.tools", "agent.tags"];

/** An agent as the API shows it. Blocks, tools and tags are empty unless they are asked for. */
export async function agentView(db: Database, agent: AgentRow, include: readonly string[]): Promise<object> {
  const asked = (relation: string) => include.includes(`agent.${relation}`);
  const blocks = asked("blocks") ? (await blocksOf(db, agent.id)).map(blockView) : [];
  return {
    created_by_id: DEFAULT_USER,
    last_updated_by_id: DEFAULT_USER,
    created_at: rowDate(agent.created_at),
    updated_at: rowDate(agent.updated_at),
    id: agent.id,
    name: agent.name,
    tool_rules: agent.tool_rules,
    message_ids: agent.message_ids,
    system: agent.system,
    agent_type: agent.agent_type,
    llm_config: agent.llm_config,
    embedding_config: agent.embedding_config,
    model: agent.llm_config.handle,
    embedding: agent.embedding_config?.handle ?? null,
    model_settings: null,
    compaction_settings: agent.compaction_settings,
    response_format: null,
    description: agent.description,
    metadata: agent.metadata_,
    memory: {
      agent_type: agent.agent_type,
      git_enabled: false,
      blocks,
      file_blocks: [],
      prompt_template: "",
    },
    blocks,
    tools: asked("tools") ? toolsById(agent.tool_ids).map(toolView) : [],
    sources: [],
    tags: asked("tags") ? agent.tags : [],
    tool_exec_environment_variables: [],
    secrets: [],
    project_id: null,
    template_id: null,
    base_template_id: null,
    deployment_id: null,
    entity_id: null,
    identity_ids: [],
    identities: [],
    pending_approval: asked("pending_approval") ? await pendingOf(db, agent) : null,
    message_buffer_autoclear: agent.message_buffer_autoclear,
    enable_sleeptime: agent.enable_sleeptime,
    multi_agent_group: null,
    managed_group: null,
    last_run_completion: rowDate(agent.last_run_completion),
    last_run_duration_ms: agent.last_run_duration_ms,
    last_stop_reason: agent.last_stop_reason,
    timezone: agent.timezone,
    max_files_open: null,
    per_file_view_window_char_limit: null,
    hidden: agent.hidden,
  };
}

/** Only the default history's; a conversation's pending request shows nowhere but in its messages. */
async function pendingOf(db: Database, agent: AgentRow): Promise<unknown> {
  const request = pendingRequest(await loadContext(db, { agentId: agent.id, conversationId: undefined }));
  return request ? (itemsOf(request).at(-1) ?? null) : null;
}

export const blockView = (block: BlockRow): object => ({
  id: block.id,
  value: block.value,
  limit: block.limit,
  project_id: null,
  template_name: null,
  is_template: false,
  template_id: null,
  base_template_id: null,
  deployment_id: null,
  entity_id: null,
  preserve_on_migration: false,
  label: block.label,
  read_only: block.read_only,
  description: block.description,
  metadata: block.metadata_,
  hidden: block.hidden,
  created_by_id: DEFAULT_USER,
  last_updated_by_id: DEFAULT_USER,
  tags: [],
});

export const toolView = (tool: Tool): object => ({
  id: tool.id,
  tool_type: tool.toolType,
  description: tool.description,
  source_type: "python",
  name: tool.name,
  tags: [tool.toolType],
  source_code: null,
  json_schema: { name: tool.name, description: tool.description, parameters: tool.parameters },
  args_json_schema: null,
  return_char_limit: 50_000,
  pip_requirements: null,
  npm_requirements: null,
  default_requires_approval: null,
  enable_parallel_execution: false,
  created_by_id: DEFAULT_USER,
  last_updated_by_id: DEFAULT_USER,
  metadata_: {},
  project_id: null,
});
