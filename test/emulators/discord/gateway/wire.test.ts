import { createInflate } from "node:zlib";
import type { DiscordEmulator } from "@rapport/discord-emulator";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { startQuickDiscord, stopAndCheck } from "../clients/quick-discord.ts";

interface Frame {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: Readonly<Record<string, unknown>>;
}

/** The gateway without a client library: what is sent, and what comes. */
class Connection {
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  #waiters: { readonly wanted: (frame: Frame) => boolean; readonly resolve: (frame: Frame) => void }[] = [];

  constructor(discord: DiscordEmulator, query = "?v=10&encoding=json") {
    this.#socket = new WebSocket(discord.url.replace("http", "ws").replace("/api", `/${query}`));
    this.closed = new Promise((resolve) => this.#socket.on("close", resolve));
    const inflate = createInflate();
    inflate.on("data", (chunk: Buffer) => this.#take(chunk.toString()));
    this.#socket.on("message", (data: Buffer) => {
      if (query.includes("zlib")) inflate.write(data);
      else this.#take(data.toString());
    });
  }

  async send(op: number, d: unknown): Promise<void> {
    await this.hello();
    this.#socket.send(JSON.stringify({ op, d }));
  }

  async sendText(text: string): Promise<void> {
    await this.hello();
    this.#socket.send(text);
  }

  hello(): Promise<Frame> {
    return this.frame(({ op }) => op === 10);
  }

  /** The first frame that fits, also when it is here already. */
  frame(wanted: (frame: Frame) => boolean): Promise<Frame> {
    const here = this.#frames.find(wanted);
    if (here) return Promise.resolve(here);
    return new Promise((resolve) => {
      this.#waiters.push({ wanted, resolve });
    });
  }

  event(name: string): Promise<Frame> {
    return this.frame(({ t }) => t === name);
  }

