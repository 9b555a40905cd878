import { createHash } from "node:crypto";
import pg from "pg";
import { asDatabase, type Database } from "./pool.ts";

/** So many statements are kept by each connection; ours are fewer. */
const MOST = 200;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REFUSALS = new Set([
  // A newer version has changed a table, and what was prepared would answer in another shape.
  "0A000",
  // Something between us and the server gives one statement to another connection.
  "26000",
  "42P05",
]);

/**
 * The pool with statements that its connections keep: the server reads and plans each once for a connection. Where that is
 * refused, which is before anything was done, the statement is sent whole from then on.
 */
export function withPreparedStatements(pool: pg.Pool): Database {
  const whole = asDatabase(pool);
  const names = new Map<string, string | undefined>();
  const nameOf = (text: string): string | undefined => {
    if (!names.has(text) && names.size < MOST)
      names.set(text, createHash("sha256").update(text).digest("hex").slice(0, 32));
    return names.get(text);
  };
  return {
    async query(text, values) {
      const name = nameOf(text);
      if (name === undefined || values === undefined) return whole.query(text, values);
      try {
        return await pool.query({ name, text, values: [...values] });
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || !REFUSALS.has(error.code ?? "")) throw error;
        names.set(text, undefined);
        return whole.query(text, values);
      }
    },
  };
}
