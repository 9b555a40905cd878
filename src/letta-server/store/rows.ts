import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import { DEFAULT_ORGANIZATION, DEFAULT_USER } from "../ids.ts";

/** Columns that every table shares. */
export const commonColumns = {
  created_at: z.coerce.date(),
  updated_at: z.coerce.date(),
};

export const optionalInstant = z.coerce.date().nullable();
export const jsonObject = z.record(z.string(), z.unknown());

export type Table =
  | "agents"
  | "archives"
  | "archival_passages"
  | "block"
  | "conversation_messages"
  | "conversations"
  | "messages"
  | "runs";

export const madeAt = (at: number) => ({ created_at: new Date(at), updated_at: new Date(at) });

const OWNER = {
  _created_by_id: DEFAULT_USER,
  _last_updated_by_id: DEFAULT_USER,
  organization_id: DEFAULT_ORGANIZATION,
};

/** Inserts rows that all have the columns of the first. Objects and arrays become JSON. */
export async function insertRows(
  db: Database,
  table: Table,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys({ ...first, ...OWNER });
  const values: unknown[] = [];
  const tuples = rows.map((row) => {
    const owned: Readonly<Record<string, unknown>> = { ...row, ...OWNER };
    const places = columns.map((column) => `$${values.push(stored(owned[column]))}`);
    return `(${places.join(", ")})`;
  });
  const names = columns.map((column) => `"${column}"`).join(", ");
  await db.query(`INSERT INTO letta.${table} (${names}) VALUES ${tuples.join(", ")}`, values);
}

/** Changes the given columns of a row; undefined means leave. */
export async function updateRow(
  db: Database,
  table: Table,
  { id, ...changes }: { readonly id: string } & Readonly<Record<string, unknown>>,
): Promise<void> {
  const values: unknown[] = [id];
  const assignments = Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => `"${column}" = $${values.push(stored(value))}`);
  if (assignments.length === 0) return;
  await db.query(`UPDATE letta.${table} SET ${assignments.join(", ")} WHERE id = $1`, values);
}

function stored(value: unknown): unknown {
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return JSON.stringify(value);
}
