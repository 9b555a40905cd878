import { createServer } from "node:http";
import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppError } from "../../../../src/core/domain/errors.ts";
import { RecordingInbox, recordingLog, testCommands } from "../../../contracts/platform/platform-fixtures.ts";
import { type Connected, connect, createPlatform, stopSandbox } from "../connected.ts";

let discord: DiscordEmulator;
let running: Connected[];

beforeEach(async () => {
  discord = await startDiscordEmulator();
  running = [];
});
afterEach(async () => {
  for (const bot of running) await bot.stop();
  await stopSandbox(discord);
});

async function started(options: Parameters<typeof connect>[1] = {}): Promise<Connected> {
  const bot = await connect(discord, options);
  running.push(bot);
  return bot;
}

const general = () => discord.channel("general").id;
const alice = () => discord.person("Alice");
const writes = () =>
  discord.journal.entries.filter(({ method, path }) => method !== "GET" && path.includes("/commands"));

test("a start with a bad token says where to get a good one, and a later start works", async () => {
  const bad = createPlatform(discord, { token: `${discord.token.slice(0, -3)}bad` });
  await expect(bad.start(new RecordingInbox())).rejects.toMatchObject({
    code: "misconfigured",
    userMessage: expect.stringMatching(/^DISCORD_TOKEN .*Reset Token/),
  });
  await bad.close();
  expect((await started()).platform.connected).toBe(true);
});

test("a start without the Message Content intent names the switch", async () => {
  const deaf = await startDiscordEmulator({ intents: { messageContent: false } });
  const platform = createPlatform(deaf);
  await expect(platform.start(new RecordingInbox())).rejects.toMatchObject({
    code: "misconfigured",
    userMessage: expect.stringMatching(/Message Content Intent/),
  });
  await platform.close();
  await deaf.stop();
});

test("a connection that is closed for good is told, so that people can be told", async () => {
  const lost: AppError[] = [];
  const { platform } = await started({ onLost: ({ error }) => lost.push(error) });
  discord.gateway.close(4014);
  await expect.poll(() => lost).toMatchObject([{ code: "misconfigured" }]);
  expect(platform.connected).toBe(false);
});

test("a token that is refused while running is told, once for each refusal, and what was asked waits for a good one", async () => {
  const lost: AppError[] = [];
  const { platform, inbox } = await started({ onLost: ({ error }) => lost.push(error) });
  await alice().say(general(), "@Rapport hello");
  const { target } = await inbox.message("hello");
  const refused = { type: "status", status: 401, body: { code: 0, message: "401: Unauthorized" } } as const;
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault: refused });
  const posting = platform
    .replyChannel(target)
    .post({ text: "x", visibility: "public" }, { key: "k", isRetry: false });
  await expect(posting).rejects.toMatchObject({ code: "platform_unavailable" });
  expect(lost).toMatchObject([{ code: "misconfigured" }]);
});

test("Discord being down at the start is waited out", async () => {
  const clock = new ManualClock();
  const log = recordingLog();
  await discord.faults.goDown();
  const platform = createPlatform(discord, { clock, log });
  const starting = platform.start(new RecordingInbox());
  await expect.poll(() => log.said("could not connect to Discord, trying again")).toHaveLength(1);
  await discord.faults.comeBack();
  await clock.advance(1_000);
  await starting;
  expect(platform.connected).toBe(true);
  await platform.close();
});

test("who has started too often today waits before connecting again", async () => {
  const headers = { authorization: `Bot ${discord.token}` };
  const answer = await (await fetch(`${discord.url}/v10/gateway/bot`, { headers })).text();
  const busy = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(answer.replace(/"remaining":\d+/, '"remaining":400'));
  });
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  const address = busy.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const clock = new ManualClock();
  const log = recordingLog();
  const platform = createPlatform(discord, { clock, log, apiBase: `http://127.0.0.1:${port}/api` });
  const starting = platform.start(new RecordingInbox());
  await expect.poll(() => log.said("too many starts today, waiting before connecting")).toHaveLength(1);
  expect(discord.gateway.identifies).toBe(0);
  await clock.advance(60_000);
  await starting;
  expect(discord.gateway.identifies).toBe(1);
  await platform.close();
  await new Promise((resolve) => busy.close(resolve));
});

test("a message without content is logged once, with the intent to switch on", async () => {
  const { inbox, log } = await started();
  const author = { id: alice().id, username: "alice" };
  const empty = { channel_id: general(), guild_id: discord.guildId, type: 0, content: "", author };
  for (const id of ["1100000000000000001", "1100000000000000002"])
    discord.gateway.sendRaw("MESSAGE_CREATE", { ...empty, id });
  await inbox.nth(1);
  const lines = log.lines.filter(({ message }) => message.includes("Message Content Intent"));
  expect(lines).toMatchObject([{ level: "warn" }]);
});

test("a real 429 is waited out and leaves a line in the log", async () => {
  const { platform, inbox, log } = await started();
  await alice().say(general(), "@Rapport hello");
  const { target } = await inbox.message("hello");
  const headers = { "retry-after": "0.02", "x-ratelimit-scope": "shared" };
  const body = { message: "slow", retry_after: 0.02, global: false };
  const fault = { type: "status", status: 429, headers, body } as const;
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault });
  await platform
    .replyChannel(target)
    .post({ text: "Hi", visibility: "public" }, { key: "k", isRetry: false });
  expect(discord.messages(general()).at(-1)?.content).toBe("Hi");
  expect(log.said("Discord limits the rate of requests")).toHaveLength(1);
});

