import { afterAll, beforeAll, expect, test } from "vitest";
import { EventId } from "../../src/core/domain/model.ts";
import { systemClock } from "../../src/process/clock.ts";
import { checkDatabase } from "../../src/storage/checks/check-database.ts";
import { migrations } from "../../src/storage/migrations/index.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { startDiscordEmulatorOn } from "../../src/wiring/emulators.ts";
import { startLettaServerOn } from "../../src/wiring/letta-server.ts";
import { embeddedServer, recordingLog, run, type TestServer } from "../storage/servers/databases.ts";
import { collected, problemsIn } from "./run-doctor.ts";

let server: TestServer;
beforeAll(async () => {
  server = await embeddedServer();
});
afterAll(() => server.close());

const inspect = (url: string, clock = systemClock, beside: readonly string[] = []) =>
  collected(checkDatabase({ url }, clock, beside));

test("an empty database is well, and looking at it makes nothing", async () => {
  const url = await server.emptyDatabase();
  const findings = await inspect(url);
  expect(problemsIn(findings)).toEqual([]);
  expect(findings.at(-1)).toEqual({ state: "info", text: "The tables are made at the first start." });
  expect(await run(url, "select 1 from pg_namespace where nspname = 'rapport'")).toEqual([]);
});

test("tables that are up to date, older, or of a newer Rapport", async () => {
  const url = await server.emptyDatabase();
  await (await openStorage({ url, log: recordingLog() })).close();
  expect((await inspect(url)).at(-1)).toEqual({ state: "ok", text: "The tables are up to date." });
  await run(url, "delete from rapport.migration where number = $1", [migrations.length]);
  expect((await inspect(url)).at(-1)).toMatchObject({
    state: "info",
    text: expect.stringContaining("(1 steps)"),
  });
  await run(url, "insert into rapport.migration(number, name) values ($1, 'later')", [migrations.length + 7]);
  expect(problemsIn(await inspect(url))).toEqual([
    expect.stringMatching(/^error: The tables are of a newer Rapport/),
  ]);
});

test("messages that wait for a platform which no process serves are told", async () => {
  const url = await server.emptyDatabase();
  const storage = await openStorage({ url, log: recordingLog() });
  const entry = { lane: "a", id: EventId.parse("e1"), payload: {}, cap: 9, platform: "slack" };
  await storage.turnQueue.accept(entry);
  expect(problemsIn(await inspect(url))).toEqual([
    "warning: One message waits for slack, which no process serves: answered when one with its token runs.",
  ]);
  await storage.turnQueue.start(async () => undefined, undefined, ["slack"]);
  expect(problemsIn(await inspect(url))).toEqual([]);
  await storage.close();
});

test("a user who may not make the schema is told what to grant", async () => {
  const url = await server.emptyDatabase();
  const guest = `rapport_guest_${process.pid}`;
  await run(url, `create role ${guest} login password 'guest'`);
  try {
    const asGuest = new URL(url);
    asGuest.username = guest;
    asGuest.password = "guest";
    expect(problemsIn(await inspect(asGuest.href))).toEqual([
      expect.stringMatching(
        /^error: The user in DATABASE_URL may not make the schema rapport: grant it CREATE/,
      ),
    ]);
    await run(url, `create schema rapport authorization ${guest}`);
    expect(problemsIn(await inspect(asGuest.href))).toEqual([]);
    expect(problemsIn(await inspect(asGuest.href, systemClock, ["letta", "sandbox"]))).toEqual([
      expect.stringMatching(/^error: .*may not make the schemas letta and sandbox: grant it CREATE/),
    ]);
    const storage = await openStorage({ url: asGuest.href, log: recordingLog() });
    const starts = [
      () => startDiscordEmulatorOn(storage, systemClock),
      () => startLettaServerOn(storage, systemClock, { endpoint: undefined, alone: true }),
    ];
    for (const start of starts)
      await expect(start()).rejects.toMatchObject({
        code: "misconfigured",
        userMessage: expect.stringContaining("may not make them: grant it CREATE"),
      });
    await storage.close();
    asGuest.password = "wrong";
    await expect(inspect(asGuest.href)).rejects.toMatchObject({
      userMessage: "The database refuses the password in DATABASE_URL.",
    });
  } finally {
    await run(url, "drop schema if exists rapport cascade");
    await run(url, `drop role ${guest}`);
  }
});

test("a clock that is off is noticed", async () => {
  const late = { ...systemClock, now: () => Date.now() - 90_000 };
  expect(problemsIn(await inspect(await server.emptyDatabase(), late))).toEqual([
    expect.stringMatching(/^warning: Its clock and ours differ by \d+ s: .*NTP/),
  ]);
});