  break(): void {
    this.#socket.terminate();
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  #take(text: string): void {
    const received = JSON.parse(text);
    const frame: Frame = { ...received, d: received.d ?? {} };
    this.#frames.push(frame);
    for (const waiter of this.#waiters) if (waiter.wanted(frame)) waiter.resolve(frame);
    this.#waiters = this.#waiters.filter(({ wanted }) => !wanted(frame));
  }
}

let discord: DiscordEmulator;
let open: Connection[] = [];

beforeAll(async () => {
  discord = await startQuickDiscord();
});

afterEach(() => {
  for (const connection of open) connection.break();
  open = [];
});

afterAll(() => stopAndCheck(discord));

function connect(query?: string): Connection {
  const connection = new Connection(discord, query);
  open.push(connection);
  return connection;
}

const botGateway = z.object({ session_start_limit: z.object({ remaining: z.number() }) });
const INTENTS = 1 | 512 | 32_768;
const login = (extra: object = {}) => ({ token: discord.token, intents: INTENTS, properties: {}, ...extra });
const say = (text: string) => discord.person("Alice").say(discord.channel("#general").id, text);

async function loggedIn(query?: string): Promise<{ connection: Connection; sessionId: string }> {
  const connection = connect(query);
  await connection.send(2, login());
  const ready = await connection.event("READY");
  await connection.event("GUILD_CREATE");
  return { connection, sessionId: String(ready.d.session_id) };
}

test("READY names the guild as unavailable and says where to resume; GUILD_CREATE brings the guild", async () => {
  const { connection } = await loggedIn();
  const ready = await connection.event("READY");
  expect(ready.d).toMatchObject({
    v: 10,
    guilds: [{ id: discord.guildId, unavailable: true }],
    shard: [0, 1],
  });
  expect(ready.d.resume_gateway_url).toMatch(/^ws:\/\/127\.0\.0\.1:/);
  const guild = await connection.event("GUILD_CREATE");
  expect(guild.d).toMatchObject({ id: discord.guildId, unavailable: false, member_count: 4 });
  expect([ready.s, guild.s]).toEqual([1, 2]);
});

test.each([
  ["a wrong token", 2, () => login({ token: "wrong" }), 4004],
  ["an intent that does not exist", 2, () => login({ intents: 1 << 30 }), 4013],
  ["an intent that the portal does not allow", 2, () => login({ intents: 1 << 8 }), 4014],
  ["a shard beyond the last", 2, () => login({ shard: [1, 1] }), 4010],
  ["a login without intents", 2, () => ({ token: discord.token, properties: {} }), 4002],
  ["an opcode that does not exist", 99, () => null, 4001],
  ["a presence before the login", 3, () => ({}), 4003],
  ["a RESUME with a wrong token", 6, () => ({ token: "wrong", session_id: "x", seq: 0 }), 4004],
])("%s closes the connection", async (_what, op, data, code) => {
  const connection = connect();
  await connection.send(op, data());
  expect(await connection.closed).toBe(code);
});

test("text that is no JSON, another version and another encoding close the connection", async () => {
  const connection = connect();
  await connection.sendText("hello");
  expect(await connection.closed).toBe(4002);
  expect(await connect("?v=9&encoding=json").closed).toBe(4012);
  expect(await connect("?v=10&encoding=etf").closed).toBe(4002);
});

test("a second login on one connection closes it", async () => {
  const { connection } = await loggedIn();
  await connection.send(2, login());
  expect(await connection.closed).toBe(4005);
});

test("121 frames in a minute close the connection", async () => {
  const connection = connect();
  for (let count = 0; count < 121; count += 1) await connection.send(1, null);
  expect(await connection.closed).toBe(4008);
});

test("a heartbeat is acknowledged", async () => {
  const connection = connect();
  await connection.send(1, null);
  expect((await connection.frame(({ op }) => op === 11)).d).toEqual({});
});

test("zlib-stream is one stream over the whole connection", async () => {
  const { connection } = await loggedIn("?v=10&encoding=json&compress=zlib-stream");
  await Promise.all([say("one"), say("two"), say("three")]);
  const third = await connection.frame(({ t, d }) => t === "MESSAGE_CREATE" && d.content === "three");
  expect(third.s).toBe(5);
});

test("RESUME replays from the sequence on, and ends with RESUMED", async () => {
  const { connection, sessionId } = await loggedIn();
  connection.break();
  await connection.closed;
  await say("missed");
  const again = connect();
  await again.send(6, { token: discord.token, session_id: sessionId, seq: 2 });
  expect(await again.event("MESSAGE_CREATE")).toMatchObject({ s: 3, d: { content: "missed" } });
  expect((await again.event("RESUMED")).s).toBe(4);
  const ready = again.frame(({ t }) => t === "READY");
  await say("then");
  expect(await Promise.race([ready, again.frame(({ d }) => d.content === "then")])).toMatchObject({ s: 5 });
});

test.each([
  ["that was forgotten", () => discord.gateway.forgetSessions(), 2],
  ["at a sequence that never was", () => undefined, 99],
])("a session %s is not resumed: op 9", async (_what, prepare, seq) => {
  const { connection, sessionId } = await loggedIn();
  connection.break();
  await connection.closed;
  prepare();
  const again = connect();
  await again.send(6, { token: discord.token, session_id: sessionId, seq });
  expect((await again.frame(({ op }) => op === 9)).d).toBe(false);
});

test("who says goodbye with 1000 cannot resume", async () => {
  const { connection, sessionId } = await loggedIn();
  const gone = discord.gateway.whenDisconnected();
  connection.close(1000);
  await gone;
  const again = connect();
  await again.send(6, { token: discord.token, session_id: sessionId, seq: 2 });
  expect((await again.frame(({ op }) => op === 9)).d).toBe(false);
});

test("RESUME is swallowed on demand", async () => {
  const { connection, sessionId } = await loggedIn();
  connection.break();
  await connection.closed;
  discord.gateway.answerResume(false);
  const again = connect();
  await again.send(6, { token: discord.token, session_id: sessionId, seq: 2 });
  await again.send(1, null);
  await again.frame(({ op }) => op === 11);
  discord.gateway.answerResume(true);
  expect(discord.gateway.connected).toBe(0);
});

test("logins beyond the limit are refused with op 9", async () => {
  discord.gateway.limitLogins(1, 60_000);
  await loggedIn();
  const second = connect();
  await second.send(2, login());
  expect((await second.frame(({ op }) => op === 9)).d).toBe(false);
  discord.gateway.limitLogins(1000, 1);
});

test("two connections of one bot both hear everything", async () => {
  const [one, two] = [await loggedIn(), await loggedIn()];
  await say("twice");
  const contents = await Promise.all([one, two].map(({ connection }) => connection.event("MESSAGE_CREATE")));
  expect(contents.map(({ d }) => d.content)).toEqual(["twice", "twice"]);
});

test("a login is counted, and one can be closed on demand", async () => {
  const ask = async () => {
    const answer = await fetch(`${discord.url}/v10/gateway/bot`, {
      headers: { authorization: `Bot ${discord.token}` },
    });
    const body: unknown = await answer.json();
    return botGateway.parse(body).session_start_limit.remaining;
  };
  const before = await ask();
  discord.gateway.closeNextLogin(4000);
  const connection = connect();
  await connection.send(2, login());
  expect(await connection.closed).toBe(4000);
  expect(await ask()).toBe(before - 1);
});

test("channel_type can be left out", async () => {
  const { connection } = await loggedIn();
  discord.gateway.sendChannelType(false);
  await say("without");
  discord.gateway.sendChannelType(true);
  await say("with");
  const found = (content: string) => connection.frame(({ d }) => d.content === content);
  expect([(await found("without")).d.channel_type, (await found("with")).d.channel_type]).toEqual([
    undefined,
    0,
  ]);
});
