import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppError } from "../../src/core/errors.ts";
import type { Watched } from "../../src/platforms/discord/catch-up.ts";
import { placeIdOf } from "../../src/platforms/discord/ids.ts";
import { type SandboxDiscord, startSandboxDiscord } from "../../src/sandbox/discord/server.ts";
import { KeepingInbox, keepingLog, testCommands } from "../contracts/platform-fixtures.ts";
import { ManualClock } from "../harness/manual-clock.ts";
import { asked, type Connected, connect, createPlatform, stopSandbox } from "./adapter.ts";

let discord: SandboxDiscord;
let running: Connected[];

beforeEach(async () => {
  discord = await startSandboxDiscord();
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
  await expect(bad.start(new KeepingInbox())).rejects.toMatchObject({
    code: "misconfigured",
    userMessage: expect.stringMatching(/^DISCORD_TOKEN .*Reset Token/),
  });
  await bad.close();
  expect((await started()).platform.connected).toBe(true);
});

test("a start without the Message Content intent names the switch", async () => {
  const deaf = await startSandboxDiscord({ intents: { messageContent: false } });
  const platform = createPlatform(deaf);
  await expect(platform.start(new KeepingInbox())).rejects.toMatchObject({
    code: "misconfigured",
    userMessage: expect.stringMatching(/Message Content Intent/),
  });
  await platform.close();
  await deaf.stop();
});

test("a connection that is closed for good is told, so that the process can end", async () => {
  const lost: AppError[] = [];
  const { platform } = await started({ onFatal: (error) => lost.push(error) });
  discord.gateway.close(4014);
  await expect.poll(() => lost).toMatchObject([{ code: "misconfigured" }]);
  expect(platform.connected).toBe(false);
});

test("a token that is refused while running is told, once for each refusal, and nothing waits", async () => {
  const lost: AppError[] = [];
  const { platform, inbox } = await started({ onFatal: (error) => lost.push(error) });
  await alice().say(general(), "@Rapport hello");
  const { target } = await inbox.message("hello");
  const refused = { type: "status", status: 401, body: { code: 0, message: "401: Unauthorized" } } as const;
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault: refused });
  const posting = platform.open(target).post({ text: "x", visibility: "public" }, { key: "k", again: false });
  await expect(posting).rejects.toMatchObject({ code: "platform_rejected" });
  expect(lost).toMatchObject([{ code: "misconfigured" }]);
});

test("Discord being down at the start is waited out", async () => {
  const clock = new ManualClock();
  const log = keepingLog();
  await discord.faults.goDown();
  const platform = createPlatform(discord, { clock, log });
  const starting = platform.start(new KeepingInbox());
  await expect.poll(() => log.said("could not connect to discord, trying again")).toHaveLength(1);
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
  const log = keepingLog();
  const platform = createPlatform(discord, { clock, log, apiBase: `http://127.0.0.1:${port}/api` });
  const starting = platform.start(new KeepingInbox());
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
  await platform.open(target).post({ text: "Hi", visibility: "public" }, { key: "k", again: false });
  expect(discord.messages(general()).at(-1)?.content).toBe("Hi");
  expect(log.said("discord limits our rate")).toHaveLength(1);
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
  expect(log.said("could not take an event")).toHaveLength(1);
});

