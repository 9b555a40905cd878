import { type LettaServer, type LettaServerOptions, startLettaServer } from "@rapport/letta-server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { checkLetta } from "../../src/letta/checks.ts";
import { databaseAt, type TestDatabase } from "../emulators/database.ts";
import { type TestServer, testServer } from "../storage/servers/databases.ts";
import { collected, problemsIn } from "./run-doctor.ts";

let server: TestServer;
let db: TestDatabase;
let running: LettaServer[] = [];

beforeAll(async () => {
  server = await testServer();
  db = databaseAt(await server.migratedDatabase());
});
afterEach(async () => {
  for (const letta of running) await letta.stop();
  running = [];
});
afterAll(async () => {
  await db.close();
  await server.close();
});

const PASSWORD = "open sesame";
const AS_IT_SHOULD_BE = { apiKey: PASSWORD, model: undefined, embedding: "none" };

async function inspect(
  letta: Partial<LettaServerOptions>,
  options: Partial<Parameters<typeof checkLetta>[0]> = {},
) {
  const started = await startLettaServer({ db, password: PASSWORD, ...letta });
  running.push(started);
  return collected(checkLetta({ baseUrl: started.url, ...AS_IT_SHOULD_BE, ...options }));
}

test("a good server: version, password, model, and whether there is a Redis", async () => {
  const findings = await inspect({});
  expect(problemsIn(findings)).toEqual([]);
  expect(findings.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Version 0\.16\.7 answers at 127\.0\.0\.1:\d+\.$/),
    "It asks for a password, and takes ours.",
    expect.stringMatching(/^Personas answer with \S+\.$/),
    "No embedding model: memory is searched by words, not by meaning.",
    "It runs with Redis.",
  ]);
  expect((await inspect({ redis: false })).at(-1)?.text).toBe("It runs without Redis; Rapport needs none.");
});

test("a server that lets everybody in is warned about, on this machine too", async () => {
  const started = await startLettaServer({ db });
  running.push(started);
  const findings = await collected(
    checkLetta({ baseUrl: started.url, ...AS_IT_SHOULD_BE, apiKey: undefined }),
  );
  expect(problemsIn(findings)).toEqual([
    expect.stringMatching(/^warning: Letta accepts requests without a password: .*SECURE=true/),
  ]);
});

test.each([undefined, "wrong"])("a password that is not taken names its variable: %s", async (apiKey) => {
  await expect(inspect({}, { apiKey })).rejects.toMatchObject({
    userMessage: expect.stringMatching(/LETTA_API_KEY.*LETTA_SERVER_PASSWORD/),
  });
});

test("a handle that is not listed: what is, and when Letta reads the list", async () => {
  const findings = await inspect({}, { model: "openai-proxy/late", embedding: "openai/late" });
  expect(problemsIn(findings)).toEqual([
    expect.stringMatching(
      /^error: Letta does not list openai-proxy\/late \(it lists .*\): correct LETTA_MODEL, .*restart Letta/,
    ),
    expect.stringMatching(/^error: Letta does not list openai\/late .*: correct LETTA_EMBEDDING/),
  ]);
  expect(findings.at(-1)?.text).toBe("It runs with Redis.");
});

test("a server that is too old, and an address where nobody is", async () => {
  await expect(inspect({ version: "0.16.4" })).rejects.toMatchObject({
    userMessage: expect.stringMatching(/version 0\.16\.4; Rapport needs 0\.16\.7/),
  });
  const gone = { baseUrl: "http://127.0.0.1:1", ...AS_IT_SHOULD_BE };
  await expect(collected(checkLetta(gone))).rejects.toMatchObject({
    userMessage: expect.stringMatching(/does not answer at LETTA_BASE_URL/),
  });
});