test("what was said during a short break arrives once, by resuming", async () => {
  const { inbox } = await started();
  discord.gateway.drop();
  await alice().say(general(), "in the gap");
  await inbox.message("in the gap");
  await alice().say(general(), "after");
  await inbox.message("after");
  expect(inbox.texts()).toEqual(["in the gap", "after"]);
  expect(discord.gateway.resumes).toBe(1);
});

test("a malformed packet is logged and the next one is taken", async () => {
  const { inbox, log } = await started();
  discord.gateway.sendRaw("MESSAGE_CREATE", { id: 7 });
  discord.gateway.sendRaw("INTERACTION_CREATE", { id: "1100000000000000001", type: 3, data: {} });
  discord.gateway.sendRaw("GUILD_CREATE", { id: "x" });
  await alice().say(general(), "still here");
  await inbox.message("still here");
  expect(log.said("could not read a packet")).toHaveLength(2);
  expect(log.said("could not handle an event")).toHaveLength(1);
});

test("a listener that throws at once, or a database that is away for a moment, loses no message", async () => {
  const inbox = new RecordingInbox();
  let failures = 2;
  inbox.answer = () => {
    failures -= 1;
    if (failures >= 0) throw new Error("no database");
    return Promise.resolve("accepted");
  };
  await started({ inbox });
  await alice().say(general(), "first");
  await alice().say(general(), "second");
  await inbox.message("second");
  expect(inbox.texts()).toEqual(["first", "second"]);
});

test("an interaction in a server that is slow to come is acknowledged in time", async () => {
  let letGo: (value: unknown) => void = () => undefined;
  discord.gateway.holdGuild(
    new Promise((resolve) => {
      letGo = resolve;
    }),
  );
  await registered();
  const { inbox } = await started();
  const view = await alice().slash(general(), "chat", { message: "hello" });
  await alice().say(general(), "@Rapport hello");
  letGo(undefined);
  expect(view.state).toBe("deferred");
  await inbox.message("hello");
  expect(inbox.taken.map(({ event }) => event.type)).toEqual(["command", "message"]);
});

/** Commands of an earlier start. */
async function registered() {
  const bot = await connect(discord);
  await bot.stop();
}

test("an outage of the server and being thrown out of it close none of its places", async () => {
  const { inbox } = await started();
  discord.gateway.guildOutage(true);
  discord.gateway.guildOutage(false);
  await alice().say(general(), "still here");
  await inbox.message("still here");
  discord.setBotMembership(false);
  discord.setBotMembership(true);
  await alice().say(general(), "still here after all");
  await inbox.message("still here after all");
  expect(inbox.gone).toEqual([]);
});

test("commands are registered by difference: all at once at first, and a second start writes nothing", async () => {
  await registered();
  await registered();
  expect(writes().map(({ method }) => method)).toEqual(["PUT"]);
});

test("commands of one server are registered there alone, and are not written again either", async () => {
  for (let start = 0; start < 2; start += 1) {
    const bot = await connect(discord, { guildId: discord.guildId });
    await bot.stop();
  }
  expect(writes().map(({ path }) => path)).toEqual([
    `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`,
  ]);
});

test("one command that changed, is gone or is new is written by itself", async () => {
  await registered();
  const commands = testCommands.map((command) =>
    command.name === "chat" ? { ...command, description: "Talk." } : command,
  );
  for (const registration of [{ commands }, { commands, menus: [] }, { commands }]) {
    const bot = await connect(discord, registration);
    await bot.stop();
  }
  expect(writes().map(({ method }) => method)).toEqual(["PUT", "PATCH", "DELETE", "POST"]);
});

test("of several processes one registers", async () => {
  let isFree = true;
  const lock = async () => {
    if (!isFree) return undefined;
    isFree = false;
    return { release: () => undefined };
  };
  await Promise.all(Array.from({ length: 3 }, () => started({ lock })));
  expect(writes()).toHaveLength(1);
});

test("stopping waits for what was taken and takes nothing more; sinks work until the close", async () => {
  const { platform, inbox } = await started();
  await alice().say(general(), "@Rapport hello");
  const { target } = await inbox.message("hello");
  await platform.stop();
  await alice().say(general(), "too late");
  await platform
    .replyChannel(target)
    .post({ text: "Hi", visibility: "public" }, { key: "k", isRetry: false });
  expect(discord.messages(general()).at(-1)?.content).toBe("Hi");
  expect(inbox.texts()).toEqual(["hello"]);
  expect(platform.connected).toBe(false);
});

test("sockets that nobody greets are given up and opened anew, less and less often, until one is greeted", async () => {
  const { platform, inbox } = await started({ helloWithinMs: 200 });
  discord.gateway.greet(false);
  discord.gateway.drop();
  const begun = performance.now();
  await eventually("a third socket is opened", () => discord.gateway.ungreeted >= 3);
  expect(performance.now() - begun).toBeGreaterThan(2_000);
  expect(platform.connected).toBe(false);
  discord.gateway.greet(true);
  await discord.gateway.whenConnected();
  await alice().say(general(), "@Rapport hello again");
  await inbox.message("hello again");
  expect(platform.connected).toBe(true);
}, 40_000);
