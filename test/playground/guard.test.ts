import { request } from "node:http";
import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { discordWorld, startSandboxPage } from "../../src/playground/server/server.ts";

let discord: DiscordEmulator;
let page: { readonly url: string; stop(): Promise<void> };
let token: string;
beforeAll(async () => {
  discord = await startDiscordEmulator();
  page = await startSandboxPage({ worlds: [discordWorld(discord)], notices: [] });
  const { body } = await ask("/");
  token = /name="page-token" content="([^"]+)"/.exec(body)?.[1] ?? "";
});
afterAll(async () => {
  await page.stop();
  await discord.stop();
});

const saying = (text: string, as = "Alice") =>
  JSON.stringify({ as, placeId: discord.channel("general").id, text });
const said = () => discord.messages(discord.channel("general").id).map(({ content }) => content);

test("a name that was bound to this address gets nothing", async () => {
  const port = new URL(page.url).port;
  for (const host of [`evil.example:${port}`, "evil.example", `localhost.evil.example:${port}`]) {
    expect((await ask("/", { headers: { host } })).status).toBe(421);
    expect((await ask("/api/discord/overview", { headers: { host } })).status).toBe(421);
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    expect((await ask("/api/discord/overview", { headers: { host } })).status).toBe(200);
  }
});

test("another site can neither post nor read", async () => {
  const origin = "https://evil.example";
  const headers = { origin, "content-type": "application/json", "x-page-token": token };
  expect(
    (await ask("/api/discord/act/say", { method: "POST", headers, body: saying("gotcha") })).status,
  ).toBe(403);
  expect((await ask("/api/discord/overview", { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(
    403,
  );
  const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect((await ask("/", { headers: followed })).status).toBe(200);
  const { headers: answered } = await ask("/api/discord/overview");
  expect(answered["access-control-allow-origin"]).toBeUndefined();
  expect(said()).not.toContain("gotcha");
});

test("a post without the page's token does nothing", async () => {
  const json = { "content-type": "application/json" };
  const without = await ask("/api/discord/act/say", {
    method: "POST",
    headers: json,
    body: saying("sneaky"),
  });
  const wrong = { ...json, "x-page-token": `${token.slice(1)}A` };
  expect(without.status).toBe(403);
  expect(
    (await ask("/api/discord/act/say", { method: "POST", headers: wrong, body: saying("sneaky") })).status,
  ).toBe(403);
  const thrown = await ask("/api/switches/letta-cut", { method: "POST", headers: json, body: '{"on":true}' });
  expect(thrown.status).toBe(403);
  const right = { ...json, "x-page-token": token, origin: page.url };
  expect(
    (await ask("/api/discord/act/say", { method: "POST", headers: right, body: saying("honest") })).status,
  ).toBe(200);
  expect(said()).toEqual(["honest"]);
});

test("every answer forbids the page to load or run anything from elsewhere", async () => {
  for (const path of ["/", "/page.js", "/page.css", "/api/discord/overview", "/nothing"]) {
    const { headers } = await ask(path);
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  }
});

test("what is asked in the wrong shape is refused with the field that is wrong", async () => {
  const headers = { "content-type": "application/json", "x-page-token": token };
  const post = (name: string, body: string) =>
    ask(`/api/discord/act/${name}`, { method: "POST", headers, body });
  expect((await post("say", "{")).status).toBe(400);
  const wrong = await post("say", JSON.stringify({ as: "Alice", placeId: "general", text: "hi" }));
  expect(wrong.status).toBe(400);
  expect(wrong.body).toContain("placeId");
  expect((await post("say", saying("hi", "Mallory"))).status).toBe(404);
  expect((await post("fly", "{}")).status).toBe(404);
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Plain HTTP: fetch would not let a test name another host. */
function ask(path: string, { method = "GET", headers = {}, body = "" }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const sent = request(page.url + path, { method, headers }, async (response) => {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(Buffer.from(part));
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        });
      });
      sent.on("error", reject);
      sent.end(body);
    },
  );
}
