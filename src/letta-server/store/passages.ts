import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { notFound, uniqueViolation } from "../http/errors.ts";
import { newId } from "../ids.ts";
import { Listing, type PageRequest } from "./listing.ts";
import { commonColumns, insertRows, jsonObject, madeAt, updateRow } from "./rows.ts";

const archiveRow = z.object({
  ...commonColumns,
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  embedding_config: jsonObject.nullable(),
});
export type ArchiveRow = z.infer<typeof archiveRow>;

const passageRow = z.object({
  ...commonColumns,
  id: z.string(),
  archive_id: z.string(),
  text: z.string(),
  metadata_: jsonObject,
  tags: z.array(z.string()).nullable(),
});
export type PassageRow = z.infer<typeof passageRow>;

const archiveNotFound = (id: string) => notFound(`Archive not found with id='${id}'`);

export async function insertArchive(db: Database, archive: ArchiveRow): Promise<void> {
  await insertRows(db, "archives", [archive]);
}

export async function findArchive(db: Database, id: string): Promise<ArchiveRow> {
  const { rows } = await db.query("SELECT * FROM letta.archives WHERE id = $1", [id]);
  if (!rows[0]) throw archiveNotFound(id);
  return archiveRow.parse(rows[0]);
}

export async function updateArchive(
  db: Database,
  changes: { readonly id: string } & Partial<ArchiveRow>,
): Promise<void> {
  await updateRow(db, "archives", changes);
}

export async function deleteArchive(db: Database, id: string): Promise<void> {
  await db.query("DELETE FROM letta.archives WHERE id = $1", [id]);
}

export async function listArchives(
  db: Database,
  filter: { readonly agentId?: string | undefined; readonly name?: string | undefined },
  page: PageRequest,
): Promise<readonly ArchiveRow[]> {
  const list = new Listing("archives", archiveRow);
  const { name, agentId } = filter;
  if (name) list.where`row.name = ${name}`;
  if (agentId)
    list.where`row.id IN (SELECT archive_id FROM letta.archives_agents WHERE agent_id = ${agentId})`;
  return list.page(db, page, { missing: archiveNotFound });
}

/** An agent has one archive; attaching the same one again changes nothing. */
export async function attachArchive(db: Database, agentId: string, archiveId: string): Promise<void> {
  const current = await archiveIdOf(db, agentId);
  if (current === archiveId) return;
  if (current) throw uniqueViolation("archives_agents_agent_id_key", `(agent_id)=(${agentId})`);
  await db.query("INSERT INTO letta.archives_agents (agent_id, archive_id) VALUES ($1, $2)", [
    agentId,
    archiveId,
  ]);
}

export async function detachArchive(db: Database, agentId: string, archiveId: string): Promise<void> {
  await db.query("DELETE FROM letta.archives_agents WHERE agent_id = $1 AND archive_id = $2", [
    agentId,
    archiveId,
  ]);
}

/** The agent's archive, made on first use. Two first uses at once make one. */
export async function ensureArchive(
  db: Database,
  agent: { readonly id: string; readonly name: string },
  at: number,
): Promise<string> {
  const current = await archiveIdOf(db, agent.id);
  if (current) return current;
  return await db.transaction(async (inside) => {
    await inside.query("SELECT 1 FROM letta.agents WHERE id = $1 FOR UPDATE", [agent.id]);
    const meanwhile = await archiveIdOf(inside, agent.id);
    if (meanwhile) return meanwhile;
    const archive: ArchiveRow = {
      ...madeAt(at),
      id: newId("archive"),
      name: `${agent.name}'s Archive`,
      description: "Default archive created automatically",
      embedding_config: null,
    };
    await insertArchive(inside, archive);
    await attachArchive(inside, agent.id, archive.id);
    return archive.id;
  });
}

export async function insertPassage(db: Database, passage: PassageRow): Promise<void> {
  await insertRows(db, "archival_passages", [passage]);
}

export async function deletePassage(
  db: Database,
  passage: { readonly id: string; readonly archiveId: string | undefined },
): Promise<boolean> {
  const { rows } = await db.query(
    "DELETE FROM letta.archival_passages WHERE id = $1 AND archive_id = $2 RETURNING id",
    [passage.id, passage.archiveId ?? null],
  );
  return rows.length > 0;
}

export async function countPassages(db: Database, agentId: string): Promise<number> {
  const { rows } = await db.query(
    `SELECT count(*) AS total FROM letta.archival_passages passage
     JOIN letta.archives_agents link ON link.archive_id = passage.archive_id WHERE link.agent_id = $1`,
    [agentId],
  );
  return z.coerce.number().parse(rows[0]?.total);
}

export interface PassageFilter {
  readonly agentId: string;
  /** Any case, one substring of the whole text: words in another order find nothing. */
  readonly search?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

export async function listPassages(
  db: Database,
  filter: PassageFilter,
  page: PageRequest,
): Promise<readonly PassageRow[]> {
  const { agentId, search, since, until } = filter;
  const list = new Listing("archival_passages", passageRow);
  list.where`row.archive_id = (SELECT archive_id FROM letta.archives_agents WHERE agent_id = ${agentId})`;
  if (search) list.where`strpos(lower(row.text), lower(${search})) > 0`;
  if (since) list.where`row.created_at >= ${since}`;
  if (until) list.where`row.created_at <= ${until}`;
  return list.page(db, page, { missing: () => notFound("Passage not found") });
}

export async function archiveIdOf(db: Database, agentId: string): Promise<string | undefined> {
  const { rows } = await db.query("SELECT archive_id FROM letta.archives_agents WHERE agent_id = $1", [
    agentId,
  ]);
  return z.string().optional().parse(rows[0]?.archive_id);
}
