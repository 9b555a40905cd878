import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { makePool } from "../../src/storage/postgres/pool.ts";
import { withPreparedStatements } from "../../src/storage/postgres/prepared.ts";
import { recordingLog, type TestServer, testServer } from "./servers/databases.ts";

let server: TestServer;
let pool: pg.Pool;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  // One connection: what it keeps can be looked at.
  pool = makePool(await server.migratedDatabase(), { log: recordingLog(), name: "prepared", max: 1 });
  await pool.query("create table shelf(book text); insert into shelf values ('Emma')");
});
afterEach(() => pool.end());

const BOOKS = "select * from shelf where book <> $1";

async function kept(): Promise<unknown[]> {
  const { rows } = await pool.query<{ statement: string }>("select statement from pg_prepared_statements");
  return rows.map(({ statement }) => statement);
}

test("a statement with values is prepared once, one without is not", async () => {
  const db = withPreparedStatements(pool);
  for (const other of ["Emma", "", "Kim"]) await db.query(BOOKS, [other]);
  await db.query("select * from shelf");
  expect(await kept()).toEqual([BOOKS]);
});

test("a table that is changed meanwhile answers in its new shape", async () => {
  const db = withPreparedStatements(pool);
  await db.query(BOOKS, [""]);
  await pool.query("alter table shelf add column pages int default 9");
  for (let times = 0; times < 2; times += 1)
    expect((await db.query(BOOKS, [""])).rows).toEqual([{ book: "Emma", pages: 9 }]);
});

test("a connection that has lost what it kept is no failure", async () => {
  const db = withPreparedStatements(pool);
  await db.query(BOOKS, [""]);
  await pool.query("deallocate all");
  for (let times = 0; times < 2; times += 1)
    expect((await db.query(BOOKS, [""])).rows).toEqual([{ book: "Emma" }]);
});

test("what the server refuses for another reason is refused", async () => {
  const db = withPreparedStatements(pool);
  await expect(db.query("select 1 / $1::int as none", [0])).rejects.toMatchObject({ code: "22012" });
});
