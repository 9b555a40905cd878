import { z } from "zod";
import type { Database } from "../../emulators/kit/database.ts";
import type { Table } from "./rows.ts";

export interface PageRequest {
  readonly order: "asc" | "desc";
  readonly limit: number;
  /** Ids of rows that the page lies before or after, in the order asked for. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The rows of a table, narrowed by one condition after the other, in which its own columns are called `row.…`. */
export class Listing<Row> {
  readonly #select: string;
  readonly #schema: z.ZodType<Row>;
  readonly #values: unknown[] = [];
  readonly #conditions = ["NOT row.is_deleted"];

  /** `more`: what is selected beside the table's own columns. */
  constructor(table: Table, schema: z.ZodType<Row>, more = "") {
    this.#select = `SELECT row.*${more && `, ${more}`} FROM letta.${table} row`;
    this.#schema = schema;
  }

  /** What stands between the texts is a value, and becomes a parameter. */
  where(texts: TemplateStringsArray, ...values: readonly unknown[]): void {
    const places = values.map((value) => `$${this.#values.push(value)}`);
    this.#conditions.push(String.raw({ raw: texts }, ...places));
  }

  /** `missing` makes what is thrown when a cursor names no row of it. `orderBy`: what to sort by, best first. */
  async page(
    db: Database,
    request: PageRequest,
    { missing, orderBy }: { readonly missing: (cursor: string) => Error; readonly orderBy?: string },
  ): Promise<readonly Row[]> {
    const from = `${this.#select} WHERE ${this.#conditions.join(" AND ")}`;
    const rows = await selectPage(db, { from, values: this.#values, ...(orderBy && { orderBy }) }, request);
    if (!rows) throw missing(request.after ?? request.before ?? "");
    return z.array(this.#schema).parse(rows);
  }
}

interface Selection {
  /** SELECT … FROM … WHERE …, in which the table's own columns are called `row.…`. */
  readonly from: string;
  readonly values: readonly unknown[];
  /** What to sort by, best first; NULLs come last either way. */
  readonly orderBy?: string;
}

/** One page of a selection; undefined when a cursor names no row of it. */
async function selectPage(
  db: Database,
  { from, values, orderBy = "row.sort_key" }: Selection,
  { order, limit, before, after }: PageRequest,
): Promise<readonly Record<string, unknown>[] | undefined> {
  const held = [...values];
  const direction = order === "asc" ? "ASC" : "DESC";
  const numbered = from.replace(
    "SELECT row.*",
    `SELECT row.*, row_number() OVER (ORDER BY ${orderBy} ${direction} NULLS LAST, row.sort_key ${direction}) AS place`,
  );
  const bounds: string[] = [];
  for (const [cursor, comparison] of [
    [after, ">"],
    [before, "<"],
  ]) {
    if (!cursor) continue;
    held.push(cursor);
    bounds.push(`place ${comparison} (SELECT place FROM numbered WHERE id = $${held.length})`);
    const { rows } = await db.query(
      `WITH numbered AS (${numbered}) SELECT 1 FROM numbered WHERE id = $${values.length + 1}`,
      [...values, cursor],
    );
    if (rows.length === 0) return undefined;
  }
  const where = bounds.length > 0 ? `WHERE ${bounds.join(" AND ")}` : "";
  held.push(limit);
  const { rows } = await db.query(
    `WITH numbered AS (${numbered}) SELECT * FROM numbered ${where} ORDER BY place LIMIT $${held.length}`,
    held,
  );
  return rows;
}
