import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { Caller } from "../harness/caller.ts";
import type { TestServer } from "../storage/servers/databases.ts";

const TOKEN = "a-token-that-nobody-can-guess";
const ADA = { persona: "personal_assistant" } as const;

let server: TestServer;
let open: TestBot;
let guarded: TestBot;

beforeAll(async () => {
  server = await storyServer();
  const model = scriptedModel({ clock: systemClock });
  open = await startBot(server, { model });
  guarded = await startBot(server, { model, apiToken: TOKEN });
});

afterAll(async () => {
  await open.stop();
  await guarded.stop();
  await server.close();
});

describe("with a token", () => {
  test.each([
    ["none", {}],
    ["another", { authorization: "Bearer another-token-of-some-kind" }],
    ["the beginning of it", { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ["it, but as a password", { authorization: `Basic ${btoa(`:${TOKEN}`)}` }],
    ["it, but in the address", {}],
  ])("whoever sends %s is refused", async (what, headers) => {
    const path = what.endsWith("address") ? `/api/personas?token=${TOKEN}` : "/api/personas";
    const refused = await new Caller(guarded, headers).asks(path);
    expect(refused).toMatchObject({ status: 401, body: { code: "unauthorized", status: 401 } });
    expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(JSON.stringify(refused.body)).not.toContain(TOKEN);
    for (const other of ["/metrics", "/api/chat", "/nothing"])
      expect((await new Caller(guarded, headers).request(other)).status).toBe(401);
  });

  test("whoever has it is answered, by whatever name the server is called", async () => {
    const caller = new Caller(guarded, { authorization: `Bearer ${TOKEN}`, host: "bot.example.org" });
    expect((await caller.says({ ...ADA, message: "hello" })).status).toBe(200);
    expect((await caller.request("/metrics")).status).toBe(200);
  });

  test("health and the document need none", async () => {
    for (const path of ["/healthz", "/readyz", "/api/openapi.json"])
      expect((await new Caller(guarded).request(path)).status).toBe(200);
  });

  test("no log line holds it, nor what people said", async () => {
    const caller = new Caller(guarded, { authorization: `Bearer ${TOKEN}` });
    await caller.says({ ...ADA, user: "alice", message: "a confidential remark" });
    await caller.gets("/api/conversation/history", { conversation_id: "confidential-name" });
    const log = JSON.stringify(guarded.log.lines);
    expect(log).toContain("request answered");
    expect(log).not.toMatch(/a-token-that|confidential/);
  });
});

describe("without a token", () => {
  test.each([
    "rebound.example.org",
    "rebound.example.org:4301",
    "127.0.0.1.example.org",
    "localhost.example.org",
  ])("a foreign name (%s) is refused, as it is when a site rebinds it to this machine", async (host) => {
    const refused = await new Caller(open, { host }).asks("/api/personas");
    expect(refused).toMatchObject({ status: 421, body: { code: "misdirected" } });
  });

  test.each(["127.0.0.1:4301", "localhost:4301", "[::1]:4301", "LOCALHOST"])(
    "this machine (%s) is answered",
    async (host) => {
      expect((await new Caller(open, { host }).request("/api/personas")).status).toBe(200);
    },
  );

  test.each([
    { origin: "https://example.org" },
    { origin: "null" },
    { origin: "http://127.0.0.1:9999" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("a page of elsewhere (%o) is refused", async (headers) => {
    const refused = await new Caller(open, headers).says({ ...ADA, message: "as a stranger" });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a request that does not fit", () => {
  test.each([
    ["without a message", ADA, "`message`: is needed"],
    ["with an empty message", { ...ADA, message: "  " }, "`message`"],
    ["with too long a message", { ...ADA, message: "x".repeat(20_001) }, "20,000"],
    ["without a persona", { message: "hello" }, "`persona`: is needed"],
    ["with a number as message", { ...ADA, message: 5 }, "`message`: takes text"],
    [
      "with a path as conversation",
      { ...ADA, message: "hello", conversation_id: "../other" },
      "`conversation_id`",
    ],
    [
      "with a misspelt field",
      { ...ADA, message: "hello", conversationId: "x" },
      "There is no field `conversationId`.",
    ],
    ["that is no object", ["hello"], "Send a JSON object."],
  ])("%s is refused with what it should be", async (_what, sent, named) => {
    const { status, headers, body } = await new Caller(open).sends("POST", "/api/chat", sent);
    expect([status, headers.get("content-type")]).toEqual([422, "application/problem+json"]);
    expect(body).toMatchObject({ type: "about:blank", title: "Unprocessable Content", status: 422 });
    expect(body.detail).toContain(named);
  });

  test("because of its form has the status that says how", async () => {
    const caller = new Caller(open);
    const json = { "content-type": "application/json" };
    const post = (init: RequestInit) => caller.asks("/api/chat", { method: "POST", ...init });
    expect(await post({ headers: json, body: "{" })).toMatchObject({
      status: 400,
      body: { detail: "The body is not JSON." },
    });
    expect(await post({ headers: json })).toMatchObject({ status: 400 });
    expect(await post({ headers: { "content-type": "text/plain" }, body: "hello" })).toMatchObject({
      status: 415,
    });
    expect(await post({ body: new URLSearchParams({ message: "hello" }) })).toMatchObject({ status: 415 });
    const large = JSON.stringify({ ...ADA, message: "x".repeat(300_000) });
    expect(await post({ headers: json, body: large })).toMatchObject({
      status: 413,
      body: { code: "too_large" },
    });
    expect(await caller.asks("/api/nothing")).toMatchObject({ status: 404, body: { code: "not_found" } });
    const wrong = await caller.asks("/api/personas/mira", { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT"]);
    const document = await caller.sends("POST", "/api/openapi.json", {});
    expect([document.status, document.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await caller.asks("/api/personas", { method: "POST", body: "hello" })).toMatchObject({
      status: 405,
    });
    const key = { "idempotency-key": "has spaces" };
    expect(await caller.says({ ...ADA, message: "hello" }, key)).toMatchObject({ status: 422 });
    expect(await caller.says({ persona: "nobody", message: "hello" })).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("**Ada**") },
    });
    expect(
      await caller.gets("/api/conversation/history", { conversation_id: "x", limit: "many" }),
    ).toMatchObject({
      status: 422,
      body: { detail: "`limit`: takes a number, such as 20" },
    });
  });

  test("because too much waits in a conversation is told to come back later", async () => {
    const caller = new Caller(open);
    const said = { ...ADA, conversation_id: "crowded", message: "SLOW2 hello" };
    const now = { prefer: "respond-async" };
    const all = await Promise.all(Array.from({ length: 45 }, () => caller.says(said, now)));
    const refused = all.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(all.every(({ status }) => status === 202 || status === 429)).toBe(true);
    expect(refused[0]?.headers.get("retry-after")).toMatch(/^\d+$/);
    await open.idle();
  });
});
