import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient, failure } from "./clients/discord-client.ts";
import { type Ask, asker, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

let clock: ManualClock;
let discord: DiscordEmulator;
let ask: Ask;
let general: string;

beforeEach(async () => {
  clock = new ManualClock();
  await use(await startDiscordEmulator({ wallClock: clock }));
});

afterEach(() => stopAndCheck(discord));

function use(started: DiscordEmulator) {
  discord = started;
  ask = asker(discord);
  general = discord.channel("#general").id;
}

const post = (content = "x") => ask("POST", `/channels/${general}/messages`, { content });
const statuses = async (count: number, act: () => ReturnType<Ask>) => {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await act()).status);
  return seen;
};

test("five messages in five seconds, then a 429 that says when to come back and does not move that moment", async () => {
  expect(await statuses(5, post)).toEqual([200, 200, 200, 200, 200]);
  await clock.advance(2000);
  const refused = await post();
  expect([refused.status, refused.body]).toEqual([
    429,
    { message: "You are being rate limited.", retry_after: 3, global: false },
  ]);
  expect(refused.headers.get("retry-after")).toBe("3");
  expect(refused.headers.get("x-ratelimit-scope")).toBe("user");
  expect((await post()).body.retry_after).toBe(3);
  await clock.advance(3000);
  expect((await post()).status).toBe(200);
});

test("every answer counts down in its headers, refusals too", async () => {
  const remaining = async (content: string) => (await post(content)).headers.get("x-ratelimit-remaining");
  expect([await remaining("x"), await remaining("x".repeat(2001)), await remaining("")]).toEqual([
    "4",
    "3",
    "2",
  ]);
  const { headers } = await post();
  expect(headers.get("x-ratelimit-limit")).toBe("5");
  expect(headers.get("x-ratelimit-reset-after")).toBe("5.000");
  expect(Number(headers.get("x-ratelimit-reset"))).toBe((clock.now() + 5000) / 1000);
});

test("buckets are told apart by route and channel, and named by route", async () => {
  const random = discord.channel("#random").id;
  const other = await ask("POST", `/channels/${random}/messages`, { content: "x" });
  const same = await post();
  const typing = await ask("POST", `/channels/${general}/typing`);
  const bucket = ({ headers }: typeof same) => headers.get("x-ratelimit-bucket");
  expect(bucket(other)).toBe(bucket(same));
  expect(bucket(typing)).not.toBe(bucket(same));
  await statuses(4, post);
  expect((await post()).status).toBe(429);
  expect((await ask("POST", `/channels/${random}/messages`, { content: "x" })).status).toBe(200);
});

test("a name changes twice in ten minutes, other changes go on", async () => {
  const made = await ask("POST", `/channels/${general}/threads`, { name: "t", type: 11 });
  const change = (body: object) => ask("PATCH", `/channels/${made.body.id}`, body);
  expect([(await change({ name: "a" })).status, (await change({ name: "b" })).status]).toEqual([200, 200]);
  const refused = await change({ name: "c" });
  expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 600]);
  expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(0);
  expect((await change({ archived: true })).status).toBe(200);
});

test("fifty requests a second are the limit over all routes", async () => {
  for (const name of ["GET /users/@me"]) discord.limits.set(name, { limit: 1000, windowMs: 1000 });
  const seen = await statuses(51, () => ask("GET", "/users/@me"));
  expect([seen.filter((status) => status === 200).length, seen.at(-1)]).toEqual([50, 429]);
  const refused = await ask("GET", `/channels/${general}`);
  expect([
    refused.headers.get("x-ratelimit-global"),
    refused.headers.get("x-ratelimit-scope"),
    refused.body.global,
  ]).toEqual(["true", "global", true]);
});

test("bad requests are counted as Discord counts them towards a ban", async () => {
  await ask("GET", "/users/@me", undefined, { authorization: "Bot wrong" });
  discord.setPermissions({ channel: "#random", who: "Rapport", deny: ["ViewChannel"] });
  await ask("GET", `/channels/${discord.channel("#random").id}`);
  discord.faults.next({ path: "/users/@me", fault: { type: "status", status: 429 } });
  discord.faults.next({
    path: "/users/@me",
    fault: { type: "status", status: 429, headers: { "x-ratelimit-scope": "shared" } },
  });
  expect((await ask("GET", "/users/@me")).headers.get("retry-after")).toBe("1");
  await ask("GET", "/users/@me");
  expect(discord.limits.invalidRequests).toBe(3);
  await clock.advance(10 * 60_000);
  expect(discord.limits.invalidRequests).toBe(0);
});

