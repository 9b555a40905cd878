import { eventually } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { recordKey } from "../../src/core/domain/record-key.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { recordingLog, type TestServer, testServer } from "./servers/databases.ts";
import { setting } from "./servers/samples.ts";

/*
 * What a turn reads is kept in memory and dropped by a notification. A change that no trigger tells of shows whether
 * something is read from the database or from what is kept.
 */

let server: TestServer;
let one: Storage;
let other: Storage;
const key = recordKey("web:general");

beforeAll(async () => {
  server = await testServer();
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  const url = await server.migratedDatabase();
  one = await openStorage({ url, log: recordingLog(), laneTiming: { pollMs: 60_000 } });
  other = await openStorage({ url, log: recordingLog(), laneTiming: { pollMs: 60_000 } });
});
afterEach(async () => {
  await one.close();
  await other.close();
});

const listens = (storage: Storage) => storage.turnQueue.start(async () => undefined);

/** Changes what is stored so that nobody hears of it. */
async function changeUnheard(bound: boolean): Promise<void> {
  await other.transaction(async (db) => {
    await db.query("alter table rapport.setting disable trigger changed");
    await db.query("update rapport.setting set value = $1", [
      JSON.stringify({ value: setting("web:general", { bound }) }),
    ]);
    await db.query("alter table rapport.setting enable trigger changed");
  });
}

test("what was read is read once, and a change by another process is seen", async () => {
  // The notification of this change is over before anybody listens.
  await one.settings.set(key, setting());
  await listens(one);
  expect(await one.settings.get(key)).toMatchObject({ bound: true });
  await changeUnheard(false);
  expect(await one.settings.get(key)).toMatchObject({ bound: true });

  await other.settings.set(key, setting("web:general", { bound: false, owner: "alice" }));
  await eventually("the change is seen", async () => (await one.settings.get(key))?.owner === "alice");
  await other.settings.delete(key);
  await eventually("so is its end", async () => (await one.settings.get(key)) === undefined);
  await other.settings.set(key, setting());
  await eventually("and what was not there", async () => (await one.settings.get(key)) !== undefined);
});

test("a change by a statement of one's own is heard of too, and so are lists", async () => {
  await listens(one);
  await one.settings.set(key, setting());
  expect(await one.settings.list("web:general")).toHaveLength(1);
  await other.query("delete from rapport.setting");
  await eventually("the list is empty", async () => (await one.settings.list("web:general")).length === 0);
});

test("whoever writes reads at once what was written", async () => {
  await listens(one);
  expect(await one.settings.get(key)).toBeUndefined();
  await one.settings.update(key, async () => setting());
  expect(await one.settings.get(key)).toMatchObject({ bound: true });
  await one.settings.update(key, async (now) => now && { ...now, bound: false });
  expect(await one.settings.get(key)).toMatchObject({ bound: false });
  await one.settings.delete(key);
  expect(await one.settings.getOrCreate(key, async () => setting())).toMatchObject({ bound: true });
  expect(await one.settings.get(key)).toMatchObject({ bound: true });
});

test("a change is made of what is stored, not of what is kept", async () => {
  await listens(one);
  await one.settings.set(key, setting());
  await one.settings.get(key);
  await changeUnheard(false);
  await one.settings.update(key, async (now) => {
    expect(now).toMatchObject({ bound: false });
    return undefined;
  });
});

test("while nothing is heard nothing is kept: before the lanes are worked, and once they are no more", async () => {
  await one.settings.set(key, setting());
  expect(await one.settings.get(key)).toMatchObject({ bound: true });
  await changeUnheard(false);
  expect(await one.settings.get(key)).toMatchObject({ bound: false });
  await listens(one);
  expect(await one.settings.get(key)).toMatchObject({ bound: false });
  await one.turnQueue.stop({ deadlineMs: 0, graceMs: 0 });
  await changeUnheard(true);
  expect(await one.settings.get(key)).toMatchObject({ bound: true });
});

test("a lost connection drops all that was kept: what was said meanwhile was not heard", async () => {
  // The notification of this change is over before anybody listens.
  await one.settings.set(key, setting());
  await listens(one);
  expect(await one.settings.get(key)).toMatchObject({ bound: true });
  await changeUnheard(false);
  await other.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'rapport lanes'`,
  );
  await eventually("it is read anew", async () => (await one.settings.get(key))?.bound === false);
});
