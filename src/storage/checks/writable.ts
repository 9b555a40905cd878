import type pg from "pg";
import { z } from "zod";
import { AppError } from "../../core/domain/errors.ts";
import { sentences } from "../../sentences/sentences.ts";
import { inTransaction } from "../postgres/pool.ts";

/** More than a sort may keep in memory: it goes through files on the database's disk, which vanish with it. */
const SORTED_ROWS = 4_000;
const SORT_MEMORY = "64kB";

/** By SQLSTATE. */
const REASONS: Readonly<Record<string, string>> = sentences.database.notWritable;

const Coded = z.object({ code: z.string() });

/**
 * Tries whether something can be stored, and leaves nothing: a sequence is advanced, which a read-only database refuses,
 * and something is sorted on the disk, which a full one refuses.
 *
 * @throws {AppError} `misconfigured` with the reason, where that is known
 */
export async function checkWritable(pool: pg.Pool): Promise<void> {
  try {
    await inTransaction(pool, async (db) => {
      await db.query("select nextval('rapport.lane_token')");
      await db.query("select set_config('work_mem', $1, true)", [SORT_MEMORY]);
      await db.query(
        `select max(place)
           from (select row_number() over (order by md5(n::text)) as place from generate_series(1, $1::int) n) sorted`,
        [SORTED_ROWS],
      );
    });
  } catch (error) {
    const reason = REASONS[Coded.safeParse(error).data?.code ?? ""];
    throw reason === undefined ? error : new AppError("misconfigured", reason, { cause: error });
  }
}
