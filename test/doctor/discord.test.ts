import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sessions } from "../../src/platforms/discord/checks/check-bot.ts";
import { checkDiscord } from "../../src/platforms/discord/checks/check-discord.ts";
import { systemClock } from "../../src/process/clock.ts";
import { recordingLog, testCommands, testMenus } from "../contracts/platform/platform-fixtures.ts";
import { connect, stopSandbox } from "../platforms/discord/connected.ts";
import { collected, problemsIn } from "./run-doctor.ts";

let discord: DiscordEmulator;
beforeEach(async () => {
  discord = await startDiscordEmulator();
});
afterEach(() => stopSandbox(discord));

const inspect = (on: DiscordEmulator, options: { token?: string; guildId?: string } = {}) =>
  collected(
    checkDiscord({
      token: on.token,
      apiBase: on.url,
      guildId: undefined,
      commands: testCommands,
      menus: testMenus,
      clock: systemClock,
      log: recordingLog(),
      ...options,
    }),
  );
const faults = async (...wanted: Parameters<typeof inspect>) => problemsIn(await inspect(...wanted));

test("after a start everything is well, and nothing was written to find that out", async () => {
  await (await connect(discord)).stop();
  const before = discord.journal.entries.length;
  const findings = await inspect(discord);
  expect(problemsIn(findings)).toEqual([]);
  expect(findings.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^\d+ commands registered/));
  expect(discord.journal.entries.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
});

test("the link invites with exactly the permissions that are looked for", async () => {
  const { text } = (await inspect(discord)).at(-1)!;
  const link = new URL(text.slice(text.indexOf("https://")));
  expect(Object.fromEntries(link.searchParams)).toEqual({
    client_id: discord.applicationId,
    scope: "bot applications.commands",
    permissions: "326954503232",
  });
});

test("a bad token: where to get a good one", async () => {
  await expect(inspect(discord, { token: `${discord.token.slice(0, -3)}bad` })).rejects.toMatchObject({
    userMessage: expect.stringMatching(/^DISCORD_TOKEN is not a valid bot token.*Reset Token/),
  });
});

test("Message Content is off: the switch", async () => {
  const deaf = await startDiscordEmulator({ intents: { messageContent: false } });
  expect(await faults(deaf)).toContainEqual(
    expect.stringMatching(/^error: .*"Message Content Intent" at https/),
  );
  await stopSandbox(deaf);
});

const ALL_BUT_WEBHOOKS = [
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "ManageThreads",
  "ReadMessageHistory",
  "EmbedLinks",
  "AttachFiles",
  "AddReactions",
] as const;

test("a permission that something is lost without is asked for, one that all is lost without is demanded", async () => {
  discord.setRole("@everyone", []);
  discord.setRole(discord.botName, ALL_BUT_WEBHOOKS);
  expect(await faults(discord)).toContainEqual(
    `warning: In “${discord.guildName}” its role lacks Manage Webhooks (lost: each persona's own name and face): give them to its role under Server Settings → Roles, or open the link below again.`,
  );
  discord.setRole(discord.botName, ["ViewChannel"]);
  expect(await faults(discord)).toContainEqual(
    expect.stringMatching(
      /^error: In “.*” its role lacks Send Messages, Send Messages in Threads, Create Public/,
    ),
  );
});

test("an administrator lacks nothing", async () => {
  discord.setRole("@everyone", []);
  discord.setRole(discord.botName, ["Administrator"]);
  expect(await faults(discord)).not.toContainEqual(expect.stringContaining("lacks"));
});

test("a bot in no server, and one that is not in the server that was named", async () => {
  discord.setBotMembership(false);
  expect(await faults(discord)).toContain("warning: It is in no server yet: open the link below.");
  expect(await faults(discord, { guildId: "123456789012345678" })).toContainEqual(
    expect.stringMatching(/^error: The server in DISCORD_GUILD_ID is not one of its servers/),
  );
});

test("what differs of the commands is named", async () => {
  await (await connect(discord, { commands: testCommands.slice(1) })).stop();
  expect(await faults(discord)).toContainEqual(
    `warning: Registered commands differ (${testCommands[0]!.name} is missing): the next start writes them.`,
  );
});

test("a bot that is started over and over is noticed", () => {
  const body = (remaining: number) => ({
    url: "ws://127.0.0.1:1",
    shards: 1,
    session_start_limit: { total: 1000, remaining, reset_after: 3_600_000, max_concurrency: 1 },
  });
  const told = (remaining: number) => sessions(body(remaining));
  expect(told(900)).toEqual({ state: "ok", text: "It may connect 900 more times today." });
  expect(told(400)).toMatchObject({ state: "warning", text: expect.stringContaining("400 of 1000") });
  expect(told(0)).toMatchObject({ state: "error", text: expect.stringContaining("60 minutes") });
});

test("one question that fails does not end the others", async () => {
  discord.faults.next({
    path: "/users/@me/guilds",
    times: 9,
    fault: { type: "status", status: 500 },
  });
  const findings = await inspect(discord);
  expect(problemsIn(findings)[0]).toBe("error: Discord does not answer. Try again in a moment.");
  expect(findings.at(-1)?.text).toContain("https://discord.com/oauth2/authorize");
});
