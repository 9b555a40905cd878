import { createHmac } from "node:crypto";
import type { SlackEmulator, SlackEmulatorOptions, SlackWorkspace } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AppError } from "../../../../src/core/domain/errors.ts";
import { recordKey } from "../../../../src/core/domain/record-key.ts";
import type { Clock } from "../../../../src/core/ports/clock.ts";
import { locationOf } from "../../../../src/platforms/slack/ids.ts";
import { slackManifest } from "../../../../src/platforms/slack/manifest.ts";
import type { StoredInstallation } from "../../../../src/platforms/slack/workspaces/installation.ts";
import { toStoredInstallation } from "../../../../src/platforms/slack/workspaces/oauth.ts";
import { systemClock } from "../../../../src/process/clock.ts";
import { testCommands, testMenus } from "../../../contracts/platform/platform-fixtures.ts";
import { type Connected, connect, startSlack, textOf } from "../connected.ts";
import { freePort, installIn } from "../install.ts";
import { KeptRecords } from "../memory-records.ts";

let slack: SlackEmulator;
let bot: Connected;
let address: string;
let installations: KeptRecords<StoredInstallation>;
beforeEach(() => start());
async function start(options: SlackEmulatorOptions = {}): Promise<void> {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  slack = await startSlack({
    manifest: slackManifest({ commands: testCommands, menus: testMenus, url: address }),
    deliver: { mode: "http", url: `${address}/slack/events` },
    ...options,
  });
  installations = new KeptRecords();
  bot = await connect(slack, {
    installed: {
      by: "oauth",
      oauth: {
        clientId: slack.clientId,
        clientSecret: slack.clientSecret,
        stateSecret: "a secret for the state of installing",
        authorizeUrl: slack.authorizationUrl,
      },
      installations,
    },
    transport: { by: "http", signingSecret: slack.signingSecret, port, host: "127.0.0.1" },
  });
}
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const install = (workspace: { readonly teamId: string }) => installIn(slack, address, workspace);

async function asks(workspace: SlackWorkspace, text: string) {
  await workspace.person("Bob").say(workspace.channel("general").id, `@Rapport ${text}`);
  return bot.inbox.message(text);
}

test("the request address answers Slack's checks, and nothing that is not signed", async () => {
  expect(await slack.verifyRequestUrl()).toEqual({ challenge: true, ssl: true });
  const forged = await fetch(`${address}/slack/events`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": "1",
      "x-slack-signature": "v0=0",
    },
    body: JSON.stringify({ type: "event_callback" }),
  });
  expect(forged.status).toBe(401);
});

