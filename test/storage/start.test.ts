import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AgentId } from "../../src/core/domain/model.ts";
import { recordKey } from "../../src/core/domain/record-key.ts";
import type { AgentRecord } from "../../src/core/domain/stored-records.ts";
import { roomLeft } from "../../src/storage/checks/requirements.ts";
import { startEmbedded } from "../../src/storage/embedded/embedded-server.ts";
import { migrations } from "../../src/storage/migrations/index.ts";
import { migrate } from "../../src/storage/postgres/migrate.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { embeddedServer, recordingLog, run, type TestServer } from "./servers/databases.ts";

/* How a start goes on databases in every condition. */

let server: TestServer;

beforeAll(async () => {
  server = await embeddedServer();
});
afterAll(async () => {
  await server.close();
});

const open = (url: string) => openStorage({ url, log: recordingLog() });

async function failure(url: string): Promise<unknown> {
  try {
    await (await open(url)).close();
    return "it started";
  } catch (error) {
    return error;
  }
}

test("eight processes may start on an empty database at the same time", async () => {
  const url = await server.emptyDatabase();
  const opened = await Promise.all(Array.from({ length: 8 }, () => open(url)));
  expect(await run(url, "select name from rapport.migration order by number")).toEqual(
    migrations.map(({ name }) => ({ name })),
  );
  await Promise.all(opened.map((storage) => storage.close()));
});

test("the tables of a first start are one line of the log, and none where they are up to date", async () => {
  const url = await server.emptyDatabase();
  const log = recordingLog();
  await migrate(url, log);
  await migrate(url, log);
  const told = log.lines.filter(({ message }) => message.startsWith("migration"));
  expect(told.filter(({ level }) => level === "info")).toEqual([
    {
      level: "info",
      message: "migrations applied",
      fields: { count: migrations.length, from: 1, to: migrations.length },
    },
  ]);
  expect(told.filter(({ level }) => level === "debug")).toHaveLength(migrations.length);
});

