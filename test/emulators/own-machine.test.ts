import { request } from "node:http";
import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { startSlackEmulatorOn } from "../../src/wiring/emulators.ts";
import { startLettaServerOn } from "../../src/wiring/letta-server.ts";
import { recordingLog, type TestServer, testServer } from "../storage/servers/databases.ts";

let server: TestServer;
let storage: Storage;
let discord: DiscordEmulator;
let slack: SlackEmulator;
let letta: Awaited<ReturnType<typeof startLettaServerOn>>;
beforeAll(async () => {
  server = await testServer();
  storage = await openStorage({ url: await server.migratedDatabase(), log: recordingLog() });
  [discord, slack, letta] = await Promise.all([
    startDiscordEmulator(),
    startSlackEmulator({}),
    startLettaServerOn(storage, systemClock, { endpoint: undefined, alone: true }),
  ]);
});
afterAll(async () => {
  await Promise.all([discord.stop(), slack.stop(), letta.lettaServer.stop()]);
  await storage.close();
  await server.close();
});

/** Each emulator with something that its own client may ask, and its secret. */
const servers = () => ({
  Discord: { url: `${discord.url}/v10/users/@me`, headers: { authorization: `Bot ${discord.token}` } },
  Slack: { url: `${slack.url}auth.test`, headers: { authorization: `Bearer ${slack.botToken}` } },
  Letta: { url: `${letta.lettaServer.url}/v1/agents/`, headers: { authorization: `Bearer ${letta.apiKey}` } },
});
const NAMES = ["Discord", "Slack", "Letta"] as const;

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** As any program on this machine asks, with whatever headers. */
function ask(url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe.each(NAMES)("the emulated %s", (name) => {
  test("answers its own client", async () => {
    const { url, headers } = servers()[name];
    expect(await ask(url, { headers })).toBe(200);
  });

  test("answers to no name but its own, even with the secret", async () => {
    const { url, headers } = servers()[name];
    const { port } = new URL(url);
    for (const host of ["evil.example", `evil.example:${port}`, `localhost.evil.example:${port}`])
      expect(await ask(url, { headers: { ...headers, host } }), host).toBe(421);
    expect(await ask(url, { headers: { ...headers, host: `localhost:${port}` } })).toBe(200);
  });

  test("answers no other web site, whatever that one sends", async () => {
    const { url, headers } = servers()[name];
    const plain = { ...headers, "content-type": "text/plain" };
    const foreign = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    ];
    for (const marks of foreign)
      for (const method of ["GET", "POST"])
        expect(await ask(url, { method, headers: { ...plain, ...marks }, body: "{}" }), method).toBe(403);
    const sameMachine = { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" };
    expect(await ask(url, { method: "POST", headers: { ...plain, ...sameMachine }, body: "{}" })).toBe(403);
  });
});

test("no web site opens a socket to the emulated Discord or Slack", async () => {
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  for (const url of [new URL(discord.url).origin, `${new URL(slack.url).origin}/link?ticket=1`]) {
    expect(await ask(url, { headers: { ...upgrade, host: "evil.example" } })).toBe(421);
    expect(await ask(url, { headers: { ...upgrade, origin: "https://evil.example" } })).toBe(403);
  }
  expect(await ask(new URL(discord.url).origin, { headers: upgrade })).toBe(101);
});

test("what is remembered is read and written with the secret of the start alone", async () => {
  const { url } = servers().Letta;
  expect(await ask(url)).toBe(401);
  expect(await ask(url, { headers: { authorization: "Bearer guessed" } })).toBe(401);
  const written = { method: "POST", body: "{}" };
  expect(await ask(url, { ...written, headers: { "content-type": "text/plain" } })).toBe(401);
  const known = { authorization: `Bearer ${letta.apiKey}`, "content-type": "text/plain" };
  expect(await ask(url, { ...written, headers: known })).toBe(422);
});

test("each start has secrets of its own, and the workspace that was saved takes the new one", async () => {
  const first = await startSlackEmulatorOn(storage, systemClock);
  await first.stop();
  const [again, other, another] = await Promise.all([
    startSlackEmulatorOn(storage, systemClock),
    startSlackEmulator({}),
    startDiscordEmulator(),
  ]);
  expect(again.teamId).toBe(first.teamId);
  const headers = (token: string) => ({ authorization: `Bearer ${token}` });
  const asks = async (token: string) =>
    (await (
      await fetch(`${again.url}auth.test`, { method: "POST", headers: headers(token) })
    ).json()) as unknown;
  expect(await asks(again.botToken)).toMatchObject({ ok: true });
  expect(await asks(first.botToken)).toEqual({ ok: false, error: "invalid_auth" });
  const secrets = [slack, again, other].flatMap((one) => [
    one.botToken,
    one.appToken,
    one.signingSecret,
    one.clientSecret,
  ]);
  const all = [...secrets, discord.token, another.token, letta.apiKey];
  expect(new Set(all).size).toBe(all.length);
  await Promise.all([again.stop(), other.stop(), another.stop()]);
});