function sendSigned(type: string, body: string, timestamp = String(Math.floor(Date.now() / 1_000))) {
  const digest = createHmac("sha256", slack.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return fetch(`${address}/slack/events`, {
    method: "POST",
    headers: {
      "content-type": type,
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${digest}`,
    },
    body,
  });
}

test.each([
  ["application/json", "null"],
  ["application/json", "[]"],
  ["application/x-www-form-urlencoded", "payload=null"],
])("a signed %s body %s is answered with 400, and the process lives", async (type, body) => {
  const answer = await sendSigned(type, body);
  expect(answer.status).toBe(400);
  expect(await slack.verifyRequestUrl()).toEqual({ challenge: true, ssl: true });
});

test("in the direct messages of two people a command does nothing, and the person alone is told", async () => {
  await install(slack.workspace(slack.teamId));
  const slash = (channel: string, trigger: string) =>
    new URLSearchParams({
      command: "/memory",
      text: "show",
      team_id: slack.teamId,
      channel_id: channel,
      channel_name: "directmessage",
      user_id: slack.person("Alice").id,
      user_name: "alice",
      trigger_id: trigger,
      response_url: `${address}/nowhere`,
    }).toString();
  const form = "application/x-www-form-urlencoded";
  const refused: unknown = await (await sendSigned(form, slash("D0TWOPEOPLE", "1.1"))).json();
  expect(refused).toMatchObject({ response_type: "ephemeral" });
  expect(JSON.stringify(refused)).toContain("I am no part of this conversation");
  const { id: own } = await slack.person("Alice").openDm();
  expect((await sendSigned(form, slash(own, "1.2"))).status).toBe(200);
  const taken = await bot.inbox.nth(0);
  expect(taken.event.place.kind).toBe("direct");
  expect(bot.inbox.taken).toHaveLength(1);
});

test("whoever installs it is asked for what the manifest declares, and may leave the optional out", async () => {
  const first = await fetch(`${address}/slack/install`, { redirect: "manual" });
  const asked = new URL(first.headers.get("location") ?? "").searchParams.get("scope")?.split(",");
  const { scopes, optionalScopes } = slack.config;
  expect(asked?.toSorted()).toEqual([...new Set([...scopes, ...optionalScopes])].toSorted());
  expect(optionalScopes).toEqual(["chat:write.customize", "chat:write.public"]);
});

test("whoever cancels, or comes back with somebody else's address, is told how to begin again", async () => {
  const cancelled = await installIn(slack, address, slack.workspace(slack.teamId), "cancel");
  expect(cancelled.status).toBe(400);
  expect(await cancelled.text()).toBe(
    "I was not installed. You cancelled it at Slack. To begin again, open /slack/install.",
  );
  for (const query of ["", "?code=1", "?code=1&state=somebodys"]) {
    const stray = await fetch(`${address}/slack/oauth_redirect${query}`);
    expect(stray.status).toBe(400);
    expect(await stray.text()).toContain("belongs to another browser, or is too old");
  }
  expect(installations.all.size).toBe(0);
});

test("two workspaces install the app, are answered each in their own, and see nothing of each other", async () => {
  const other = slack.addWorkspace("Beta");
  expect((await install(slack)).status).toBe(200);
  expect((await install(other)).status).toBe(200);
  expect(installations.all.size).toBe(2);
  // Whoever installs an app still has to invite it.
  slack.workspace("Beta").setBotMembership("general", true);
  const here = await asks(slack.workspace(slack.teamId), "from here");
  const there = await asks(slack.workspace("Beta"), "from there");
  expect(here.event.place.tenant).not.toBe(there.event.place.tenant);
  expect(here.event.author.id).not.toBe(there.event.author.id);
  for (const { target, event } of [here, there])
    await bot.platform
      .replyChannel(target)
      .post({ text: `to ${event.place.tenant}`, visibility: "public" }, { key: "a", isRetry: false });
  for (const [workspace, { event }] of [
    [slack.workspace(slack.teamId), here],
    [slack.workspace("Beta"), there],
  ] as const) {
    const general = workspace.channel("general").id;
    const { thread: root = "" } = locationOf(event.thread!.id);
    const [answer] = workspace.messages(general, { threadTs: root }).filter(({ author }) => author.isApp);
    expect(textOf(answer!)).toBe(`to ${event.place.tenant}`);
  }
});

test.each(["uninstall", "revokeTokens"] as const)(
  "after %s the installation is gone, and answers fail for good",
  async (how) => {
    await install(slack);
    const { target } = await asks(slack.workspace(slack.teamId), "hello");
    slack[how]();
    await eventually("it is forgotten", () => installations.all.size === 0);
    const failed = bot.platform
      .replyChannel(target)
      .post({ text: "x", visibility: "public" }, { key: "a", isRetry: false });
    await expect(failed).rejects.toMatchObject({
      code: "platform_rejected",
      userMessage: expect.stringContaining("no longer installed"),
    });
  },
);

test("a command over HTTP is acknowledged, and its private answer arrives", async () => {
  await install(slack);
  const bob = slack.person("Bob");
  const asked = await bob.slash(slack.channel("general").id, "memory", "show");
  const { target } = await bot.inbox.nth(0);
  await bot.platform
    .replyChannel(target)
    .post({ text: "only you", visibility: "private" }, { key: "a", isRetry: false });
  expect(slack.interaction(asked.id)?.response).toMatchObject({ ephemeral: true });
});

test("a clock that is ten minutes fast makes no signature of Slack's too old", async () => {
  await bot.stop();
  await slack.stop();
  const slow: Clock = { ...systemClock, now: () => systemClock.now() - 10 * 60_000 };
  await start({ clock: slow });
  await install(slack);
  await asks(slack.workspace(slack.teamId), "what time is it?");
  // Slack's own time goes by: what is too old by that is too old.
  const timestamp = String(Math.floor(slow.now() / 1_000) - 6 * 60);
  expect((await sendSigned("application/json", "{}", timestamp)).status).toBe(401);
});

test("an event that could not be stored is brought again", async () => {
  await install(slack);
  let tries = 0;
  bot.inbox.answer = async () => {
    tries += 1;
    if (tries <= 2) throw new Error("no database");
    return "accepted";
  };
  await asks(slack.workspace(slack.teamId), "hello");
});

test("where an app's tokens are rotated the next one is got in time", async () => {
  const manifest = slackManifest({ commands: testCommands, menus: testMenus, url: address });
  const rotating = JSON.stringify(manifest).replace(/("token_rotation_enabled"):false/, "$1:true");
  slack.configure(JSON.parse(rotating));
  await install(slack);
  const key = recordKey(slack.teamId);
  const kept = (await installations.get(key))!;
  await installations.set(key, { ...kept, rotation: { ...kept.rotation!, expiresAt: Date.now() } });
  const { target } = await asks(slack.workspace(slack.teamId), "hello");
  await bot.platform
    .replyChannel(target)
    .post({ text: "hi", visibility: "public" }, { key: "a", isRetry: false });
  const next = await installations.get(key);
  expect(next?.token).toBe(slack.botToken);
  expect(next?.token).not.toBe(kept.token);
  expect(next?.rotation?.expiresAt).toBeGreaterThan(Date.now());
});

test("an installation is kept under the workspace's own key", async () => {
  await install(slack);
  expect(await installations.get(recordKey(slack.teamId))).toMatchObject({ bot: slack.botUserId });
});

test("an installation for a whole organization is refused with a sentence", () => {
  const bot = { token: "xoxb-1", userId: "UBOT", id: "B1", scopes: [] };
  const user = { token: undefined, scopes: undefined, id: "U1" };
  const organization = { team: undefined, enterprise: { id: "E1" }, bot, user, isEnterpriseInstall: true };
  expect(() => toStoredInstallation(organization)).toThrow(AppError);
  const team = { id: "T1" };
  expect(toStoredInstallation({ ...organization, team, isEnterpriseInstall: false })).toEqual({
    team: "T1",
    token: "xoxb-1",
    bot: "UBOT",
  });
});