test("nothing is made outside of the schema rapport", async () => {
  const url = await server.emptyDatabase();
  await (await open(url)).close();
  const made = await run(
    url,
    `select distinct n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  expect(made).toEqual([{ schema: "rapport" }]);
});

test("a database without a schema public, as Letta's own is, keeps what is stored", async () => {
  const url = await server.emptyDatabase();
  await run(url, "drop schema public cascade");
  const first = await open(url);
  const key = recordKey("test:place", "ada");
  const agent: AgentRecord = {
    agent: AgentId.parse("agent-1"),
    persona: { home: "box", key: "ada" },
    scope: "workspace/test",
    personaHash: "0",
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  await first.agents.set(key, agent);
  await first.close();
  const second = await open(url);
  expect(await second.agents.get(key)).toEqual(agent);
  await second.close();
});

test("a second start changes nothing and keeps what is there", async () => {
  const url = await server.emptyDatabase();
  const first = await open(url);
  await first.query("insert into rapport.seen_event(event_id) values ('e1')");
  await first.close();
  const second = await open(url);
  expect((await second.query("select event_id from rapport.seen_event")).rows).toEqual([{ event_id: "e1" }]);
  await second.close();
});

test("a migration that fails leaves the database as it was", async () => {
  const url = await server.emptyDatabase();
  await run(url, "create schema rapport; create table rapport.turn(id text)");
  expect(await failure(url)).toMatchObject({ code: "42P07" });
  await run(url, "drop table rapport.turn");
  await (await open(url)).close();
});

test("a database of a newer version is refused", async () => {
  const url = await server.emptyDatabase();
  await (await open(url)).close();
  await run(url, "insert into rapport.migration(number, name) values (999, 'from the future')");
  expect(await failure(url)).toMatchObject({ code: "misconfigured", userMessage: /newer version/ });
});

test("a released migration is never rewritten", () => {
  const prints = migrations.map(({ name, sql }) => [
    name,
    createHash("sha256").update(sql).digest("hex").slice(0, 12),
  ]);
  expect(prints).toMatchInlineSnapshot(`
    [
      [
        "records",
        "a8a90b279312",
      ],
      [
        "conversation map",
        "f16a864c628a",
      ],
      [
        "lanes",
        "cf38c26cbd21",
      ],
      [
        "turns",
        "aba1f931e7a3",
      ],
      [
        "exchanges",
        "b5b719c6504b",
      ],
      [
        "installations",
        "81f761db0983",
      ],
      [
        "dead letters",
        "8f5390f88a3f",
      ],
      [
        "provenance",
        "b8221aa784db",
      ],
      [
        "tenants",
        "ae15574cc16e",
      ],
      [
        "served lanes",
        "b250b6e2d18d",
      ],
      [
        "gateway sessions",
        "df3c53bb2eed",
      ],
      [
        "usage",
        "29dd2a1b0f49",
      ],
      [
        "agent outages",
        "63abf123e75d",
      ],
      [
        "said index",
        "ebcec93a98a2",
      ],
      [
        "late answers",
        "d12890c814fa",
      ],
      [
        "process deaths",
        "531cfa095749",
      ],
      [
        "heard revisions",
        "ace8eae4a4b7",
      ],
      [
        "alerts",
        "4569bd3c0ff6",
      ],
      [
        "heard",
        "6b996a4837b0",
      ],
      [
        "older claims",
        "124f1c09a9d0",
      ],
      [
        "quiet runs",
        "233c3854c03a",
      ],
      [
        "turn outcomes",
        "fa7ced1e7f2d",
      ],
      [
        "record changes",
        "9ac195c74a87",
      ],
      [
        "queue round trips",
        "62c23036bf30",
      ],
    ]
  `);
});

test("a start fails when no server is there, and says what to do", async () => {
  const closed = new URL(await server.emptyDatabase());
  closed.port = "9";
  expect(await failure(closed.href)).toMatchObject({
    code: "misconfigured",
    userMessage: /DATABASE_URL/,
    cause: { code: "ECONNREFUSED" },
  });
});

test("a start fails on a wrong password or a missing database, and does not repeat the address", async () => {
  const wrong = new URL(await server.emptyDatabase());
  wrong.password = "hunter2";
  const refused = await failure(wrong.href);
  expect(refused).toMatchObject({ code: "misconfigured", userMessage: /refuses the password/ });
  expect(JSON.stringify(refused)).not.toContain("hunter2");

  const missing = new URL(await server.emptyDatabase());
  missing.pathname = "/nobody_made_this";
  expect(await failure(missing.href)).toMatchObject({ code: "misconfigured", userMessage: /does not exist/ });
});

test("a start waits for whoever makes the tables, and says at last who holds them and what to do", async () => {
  const url = await server.emptyDatabase();
  const holder = new pg.Client({ connectionString: url, application_name: "somebody else" });
  await holder.connect();
  try {
    await holder.query("select pg_advisory_lock(7003, 1)");
    const log = recordingLog();
    await expect(migrate(url, log, { waitMs: 200 })).rejects.toMatchObject({
      code: "misconfigured",
      userMessage: expect.stringMatching(
        /^Another connection .*"somebody else" from 127\.0\.0\.1, connected since .*pg_terminate_backend\(\d+\)/,
      ),
    });
    expect(log.lines).toContainEqual(
      expect.objectContaining({ message: "another process makes the tables, waiting for it" }),
    );
    const waiting = migrate(url, recordingLog());
    await holder.query("select pg_advisory_unlock(7003, 1)");
    await waiting;
  } finally {
    await holder.end();
  }
});

test("a disk that fills is told early, and one that is full before PostgreSQL stops on it", () => {
  expect(
    [12.7, 300, 40_000].map((megabytes) => roomLeft(megabytes).map(({ state, text }) => [state, text])),
  ).toEqual([
    [["error", "The disk of the database has 12 MB left: make room on it, or PostgreSQL stops."]],
    [["warning", "The disk of the database has 300 MB left: make room on it soon."]],
    [],
  ]);
});

test("a standby is refused in a sentence", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rapport-standby-"));
  try {
    const primary = await startEmbedded({ dir: folder, log: recordingLog() });
    await primary.stop();
    writeFileSync(path.join(folder, "pg", "standby.signal"), "");
    const standby = await startEmbedded({ dir: folder, log: recordingLog() });
    expect(await failure(standby.url)).toMatchObject({
      code: "misconfigured",
      userMessage: "This is a standby that takes no changes: set DATABASE_URL to the primary server.",
    });
    await standby.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("what keeps a database from being used is said in a sentence", () => {
  test("it takes no changes", async () => {
    const url = await server.emptyDatabase();
    const name = new URL(url).pathname.slice(1);
    await run(url, `alter database ${name} set default_transaction_read_only = on`);
    expect(await failure(url)).toMatchObject({
      code: "misconfigured",
      userMessage: expect.stringMatching(
        /takes no changes, since default_transaction_read_only is on: turn it off/,
      ),
    });
  });

  test("its encoding has no room for what people write", async () => {
    const url = await server.emptyDatabase();
    const latin = `rapport_latin_${process.pid}`;
    await run(
      url,
      `create database ${latin} encoding 'LATIN1' locale 'C' locale_provider 'libc' template template0`,
    );
    try {
      const other = new URL(url);
      other.pathname = `/${latin}`;
      expect(await failure(other.href)).toMatchObject({
        userMessage: expect.stringMatching(/keeps text as LATIN1.*createdb --encoding=UTF8/),
      });
    } finally {
      await run(url, `drop database ${latin} with (force)`);
    }
  });

  test("its user may make nothing, or its tables are another user's; both name the user's way out", async () => {
    const url = await server.emptyDatabase();
    const guest = `rapport_stranger_${process.pid}`;
    await run(url, `create role ${guest} login password 'guest'`);
    const asGuest = new URL(url);
    asGuest.username = guest;
    asGuest.password = "guest";
    try {
      expect(await failure(asGuest.href)).toMatchObject({
        userMessage: expect.stringMatching(/may not make the schema rapport: grant it CREATE/),
      });
      await (await open(url)).close();
      await run(url, `grant usage, create on schema rapport to ${guest}`);
      expect(await failure(asGuest.href)).toMatchObject({
        userMessage: expect.stringMatching(/^The tables in the schema rapport belong to postgres/),
      });
    } finally {
      await run(url, `drop owned by ${guest}; drop role ${guest}`);
    }
  });
});
