import { scriptedModel } from "@rapport/letta-server";
import { eventually, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { allOf, Caller, painted } from "../../harness/caller.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { startTcpProxy, type TcpProxy } from "../../storage/servers/tcp-proxy.ts";

let server: TestServer;
let road: TcpProxy;
let bot: TestBot;
let caller: Caller;

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, {
    model: scriptedModel({ clock: systemClock }),
    proxy: async (url) => {
      road = await startTcpProxy(url);
      return road.url;
    },
  });
  caller = new Caller(bot);
});

afterAll(async () => {
  await bot.stop();
  await road.close();
  await server.close();
});

const ADA = { persona: "personal_assistant" } as const;

test("readiness asks Letta one thing, however many look at once", async () => {
  const before = bot.letta.journal.entries.length;
  const answers = await Promise.all([1, 2, 3].map(() => caller.asks("/readyz")));
  const asked = bot.letta.journal.entries.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((one) => !one.includes("/runs/"))).toEqual(["GET /v1/agents/"]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

describe("while Letta is away", () => {
  test("what is said is kept, the caller is told at once, and the answer comes later", async () => {
    await bot.letta.faults.goDown();
    const { status, headers, body } = await caller.says({ ...ADA, message: "anybody home?" });
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "waiting", message: expect.stringContaining("keep trying") });
    expect(body.message).not.toMatch(/ECONN|127\.0|http/);
    expect(headers.get("retry-after")).toMatch(/^\d+$/);
    await bot.letta.faults.comeBack();
    const events = await allOf(await caller.follows(headers.get("location") ?? ""));
    expect(painted(events)).toBe("echo: [User] anybody home?");
    expect(events.at(-1)).toMatchObject({ event: "done", data: { id: body.id } });
  });

  test("a stream says so, and puts the answer in the place of that", async () => {
    await bot.letta.faults.goDown();
    const stream = await caller.listens({ ...ADA, message: "are you there?" });
    const seen = [];
    for await (const event of stream) {
      seen.push(event);
      if (event.event === "text" && bot.letta.faults.isDown) await bot.letta.faults.comeBack();
    }
    expect(seen.map(({ event }) => event)).toContain("replace");
    expect(seen.at(-1)).toMatchObject({
      event: "done",
      data: { message: "echo: [User] are you there?" },
    });
  });

  test("an answer is given by whichever process is there when it is back", async () => {
    await bot.letta.faults.goDown();
    const { headers } = await caller.says({ ...ADA, message: "and after a restart?" });
    await bot.restart();
    await bot.letta.faults.comeBack();
    const events = await allOf(await caller.follows(headers.get("location") ?? ""));
    expect(painted(events)).toBe("echo: [User] and after a restart?");
  });

  test("what was given up is a failure to whoever waits for it or asks again, not an endless wait", async () => {
    await bot.letta.faults.goDown();
    const said = { ...ADA, message: "this kills whoever reads it" };
    const key = { "idempotency-key": "given-up" };
    const { headers, body } = await caller.says(said, key);
    const waiting = caller.follows(headers.get("location") ?? "").then(allOf);
    await eventually("the turn is given up", async () => {
      // As after so many deaths of the process that had it.
      await bot.storage.query("update rapport.lane set deaths = 99, ready_at = now() where worker is null");
      await bot.storage.query("select pg_notify('rapport_lanes', '')");
      return (await bot.storage.queueStats()).dead === 1;
    });
    const last = (await waiting).at(-1);
    expect(last).toMatchObject({ event: "failed", data: { id: body.id, state: "failed" } });
    expect(last?.data.message).toMatch(/^⚠️ I tried this several times and failed each time/);
    expect(await caller.says(said, key)).toMatchObject({ status: 502, body: { code: "model_failed" } });
    await bot.letta.faults.comeBack();
    expect(await caller.says({ ...ADA, message: "alive?" })).toMatchObject({ status: 200 });
  });

  test("history and memory are refused for now, in plain words", async () => {
    await caller.says({ ...ADA, conversation_id: "known", message: "hello" });
    await bot.letta.faults.goDown();
    for (const path of ["/api/conversation/history", "/api/memory"]) {
      const query = path.endsWith("memory") ? ADA : {};
      const { status, body, headers } = await caller.gets(path, { conversation_id: "known", ...query });
      expect([status, body.code, headers.get("content-type")]).toEqual([
        503,
        "agent_unavailable",
        "application/problem+json",
      ]);
      expect(body.detail).toMatch(/^The persona.s server cannot be reached/);
      expect(headers.get("retry-after")).toBeTruthy();
    }
    const { status, body } = await caller.asks("/readyz");
    expect(status).toBe(503);
    expect(body).toMatchObject({ ready: false, parts: { letta: "away", database: "ready", web: "ready" } });
    await bot.letta.faults.comeBack();
  });
});

describe("while the database is away", () => {
  test("nothing is accepted, nothing is lost, and all is well when it is back", async () => {
    await road.close();
    const said = { ...ADA, message: "can you hear me?" };
    const key = { "idempotency-key": "through-the-outage" };
    const { status, body, headers } = await caller.says(said, key);
    expect([status, body.code]).toEqual([503, "platform_unavailable"]);
    expect(body.detail).toBe("The database does not answer. Try again in a moment.");
    expect(headers.get("retry-after")).toBeTruthy();
    expect((await caller.gets("/api/personas")).status).toBe(503);
    expect((await caller.request("/healthz")).status).toBe(200);
    const metrics = await (await caller.request("/metrics")).text();
    expect(metrics).toContain("rapport_database_up 0");
    await road.open();
    await eventually("it is back", async () => (await caller.request("/readyz")).status === 200);
    const again = await caller.says(said, key);
    expect(again).toMatchObject({ status: 200, body: { message: "echo: [User] can you hear me?" } });
  });

  test("who waits for an answer is told where it will be, as with any other outage", async () => {
    const said = bot.letta.journal.entries.length;
    const waiting = caller.says({ ...ADA, message: "DRIP one two three four five" });
    await eventually("the model speaks", async () =>
      bot.letta.journal.entries
        .slice(said)
        .some(({ method, path }) => method === "POST" && path.endsWith("/messages")),
    );
    await road.close();
    const { status, headers, body } = await waiting;
    expect([status, body.state]).toEqual([202, expect.stringMatching(/waiting|answering/)]);
    const place = headers.get("location") ?? "";
    await road.open();
    await eventually("it is back", async () => (await caller.asks(place)).status === 200);
    const events = await allOf(await caller.follows(place));
    expect(painted(events)).toBe("echo: [User] DRIP one two three four five");
    expect(events.at(-1)).toMatchObject({ event: "done", data: { id: body.id } });
  });
});
