import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { eventually } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpServer, listen } from "../../src/http/server.ts";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { allOf, Caller, eventsOf, painted } from "../harness/caller.ts";
import { GatedModel } from "../letta-server/fixtures/gated-model.ts";
import type { TestServer } from "../storage/servers/databases.ts";

let server: TestServer;
let model: GatedModel;
let bot: TestBot;
let http: HttpServer;

beforeAll(async () => {
  server = await storyServer();
  model = new GatedModel();
  bot = await startBot(server, { model });
  http = await serve();
});

afterAll(async () => {
  await http.stop({ graceMs: 0, forceMs: 1_000 });
  await bot.stop();
  await server.close();
});

async function serve(): Promise<HttpServer> {
  if (!bot.app.http) throw new Error("this bot has no HTTP API");
  return listen({ ...bot.app.http, host: "127.0.0.1", port: 0 });
}

const chat = (message: string, headers: Record<string, string> = {}) =>
  fetch(`${http.url}/api/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ persona: "personal_assistant", message }),
  });

test("an answer comes over a socket, whole and as a stream", async () => {
  const whole = chat("hello");
  (await model.next()).answer(["hi ", "there"]);
  expect(await (await whole).json()).toMatchObject({ message: "hi there" });
  const response = await chat("hello", { accept: "text/event-stream" });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  if (!response.body) throw new Error("no body");
  const events = eventsOf(response.body);
  // The line is open before anything is said.
  expect((await events.next()).value).toMatchObject({ event: "accepted" });
  (await model.next()).answer(["again"]);
  expect(painted(await allOf(events))).toBe("again");
});

test("a caller who hangs up stops nothing, and the answer can be fetched", async () => {
  const leaving = new AbortController();
  const response = await fetch(`${http.url}/api/chat`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      "idempotency-key": "hangs-up",
    },
    body: JSON.stringify({ persona: "personal_assistant", message: "do not wait for me" }),
    signal: leaving.signal,
  });
  expect(response.status).toBe(200);
  const asked = await model.next();
  leaving.abort();
  asked.answer(["all the same"]);
  await bot.idle();
  const again = await new Caller(bot).says(
    { persona: "personal_assistant", message: "do not wait for me" },
    { "idempotency-key": "hangs-up" },
  );
  expect(again).toMatchObject({ status: 200, body: { message: "all the same" } });
});

test("a body that is too large is cut off, however it is sent", async () => {
  const url = new URL(http.url);
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, "connect");
  socket.write(
    `POST /api/chat HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const chunk = "x".repeat(100_000);
  socket.on("error", () => undefined);
  for (let sent = 0; sent < 5; sent += 1) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test("a body whose length is not announced is read like any other", async () => {
  const sent = request(`${http.url}/api/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
  });
  sent.write('{"persona": "personal_assistant", ');
  sent.end('"message": "!help"}');
  const [{ statusCode }] = await once(sent, "response");
  expect(statusCode).toBe(200);
});

test("a caller who hangs up in the middle of a body is taken for no failure of ours", async () => {
  const url = new URL(http.url);
  const before = bot.log.lines.length;
  const told = () => bot.log.lines.slice(before);
  for (const length of ["content-length: 200", "transfer-encoding: chunked"]) {
    const socket = connect(Number(url.port), url.hostname);
    socket.write(`POST /api/chat HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n`);
    socket.end(`${length}\r\n\r\n2\r\n{`, () => socket.destroy());
  }
  const answered = await eventually("both are done with", () => {
    const lines = told().filter(({ message }) => message === "request answered");
    return lines.length === 2 && lines;
  });
  expect(answered.map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ status: 400 }),
    expect.objectContaining({ status: 400 }),
  ]);
  expect(told().filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
});

test("a request that no route takes is a problem all the same", async () => {
  const raw = async (line: string) => {
    const { hostname, port, host } = new URL(http.url);
    const socket = connect(Number(port), hostname).setEncoding("utf8");
    socket.end(`${line} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    return (await socket.toArray()).join("");
  };
  for (const method of ["DELETE", "OPTIONS", "PATCH"])
    expect(await raw(`${method} /api/chat`)).toMatch(
      /^HTTP\/1\.1 405 .*\r\nallow: POST\r\n.*application\/problem\+json/s,
    );
  expect(await raw("GET /\\nothing")).toMatch(
    /^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"bad_request"/s,
  );
});

test("who waits when the server stops is told where to ask, and the answer comes from the next one", async () => {
  const waiting = chat("wait for me");
  const streaming = await chat("me too", { accept: "text/event-stream" });
  const [one, two] = [await model.next(), await model.next()];
  if (!streaming.body) throw new Error("no body");
  const events = eventsOf(streaming.body);
  await events.next();
  const stopped = http.stop({ graceMs: 50, forceMs: 5_000 });
  const response = await waiting;
  expect(response.status).toBe(202);
  expect((await allOf(events)).at(-1)).toMatchObject({ event: "pending" });
  await stopped;
  await expect(chat("too late")).rejects.toThrow();
  one.answer(["here"]);
  two.answer(["and here"]);
  await bot.idle();
  await bot.restart();
  http = await serve();
  const later = await fetch(`${http.url}${response.headers.get("location")}`);
  expect(await later.json()).toMatchObject({ state: "answered", message: expect.stringMatching(/here$/) });
});

test("a request that is being answered ends before the server does", async () => {
  const waiting = chat("almost done");
  const asked = await model.next();
  const stopped = http.stop({ graceMs: 10_000, forceMs: 1_000 });
  asked.answer(["done"]);
  const response = await waiting;
  expect([response.status, await response.json()]).toMatchObject([200, { message: "done" }]);
  await stopped;
  http = await serve();
});

test("a port that is taken is the caller's affair", async () => {
  const { port } = new URL(http.url);
  if (!bot.app.http) throw new Error("this bot has no HTTP API");
  const again = listen({ ...bot.app.http, host: "127.0.0.1", port: Number(port) });
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
});
