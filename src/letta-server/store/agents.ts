import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { agentNotFound } from "../http/errors.ts";
import { Listing, type PageRequest } from "./listing.ts";
import { commonColumns, insertRows, jsonObject, optionalInstant, updateRow } from "./rows.ts";

const toolRule = z.looseObject({ type: z.string(), tool_name: z.string() });

const llmConfig = z.looseObject({ model: z.string(), context_window: z.number(), handle: z.string() });

const agentRow = z.object({
  ...commonColumns,
  id: z.string(),
  name: z.string(),
  agent_type: z.string(),
  description: z.string().nullable(),
  system: z.string(),
  /** The context of the default history; the first is its system message. */
  message_ids: z.array(z.string()),
  llm_config: llmConfig,
  embedding_config: jsonObject.nullable(),
  compaction_settings: jsonObject.nullable(),
  tool_rules: z.array(toolRule),
  metadata_: jsonObject,
  message_buffer_autoclear: z.boolean(),
  enable_sleeptime: z.boolean().nullable(),
  timezone: z.string().nullable(),
  last_run_completion: optionalInstant,
  last_run_duration_ms: z.number().nullable(),
  last_stop_reason: z.string().nullable(),
  hidden: z.boolean().nullable(),
  tags: z.array(z.string()),
  tool_ids: z.array(z.string()),
});
export type AgentRow = z.infer<typeof agentRow>;
export type AgentColumns = Omit<AgentRow, "tags" | "tool_ids">;

const WITH_TAGS_AND_TOOLS = `
  coalesce((SELECT json_agg(tag ORDER BY tag) FROM letta.agents_tags WHERE agent_id = row.id), '[]') AS tags,
  coalesce((SELECT json_agg(tool_id ORDER BY tool_id) FROM letta.tools_agents WHERE agent_id = row.id), '[]')
    AS tool_ids`;

export async function insertAgent(db: Database, agent: AgentColumns): Promise<void> {
  await insertRows(db, "agents", [agent]);
}

export async function findAgent(db: Database, id: string): Promise<AgentRow> {
  const { rows } = await db.query(
    `SELECT row.*, ${WITH_TAGS_AND_TOOLS} FROM letta.agents row WHERE row.id = $1`,
    [id],
  );
  if (!rows[0]) throw agentNotFound();
  return agentRow.parse(rows[0]);
}

export async function updateAgent(
  db: Database,
  changes: { readonly id: string } & Partial<AgentColumns>,
): Promise<void> {
  await updateRow(db, "agents", changes);
}

export async function deleteAgent(db: Database, id: string): Promise<void> {
  await db.query("DELETE FROM letta.agents WHERE id = $1", [id]);
}

export interface AgentFilter {
  readonly name?: string | undefined;
  readonly queryText?: string | undefined;
  readonly tags: readonly string[];
  readonly matchAllTags: boolean;
  readonly blockId?: string | undefined;
  readonly archiveId?: string | undefined;
}

export async function listAgents(
  db: Database,
  filter: AgentFilter,
  page: PageRequest,
): Promise<readonly AgentRow[]> {
  const list = new Listing("agents", agentRow, WITH_TAGS_AND_TOOLS);
  const { tags, matchAllTags, blockId, archiveId } = filter;
  if (filter.name !== undefined) list.where`row.name = ${filter.name}`;
  if (filter.queryText) list.where`row.name ILIKE ${`%${filter.queryText}%`}`;
  if (tags.length > 0)
    list.where`(SELECT count(*) FROM letta.agents_tags WHERE agent_id = row.id AND tag = ANY(${tags}))
      >= ${matchAllTags ? new Set(tags).size : 1}`;
  if (blockId) list.where`row.id IN (SELECT agent_id FROM letta.blocks_agents WHERE block_id = ${blockId})`;
  if (archiveId)
    list.where`row.id IN (SELECT agent_id FROM letta.archives_agents WHERE archive_id = ${archiveId})`;
  return list.page(db, page, { missing: agentNotFound });
}

export async function replaceTags(db: Database, agentId: string, tags: readonly string[]): Promise<void> {
  await db.query("DELETE FROM letta.agents_tags WHERE agent_id = $1", [agentId]);
  for (const tag of new Set(tags)) {
    await db.query("INSERT INTO letta.agents_tags (agent_id, tag) VALUES ($1, $2)", [agentId, tag]);
  }
}

export async function replaceTools(db: Database, agentId: string, toolIds: readonly string[]): Promise<void> {
  await db.query("DELETE FROM letta.tools_agents WHERE agent_id = $1", [agentId]);
  for (const toolId of new Set(toolIds)) {
    await db.query("INSERT INTO letta.tools_agents (agent_id, tool_id) VALUES ($1, $2)", [agentId, toolId]);
  }
}
