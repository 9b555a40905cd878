import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/process/clock.ts";
import { checkDatabase } from "../../src/storage/checks/check-database.ts";
import { openStorage } from "../../src/storage/storage.ts";
import { storageContract } from "../contracts/storage/storage-contract.ts";
import { collected, problemsIn } from "../doctor/run-doctor.ts";
import { startBot, type TestBot } from "../harness/bot.ts";
import { recordingLog, type TestServer, testServer } from "./servers/databases.ts";
import { hasPgbouncer, type Pooler, startPgbouncer } from "./servers/pgbouncer.ts";

/* Behind a pooler: Debian's pgbouncer, whose connections share three to the server. */

const isThere = hasPgbouncer();

test("pgbouncer takes part where CI runs", async ({ annotate }) => {
  if (!isThere) await annotate("pgbouncer is not installed: nothing was tried behind a pooler");
  expect(process.env.CI === "true" && !isThere, "apt-get install pgbouncer").toBe(false);
});

describe.skipIf(!isThere)(isThere ? "behind pgbouncer" : "behind pgbouncer (which is not installed)", () => {
  let server: TestServer;
  const running: Pooler[] = [];
  const start = async (mode: Parameters<typeof startPgbouncer>[1]) => {
    const pooler = await startPgbouncer(await server.emptyDatabase(), mode);
    running.push(pooler);
    return pooler;
  };
  const failure = async (address: { url: string; directUrl?: string }) => {
    try {
      await (await openStorage({ ...address, log: recordingLog() })).close();
      return "it started";
    } catch (error) {
      return error;
    }
  };
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(async () => {
    for (const pooler of running) await pooler.stop();
    await server.close();
  });

  describe("in transaction mode, with a direct address beside it", () => {
    let pooler: Pooler;
    let bot: TestBot;
    beforeAll(async () => {
      pooler = await start("transaction");
    });
    storageContract(async () => ({
      server: await testServer(),
      addressOf: (directUrl) => ({ url: pooler.through(directUrl), directUrl }),
    }));

    test("the whole bot answers and remembers over a restart", async () => {
      bot = await startBot(server, { pooled: (databaseUrl) => pooler.through(databaseUrl) });
      try {
        const thread = await bot.alice.begins("#general", "@Rapport my dog is called Rex");
        await bot.alice.reads(thread);
        await bot.restart();
        await bot.alice.asks(thread, "what is my dog called?", /Rex/);
      } finally {
        await bot.stop();
      }
    });

    test("the doctor sees that both addresses lead to one database", async () => {
      const directUrl = await server.migratedDatabase();
      const findings = await collected(
        checkDatabase({ url: pooler.through(directUrl), directUrl }, systemClock),
      );
      expect(problemsIn(findings)).toEqual([]);
      expect(findings.map(({ text }) => text)).toContain(
        "DATABASE_URL and DATABASE_DIRECT_URL lead to the same database.",
      );
    });
  });

  test("in transaction mode alone it is refused, at the start and by doctor, and nothing is made", async () => {
    const pooler = await start("transaction");
    const url = pooler.through(await server.emptyDatabase());
    const sentence = expect.stringMatching(/^DATABASE_URL leads through a pooler .*set DATABASE_DIRECT_URL/);
    expect(await failure({ url })).toMatchObject({ code: "misconfigured", userMessage: sentence });
    expect(problemsIn(await collected(checkDatabase({ url }, systemClock)))).toEqual([
      expect.stringMatching(/^error: DATABASE_URL leads through a pooler .*set DATABASE_DIRECT_URL/),
    ]);
    const findings = await collected(checkDatabase({ url }, systemClock));
    expect(findings.at(-1)?.text).toBe("The tables are made at the first start.");
  });

  test("a direct address that leads through a pooler too, or elsewhere, is refused", async () => {
    const pooler = await start("transaction");
    const direct = await server.emptyDatabase();
    const url = pooler.through(direct);
    expect(await failure({ url, directUrl: url })).toMatchObject({
      userMessage: expect.stringMatching(/^DATABASE_DIRECT_URL leads through a pooler/),
    });
    expect(await failure({ url, directUrl: await server.emptyDatabase() })).toMatchObject({
      userMessage: expect.stringMatching(/lead to different databases/),
    });
    const closed = new URL(direct);
    closed.port = "1";
    expect(await failure({ url, directUrl: closed.href })).toMatchObject({
      userMessage: expect.stringMatching(/^No database answers at DATABASE_DIRECT_URL/),
    });
  });

  test("in session mode it needs no other address", async () => {
    const pooler = await start("session");
    expect(await failure({ url: pooler.through(await server.emptyDatabase()) })).toBe("it started");
  });

  test("in statement mode it is refused in a sentence", async () => {
    const pooler = await start("statement");
    const directUrl = await server.emptyDatabase();
    expect(await failure({ url: pooler.through(directUrl), directUrl })).toMatchObject({
      code: "misconfigured",
      userMessage: expect.stringMatching(/^DATABASE_URL leads .*takes no transactions: set its pool_mode/),
    });
  });
});