test("a fault hits the requests it was planned for, once, and the state tells what was done", async () => {
  const path = "/channels/*/messages";
  discord.faults.next({ method: "POST", path, fault: { type: "cut-before-headers" } });
  await expect(post("never")).rejects.toThrow();
  discord.faults.next({ method: "POST", path, fault: { type: "cut-after-commit", by: "fin" } });
  await expect(post("done")).rejects.toThrow();
  discord.faults.next({
    method: "POST",
    path,
    fault: { type: "status", status: 502, body: { message: "bad gateway" } },
  });
  expect((await post("refused")).status).toBe(502);
  expect((await post("fine")).status).toBe(200);
  expect(discord.messages(general).map(({ content }) => content)).toEqual(["done", "fine"]);
});

test("an answer stalls after half of its body", async () => {
  discord.faults.next({ path: "/users/@me", fault: { type: "silence" } });
  const waiting = new AbortController();
  const response = await fetch(`${discord.url}/v10/users/@me`, {
    headers: { authorization: `Bot ${discord.token}` },
    signal: waiting.signal,
  });
  expect(response.status).toBe(200);
  const body = response.text();
  body.catch(() => undefined);
  waiting.abort();
  await expect(body).rejects.toThrow();
});

test("a request is slow on the emulator's clock", async () => {
  await discord.stop();
  use(await startQuickDiscord({ clock }));
  discord.faults.next({ path: "/users/@me", fault: { type: "slow", ms: 10_000 } });
  const arrived = discord.journal.next(({ path }) => path === "/users/@me");
  const answer = ask("GET", "/users/@me");
  const entry = await arrived;
  expect(entry.finished).toBe(false);
  while (clock.sleeping === 0) await new Promise(setImmediate);
  await clock.advance(10_000);
  expect((await answer).status).toBe(200);
  expect(entry.finished).toBe(true);
});

test("it goes down and comes back on the same port", async () => {
  await discord.faults.goDown();
  await expect(post()).rejects.toThrow();
  await discord.faults.comeBack();
  expect((await post()).status).toBe(200);
});

test("the real client waits for its bucket and meets no 429", async () => {
  await discord.stop();
  use(await startDiscordEmulator());
  discord.limits.set("POST /channels/{channel_id}/messages", { limit: 5, windowMs: 200 });
  const client = createClient(discord);
  client.rest.setToken(discord.token);
  await Promise.all(
    Array.from({ length: 12 }, () =>
      client.rest.post(`/channels/${general}/messages`, { body: { content: "x" } }),
    ),
  );
  expect(discord.journal.entries.filter(({ status }) => status === 429)).toEqual([]);
  await client.destroy();
});

test.each([
  ["a 502 is asked again and makes two messages", { type: "status", status: 502 } as const, 2, 1],
  ["a connection that breaks after the work makes two messages", { type: "cut-after-commit" } as const, 2, 2],
])("without a nonce %s", async (_what, fault, requests, messages) => {
  const client = createClient(discord);
  client.rest.setToken(discord.token);
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault });
  await client.rest.post(`/channels/${general}/messages`, { body: { content: "x" } });
  expect([
    discord.journal.of("POST", "/channels/{channel_id}/messages").length,
    discord.messages(general).length,
  ]).toEqual([requests, messages]);
  await client.destroy();
});

test("a connection that is closed normally is not tried again by the client", async () => {
  const client = createClient(discord);
  client.rest.setToken(discord.token);
  discord.faults.next({
    method: "POST",
    path: "/channels/*/messages",
    fault: { type: "cut-after-commit", by: "fin" },
  });
  const error = await failure(client.rest.post(`/channels/${general}/messages`, { body: { content: "x" } }));
  expect([error.code, discord.messages(general).length]).toEqual(["UND_ERR_SOCKET", 1]);
  await client.destroy();
});
