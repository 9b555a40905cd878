import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { runNotFound } from "../http/errors.ts";
import { Listing, type PageRequest } from "./listing.ts";
import { commonColumns, insertRows, jsonObject, optionalInstant, updateRow } from "./rows.ts";

const runStatus = z.enum(["created", "running", "completed", "failed", "cancelled"]);
export type RunStatus = z.infer<typeof runStatus>;

const runRow = z.object({
  ...commonColumns,
  id: z.string(),
  agent_id: z.string(),
  conversation_id: z.string().nullable(),
  status: runStatus,
  stop_reason: z.string().nullable(),
  background: z.boolean().nullable(),
  metadata_: jsonObject.nullable(),
  request_config: jsonObject.nullable(),
  ttft_ns: z.coerce.number().nullable(),
  total_duration_ns: z.coerce.number().nullable(),
  completed_at: optionalInstant,
});
export type RunRow = z.infer<typeof runRow>;

export async function insertRun(db: Database, run: RunRow): Promise<void> {
  await insertRows(db, "runs", [run]);
}

export async function findRun(db: Database, id: string): Promise<RunRow> {
  const { rows } = await db.query("SELECT * FROM letta.runs WHERE id = $1", [id]);
  if (!rows[0]) throw runNotFound(id);
  return runRow.parse(rows[0]);
}

export async function updateRun(
  db: Database,
  changes: { readonly id: string } & Partial<RunRow>,
): Promise<void> {
  await updateRow(db, "runs", changes);
}

/** Ends what no process runs any more. */
export async function endActiveRuns(db: Database, at: Date): Promise<void> {
  await db.query(
    `UPDATE letta.runs SET status = 'failed', stop_reason = 'error', completed_at = $1, updated_at = $1
     WHERE status IN ('created', 'running')`,
    [at],
  );
}

export async function deleteRun(db: Database, id: string): Promise<void> {
  await db.query("DELETE FROM letta.runs WHERE id = $1", [id]);
}

export interface RunFilter {
  readonly agentId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly background?: boolean | undefined;
  readonly stopReason?: string | undefined;
}

export const ACTIVE: readonly RunStatus[] = ["created", "running"];

export async function listRuns(
  db: Database,
  filter: RunFilter,
  page: PageRequest,
): Promise<readonly RunRow[]> {
  const list = new Listing("runs", runRow);
  if (filter.agentId) list.where`row.agent_id = ${filter.agentId}`;
  if (filter.conversationId) list.where`row.conversation_id = ${filter.conversationId}`;
  if (filter.statuses) list.where`row.status = ANY(${filter.statuses})`;
  if (filter.background !== undefined) list.where`row.background = ${filter.background}`;
  if (filter.stopReason) list.where`row.stop_reason = ${filter.stopReason}`;
  return list.page(db, page, { missing: runNotFound });
}