test("a listener that throws at once, or a database that is away for a moment, loses no message", async () => {
  const inbox = new KeepingInbox();
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

test("an outage of the server changes nothing, being thrown out closes its places", async () => {
  const { inbox } = await started();
  discord.gateway.guildOutage(true);
  discord.gateway.guildOutage(false);
  await alice().say(general(), "still here");
  await inbox.message("still here");
  expect(inbox.gone).toEqual([]);
  discord.gateway.sendRaw("GUILD_DELETE", { id: discord.guildId });
  await expect.poll(() => inbox.gone.map(({ name }) => name)).toEqual(["general", "random", "support"]);
});

/** A thread and direct messages where the bot was asked before, and its inbox, which knows what was asked. */
async function askedInTwoPlaces() {
  const inbox = new KeepingInbox();
  const bot = await connect(discord, { inbox });
  const { id: thread } = await alice().say(general(), "@Rapport a thread");
  const { event, target } = await inbox.message("a thread");
  const draft = { title: "a thread", opening: "", private: false, once: { key: "t", again: false } };
  await bot.platform.open(target).openThread?.(draft);
  const { id: dm } = await discord.person("Bob").openDm();
  await discord.person("Bob").say(dm, "a dm");
  const direct = await inbox.message("a dm");
  await bot.stop();
  const watched: readonly Watched[] = [
    { place: event.thread ?? event.place, at: event.at },
    { place: direct.event.place, at: direct.event.at },
  ];
  return { inbox, watched: async () => watched, thread, dm };
}

test("what was said in threads and direct messages while the bot was away is taken, in order", async () => {
  const { inbox, watched, thread, dm } = await askedInTwoPlaces();
  for (const text of ["1", "2", "3"]) await alice().say(thread, text);
  await discord.person("Bob").say(dm, "from Bob");
  await started({ inbox, watched });
  await inbox.message("3");
  await inbox.message("from Bob");
  expect(inbox.texts().filter((text) => text.length === 1)).toEqual(["1", "2", "3"]);
  expect((await inbox.message("1")).event).toMatchObject({
    author: { name: "Alice", manages: true },
    place: { kind: "thread", tenant: discord.guildId },
  });
});

test("what was said while resuming was refused is looked for, and live words wait for it", async () => {
  const { inbox, watched, thread } = await askedInTwoPlaces();
  await started({ inbox, watched });
  discord.gateway.loseNext("MESSAGE_CREATE");
  await alice().say(thread, "lost");
  discord.gateway.invalidate(false);
  await inbox.message("lost");
  await alice().say(thread, "live");
  await inbox.message("live");
  expect(inbox.texts()).toEqual(["a thread", "a dm", "lost", "live"]);
}, 20_000);

/** The channels that were looked through, each time. */
const looked = () =>
  asked(discord, "GET", "/channels/{channel_id}/messages").map(({ path }) => path.split("/")[2]);

/** A bot that was asked in #general before, so that this is not its first start. */
async function askedBefore(): Promise<readonly Watched[]> {
  const bot = await connect(discord);
  await alice().say(general(), "@Rapport before");
  const { event } = await bot.inbox.message("before");
  await bot.stop();
  const draft = await alice().startThread(general(), "elsewhere");
  return [{ place: { ...event.place, id: placeIdOf(draft.id), kind: "thread" }, at: event.at }];
}

test("a mention in a channel or an open thread while the bot was away is taken once it starts, and only that", async () => {
  const watched = async () => known;
  const known = await askedBefore();
  const { id: open } = await alice().startThread(general(), "open");
  await alice().say(general(), "among ourselves");
  await alice().say(general(), "@Rapport one");
  await alice().say(general(), "@Rapport two");
  await alice().say(open, "@Rapport in a thread");
  const { inbox } = await started({ watched });
  await inbox.message("in a thread");
  await inbox.message("two");
  await alice().say(general(), "live");
  await inbox.message("live");
  const news = inbox.texts().filter((text) => text !== "in a thread");
  expect(news).toEqual(["one", "two", "live"]);
  expect((await inbox.message("one")).event).toMatchObject({
    addressed: "mention",
    author: { name: "Alice", manages: true },
  });
});

test("on its first start ever the bot answers nothing old, and asks for nothing", async () => {
  await alice().say(general(), "@Rapport nobody is here yet");
  const { inbox } = await started();
  await alice().say(general(), "@Rapport now");
  await inbox.message("now");
  expect(inbox.texts()).toEqual(["now"]);
  expect(looked()).toEqual([]);
});

test("a mention while Discord was down with gateway and all is taken when it is back, though it refuses at first", async () => {
  const { inbox } = await started();
  await alice().say(general(), "heard");
  await inbox.message("heard");
  await discord.faults.goDown();
  discord.gateway.forgetSessions();
  await alice().say(general(), "@Rapport said meanwhile");
  await discord.faults.comeBack();
  const fault = { type: "status", status: 503 } as const;
  discord.faults.next({ method: "GET", path: "/channels/*/messages", times: 4, fault });
  await inbox.message("said meanwhile");
  expect(discord.gateway.resumes).toBe(0);
  expect(discord.gateway.identifies).toBe(2);
  // Four times in vain; and where nothing new was said nothing is asked.
  expect(looked().length).toBeGreaterThan(4);
  expect(new Set(looked())).toEqual(new Set([general()]));
}, 40_000);

test("a channel that may not be read is asked once", async () => {
  const known = await askedBefore();
  await alice().say(general(), "@Rapport hidden");
  const refusal = { type: "status", status: 403, body: { code: 50_001, message: "Missing Access" } } as const;
  discord.faults.next({ method: "GET", path: `/channels/${general()}/messages`, fault: refusal });
  const { inbox, log } = await started({ watched: async () => known });
  await expect.poll(() => log.said("could not look for missed messages")).toHaveLength(1);
  discord.gateway.invalidate(false);
  await expect.poll(() => discord.gateway.identifies, { timeout: 15_000 }).toBe(3);
  await alice().say(general(), "live");
  await inbox.message("live");
  expect(looked().filter((channel) => channel === general())).toHaveLength(1);
}, 30_000);

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
  await platform.open(target).post({ text: "Hi", visibility: "public" }, { key: "k", again: false });
  expect(discord.messages(general()).at(-1)?.content).toBe("Hi");
  expect(inbox.texts()).toEqual(["hello"]);
  expect(platform.connected).toBe(false);
});
