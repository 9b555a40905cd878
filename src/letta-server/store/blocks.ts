import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { blockNotFound, labelNotFound, uniqueViolation } from "../http/errors.ts";
import { Listing, type PageRequest } from "./listing.ts";
import { commonColumns, insertRows, jsonObject, updateRow } from "./rows.ts";

const blockRow = z.object({
  ...commonColumns,
  id: z.string(),
  label: z.string(),
  value: z.string(),
  limit: z.number(),
  description: z.string().nullable(),
  read_only: z.boolean(),
  metadata_: jsonObject,
  hidden: z.boolean().nullable(),
});
export type BlockRow = z.infer<typeof blockRow>;

export async function insertBlock(db: Database, block: BlockRow): Promise<void> {
  await insertRows(db, "block", [block]);
}

export async function findBlock(db: Database, id: string): Promise<BlockRow> {
  const { rows } = await db.query("SELECT * FROM letta.block WHERE id = $1", [id]);
  if (!rows[0]) throw blockNotFound(id);
  return blockRow.parse(rows[0]);
}

/** The blocks of an agent, in the order they were attached. */
export async function blocksOf(db: Database, agentId: string): Promise<readonly BlockRow[]> {
  const { rows } = await db.query(
    `SELECT block.* FROM letta.block JOIN letta.blocks_agents link ON link.block_id = block.id
     WHERE link.agent_id = $1 ORDER BY link.sort_key`,
    [agentId],
  );
  return z.array(blockRow).parse(rows);
}

export async function findBlockByLabel(db: Database, agentId: string, label: string): Promise<BlockRow> {
  const block = (await blocksOf(db, agentId)).find((candidate) => candidate.label === label);
  if (!block) throw labelNotFound(label, agentId);
  return block;
}

/** Writes what is given, and bumps the version as the real server does. */
export async function updateBlock(
  db: Database,
  changes: { readonly id: string } & Partial<BlockRow>,
): Promise<void> {
  await updateRow(db, "block", changes);
  await db.query("UPDATE letta.block SET version = version + 1 WHERE id = $1", [changes.id]);
  if (changes.label === undefined) return;
  await db.query("UPDATE letta.blocks_agents SET block_label = $2 WHERE block_id = $1", [
    changes.id,
    changes.label,
  ]);
}

export async function deleteBlock(db: Database, id: string): Promise<void> {
  await db.query("DELETE FROM letta.block WHERE id = $1", [id]);
}

/** Attaches a block; an agent has each label once. Attaching the same block again changes nothing. */
export async function attachBlock(db: Database, agentId: string, block: BlockRow): Promise<void> {
  const { rows } = await db.query(
    "SELECT block_id FROM letta.blocks_agents WHERE agent_id = $1 AND block_label = $2",
    [agentId, block.label],
  );
  if (rows[0]?.block_id === block.id) return;
  if (rows[0]) {
    throw uniqueViolation("unique_label_per_agent", `(agent_id, block_label)=(${agentId}, ${block.label})`);
  }
  await db.query("INSERT INTO letta.blocks_agents (agent_id, block_id, block_label) VALUES ($1, $2, $3)", [
    agentId,
    block.id,
    block.label,
  ]);
}

export async function detachBlock(db: Database, agentId: string, blockId: string): Promise<void> {
  await db.query("DELETE FROM letta.blocks_agents WHERE agent_id = $1 AND block_id = $2", [agentId, blockId]);
}

export async function agentsWithBlock(db: Database, blockId: string): Promise<readonly string[]> {
  const { rows } = await db.query("SELECT agent_id FROM letta.blocks_agents WHERE block_id = $1", [blockId]);
  return rows.map((row) => z.string().parse(row.agent_id));
}

export interface BlockFilter {
  readonly label?: string | undefined;
  readonly agentId?: string | undefined;
  readonly valueSearch?: string | undefined;
}

export async function listBlocks(
  db: Database,
  filter: BlockFilter,
  page: PageRequest,
): Promise<readonly BlockRow[]> {
  const list = new Listing("block", blockRow);
  const { label, valueSearch, agentId } = filter;
  if (label) list.where`row.label = ${label}`;
  if (valueSearch) list.where`row.value ILIKE ${`%${valueSearch}%`}`;
  if (agentId) list.where`row.id IN (SELECT block_id FROM letta.blocks_agents WHERE agent_id = ${agentId})`;
  return list.page(db, page, { missing: blockNotFound });
}
