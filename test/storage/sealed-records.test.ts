import { expect, test } from "vitest";
import { z } from "zod";
import { recordKey } from "../../src/core/domain/record-key.ts";
import { Sealed, SealedRecords } from "../../src/storage/records/sealed-records.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { storyServer } from "../harness/bot.ts";
import { KeptRecords } from "../platforms/slack/memory-records.ts";
import { recordingLog } from "./servers/databases.ts";

const schema = z.object({ token: z.string() });
const key = recordKey("T1");
const secretKey = "k".repeat(32);

function sealed(records: KeptRecords<Sealed>, more: { secretKey?: string; purpose?: string } = {}) {
  return new SealedRecords({ records, schema, secretKey, purpose: "test", ...more });
}

test("what is sealed can be read again, and nobody reads it in the database", async () => {
  const records = new KeptRecords<Sealed>();
  await sealed(records).set(key, { token: "xoxb-secret" });
  expect(JSON.stringify([...records.all.values()])).not.toContain("secret");
  expect(await sealed(records).get(key)).toEqual({ token: "xoxb-secret" });
  expect(await sealed(records).list()).toEqual([{ token: "xoxb-secret" }]);
  await sealed(records).update(key, async () => ({ token: "other" }));
  expect(await sealed(records).get(key)).toEqual({ token: "other" });
});

test("with another key, for another purpose or in another place it does not open", async () => {
  const records = new KeptRecords<Sealed>();
  await sealed(records).set(key, { token: "x" });
  await expect(sealed(records, { secretKey: "o".repeat(32) }).get(key)).rejects.toMatchObject({
    code: "misconfigured",
  });
  await expect(sealed(records, { purpose: "else" }).get(key)).rejects.toMatchObject({
    code: "misconfigured",
  });
  await records.set(recordKey("T2"), records.all.get(key)!);
  await expect(sealed(records).get(recordKey("T2"))).rejects.toMatchObject({ code: "misconfigured" });
});

test("two seals of one value look different", async () => {
  const records = new KeptRecords<Sealed>();
  await sealed(records).set(key, { token: "x" });
  const first = records.all.get(key)?.sealed;
  await sealed(records).set(key, { token: "x" });
  expect(records.all.get(key)?.sealed).not.toBe(first);
});

test("installations lie sealed in PostgreSQL", async () => {
  const server = await storyServer();
  const storage = await openStorage({ url: await server.emptyDatabase(), log: recordingLog() });
  const records = storage.records("installation", Sealed);
  const installations = new SealedRecords({ records, schema, secretKey, purpose: "test" });
  await installations.set(key, { token: "xoxb-secret" });
  expect(await installations.get(key)).toEqual({ token: "xoxb-secret" });
  const { rows } = await storage.query("select * from rapport.installation");
  expect(JSON.stringify(rows)).not.toContain("secret");
  expect(await installations.delete(key)).toBe(true);
  await storage.close();
  await server.close();
});
