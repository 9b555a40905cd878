import type { DiscordEmulator } from "@rapport/discord-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Ask, asker, startQuickDiscord, stopAndCheck } from "./quick-discord.ts";

/* What clients in production send and count on, in the words of none of the libraries that are used here. */

let discord: DiscordEmulator;
let ask: Ask;
let channel: string;

beforeAll(async () => {
  discord = await startQuickDiscord();
  ask = asker(discord);
  channel = `/channels/${discord.channel("#general").id}`;
});

afterAll(() => stopAndCheck(discord));

/** A body as it stands, where JSON.stringify would write something else. */
async function send(method: string, path: string, body: string) {
  const headers = { authorization: `Bot ${discord.token}`, "content-type": "application/json" };
  const response = await fetch(`${discord.url}/v10${path}`, { method, headers, body });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}

const Op = { Hello: 10, Identify: 2 } as const;

/** Logs in by hand and gives the events that come. */
async function logIn(
  identify: object,
): Promise<{ events: { t: string; d: unknown }[]; ended: Promise<number> }> {
  const socket = new WebSocket(
    `${discord.url.replace(/^http/, "ws").replace("/api", "")}/?v=10&encoding=json`,
  );
  const events: { t: string; d: unknown }[] = [];
  const ended = new Promise<number>((resolve) => socket.on("close", resolve));
  await new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("message", (raw: Buffer) => {
      const { op, t, d } = JSON.parse(raw.toString());
      if (op === Op.Hello) socket.send(JSON.stringify({ op: Op.Identify, d: identify }));
      if (t) events.push({ t, d });
      if (t === "GUILD_CREATE") resolve();
    });
  });
  return { events, ended };
}
const INTENTS = 46_593;
const identity = (token: string) => ({ token, intents: INTENTS, properties: {} });

test("a token is taken with and without Bot before it, and a wrong one is not", async () => {
  for (const token of [discord.token, `Bot ${discord.token}`]) {
    const { events } = await logIn(identity(token));
    expect(events.map(({ t }) => t)).toEqual(["READY", "GUILD_CREATE"]);
  }
  const { ended } = await logIn(identity("Bot wrong"));
  expect(await ended).toBe(4004);
});

test("ids come as integers too, and not a digit of them is lost", async () => {
  const { body: first } = await send("POST", `${channel}/messages`, '{"content":"one"}');
  const reply = `{"content":"two","message_reference":{"message_id":${first.id},"channel_id":${first.channel_id}}}`;
  const answered = await send("POST", `${channel}/messages`, reply);
  expect(answered.body).toMatchObject({ message_reference: { message_id: first.id } });
  const alice = discord.person("Alice").id;
  const opened = await send("POST", "/users/@me/channels", `{"recipient_id":${alice}}`);
  expect(opened.body).toMatchObject({ recipients: [{ id: alice }] });
  // Digits in a text stay what they are.
  const digits = `1234567890123456789 \\" ${first.id}`;
  const said = await send("POST", `${channel}/messages`, `{"content":"${digits}"}`);
  expect(said.body.content).toBe(`1234567890123456789 " ${first.id}`);
});

test("what Discord does not know it passes over", async () => {
  const embed = { title: "t", flags: 0, stray: 1 };
  const sent = await ask("POST", `${channel}/messages`, { content: "x", strange: true, embeds: [embed] });
  expect(sent.status).toBe(200);
  const { gateway } = discord;
  await ask("PUT", `/applications/${discord.applicationId}/commands`, [
    { name: "wait", description: "Waits" },
  ]);
  const next = gateway.nextEvent("INTERACTION_CREATE");
  const used = discord.person("Alice").slash(discord.channel("#general").id, "wait");
  const { id, token } = await next;
  const data = { flags: 64, allowed_mentions: { parse: [] } };
  const deferred = await ask("POST", `/interactions/${id}/${token}/callback`, { type: 5, data });
  expect(deferred.status).toBe(204);
  await used;
});

test("after 0 is the beginning, and yes is said as clients of all languages say it", async () => {
  const { status, body } = await ask("GET", `${channel}/messages?after=0&limit=1`);
  expect([status, Array.isArray(body)]).toEqual([200, true]);
  const webhook = await ask("POST", `${channel}/webhooks`, { name: "Ada" });
  for (const wait of ["true", "True", "1"]) {
    const path = `/webhooks/${webhook.body.id}/${webhook.body.token}?wait=${wait}`;
    expect((await ask("POST", path, { content: "here" })).status).toBe(200);
  }
});

test("who reacted is read page by page", async () => {
  const { body } = await ask("POST", `${channel}/messages`, { content: "who comes?" });
  const everybody = ["Alice", "Bob", "Carol"].map((name) => discord.person(name));
  for (const one of everybody) await one.react(String(body.id), "👍");
  const read: string[] = [];
  for (let after = "0"; ; ) {
    const page = `${channel}/messages/${body.id}/reactions/${encodeURIComponent("👍")}?limit=2&after=${after}`;
    const users: unknown = (await ask("GET", page)).body;
    const ids = Array.isArray(users) ? users.map(({ id }) => String(id)) : [];
    if (ids.length === 0) break;
    read.push(...ids);
    after = ids.at(-1) ?? "";
  }
  const sorted = (ids: readonly string[]) => ids.toSorted((left, right) => left.localeCompare(right));
  expect(sorted(read)).toEqual(sorted(everybody.map(({ id }) => id)));
});

test("a message's event has what recordings have, and nothing that they have not", async () => {
  const next = discord.gateway.nextEvent("MESSAGE_CREATE");
  await discord.person("Alice").say(discord.channel("#general").id, "@Bob look");
  const event = await next;
  expect(event).toMatchObject({
    nonce: expect.any(String),
    mentions: [{ id: discord.person("Bob").id, member: { roles: [] } }],
  });
  for (const field of ["banner", "accent_color", "flags"]) expect(event.author).not.toHaveProperty(field);
  const typing = discord.gateway.nextEvent("TYPING_START");
  await discord.person("Alice").startsTyping(discord.channel("#general").id);
  expect(await typing).toMatchObject({ member: { user: { id: discord.person("Alice").id, bot: false } } });
});

test("a server comes with the bot alone among its members, unless presences are asked for", async () => {
  const { events } = await logIn(identity(discord.token));
  expect(events.at(-1)?.d).toMatchObject({ members: [{ user: { id: discord.botUserId, bot: true } }] });
});

test("nobody is mentioned in code", async () => {
  const bob = discord.person("Bob").id;
  const sent = await ask("POST", `${channel}/messages`, {
    content: `\`<@${bob}>\` and \`\`\`\n<@${bob}>\n\`\`\``,
  });
  expect(sent.body).toMatchObject({ mentions: [] });
});
