import { createServer } from "node:http";
import type { SlackEmulator } from "@rapport/slack-emulator";
import { ManualClock } from "@rapport/testing";
import { InstallProvider } from "@slack/oauth";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWebClient, refusal, silent, startQuickSlack, stopAndCheck } from "./bolt.ts";

let clock: ManualClock;
let slack: SlackEmulator;

beforeEach(async () => {
  clock = new ManualClock();
  slack = await startQuickSlack({ clock });
});
afterEach(() => stopAndCheck(slack));

const REDIRECT = "https://rapport.example/slack/oauth_redirect";

function installLink(more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: slack.clientId,
    scope: "chat:write,commands,chat:write.customize",
    state: "s-1",
    redirect_uri: REDIRECT,
    ...more,
  });
  return `${slack.authorizationUrl}?${query.toString()}`;
}

/** A person says yes on the consent page; gives where their browser goes. */
async function allow(link: string, user: string, optional: readonly string[] = []): Promise<URL> {
  const form = new URLSearchParams({ decision: "allow", user });
  for (const scope of optional) form.append("optional", scope);
  const answer = await fetch(link, { method: "POST", body: form, redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "about:blank");
}

const exchange = (code: string, more: object = {}) =>
  createWebClient(slack, "").oauth.v2.access({
    client_id: slack.clientId,
    client_secret: slack.clientSecret,
    code,
    redirect_uri: REDIRECT,
    ...more,
  });

test("consent leads to a code, and the code to a token that works in that workspace", async () => {
  const second = slack.addWorkspace("Second House");
  const page = await (await fetch(installLink())).text();
  expect(page).toContain("Second House (as Alice)");
  expect(page).toContain('name="optional" value="chat:write.customize"');
  const back = await allow(installLink(), second.person("Bob").id);
  expect([back.origin + back.pathname, back.searchParams.get("state")]).toEqual([REDIRECT, "s-1"]);
  const code = back.searchParams.get("code") ?? "";
  expect(await refusal(exchange(code, { client_secret: "wrong" }))).toBe("bad_client_secret");
  expect(await refusal(exchange(code, { redirect_uri: "https://evil.example/" }))).toBe("bad_redirect_uri");
  const access = await exchange(code);
  expect(access).toMatchObject({
    team: { id: second.teamId, name: "Second House" },
    authed_user: { id: second.person("Bob").id },
    // The optional scope was not ticked.
    scope: "chat:write,commands",
    token_type: "bot",
    bot_user_id: second.botUserId,
    app_id: slack.appId,
    enterprise: null,
  });
  expect(await refusal(exchange(code))).toBe("code_already_used");
  const auth = await createWebClient(slack, access.access_token).auth.test();
  expect(auth).toMatchObject({ team_id: second.teamId, user_id: second.botUserId });
});

test("a code lives ten minutes, and a no has none", async () => {
  const back = await allow(installLink(), slack.person("Alice").id);
  await clock.advance(10 * 60_000);
  expect(await refusal(exchange(back.searchParams.get("code") ?? ""))).toBe("invalid_code");
  const declined = await fetch(installLink(), {
    method: "POST",
    body: new URLSearchParams({ decision: "cancel" }),
    redirect: "manual",
  });
  expect(declined.headers.get("location")).toBe(`${REDIRECT}?error=access_denied&state=s-1`);
  const wrong = await fetch(installLink({ scope: "admin" }));
  expect([wrong.status, (await wrong.text()).includes("Invalid permissions requested: admin.")]).toEqual([
    400,
    true,
  ]);
});

test("the real installer goes through the whole of it", async () => {
  const second = slack.addWorkspace("Second House");
  const stored: unknown[] = [];
  const installer = new InstallProvider({
    clientId: slack.clientId,
    clientSecret: slack.clientSecret,
    authorizationUrl: slack.authorizationUrl,
    clientOptions: { slackApiUrl: slack.url },
    logger: silent,
    stateVerification: false,
    installationStore: {
      storeInstallation: async (installation) => void stored.push(installation),
      fetchInstallation: () => Promise.reject(new Error("Nobody asks for it here.")),
    },
  });
  const server = createServer((request, response) => {
    void installer.handleCallback(request, response, {}, { scopes: ["chat:write"], redirectUri: REDIRECT });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const link = await installer.generateInstallUrl({ scopes: ["chat:write"], redirectUri: REDIRECT }, false);
  const back = await allow(link, second.person("Alice").id);
  await fetch(`http://127.0.0.1:${port}/${back.search}`);
  await new Promise((resolve) => server.close(resolve));
  expect(stored).toMatchObject([
    {
      team: { id: second.teamId, name: "Second House" },
      bot: { token: second.botToken, userId: second.botUserId, id: second.botId, scopes: ["chat:write"] },
      isEnterpriseInstall: false,
    },
  ]);
});

test("tokens that rotate run out after twelve hours and are renewed once", async () => {
  slack.configure({
    display_information: { name: "Rapport" },
    oauth_config: { redirect_urls: [REDIRECT], scopes: { bot: ["chat:write"] } },
    settings: { token_rotation_enabled: true },
  });
  slack.uninstall();
  const back = await allow(installLink({ scope: "chat:write" }), slack.person("Alice").id);
  const access = await exchange(back.searchParams.get("code") ?? "");
  expect(access).toMatchObject({ expires_in: 43_200, refresh_token: expect.any(String) });
  const test = (token: string | undefined) => createWebClient(slack, token).auth.test();
  expect((await test(access.access_token)).ok).toBe(true);
  await clock.advance(43_200_000);
  expect(await refusal(test(access.access_token))).toBe("token_expired");
  const refresh = () =>
    exchange("", { grant_type: "refresh_token", refresh_token: access.refresh_token, code: undefined });
  const renewed = await refresh();
  expect((await test(renewed.access_token)).ok).toBe(true);
  expect(await refusal(refresh())).toBe("invalid_refresh_token");
});

test("two workspaces do not see each other", async () => {
  const second = slack.addWorkspace("Second House");
  second.install();
  const channel = second.channel("general").id;
  const web = createWebClient(slack);
  const other = createWebClient(slack, second.botToken);
  expect(await refusal(web.chat.postMessage({ channel, text: "hi" }))).toBe("channel_not_found");
  expect(await refusal(web.users.info({ user: second.person("Alice").id }))).toBe("user_not_found");
  expect(await refusal(web.conversations.history({ channel }))).toBe("channel_not_found");
  await other.chat.postMessage({ channel, text: "hi" });
  expect(second.messages(channel).map(({ text }) => text)).toEqual(["hi"]);
  const listed = await other.conversations.list({});
  expect(listed.channels?.map(({ id }) => id)).toEqual(second.channels().map(({ id }) => id));
  // An app is in no channel until somebody invites it.
  second.setBotMembership("general", true);
  const told = slack.nextDelivery("message");
  await second.person("Bob").say(channel, "hello");
  expect((await told).payload).toMatchObject({ team_id: second.teamId });
  await expect(slack.person("Alice").say(channel, "hello")).rejects.toThrow("cannot see this channel");
});

test("an app that is uninstalled hears of it once more, and its token is dead", async () => {
  const [gone, revoked] = [slack.nextDelivery("app_uninstalled"), slack.nextDelivery("tokens_revoked")];
  slack.uninstall();
  expect((await gone).payload).toMatchObject({ team_id: slack.teamId, event: { type: "app_uninstalled" } });
  expect((await revoked).payload.event).toMatchObject({ tokens: { bot: [slack.botUserId] } });
  const web = createWebClient(slack);
  expect(await refusal(web.auth.test())).toBe("account_inactive");
  const count = slack.deliveries.length;
  await slack.person("Alice").say(slack.channel("general").id, "still there?");
  expect(slack.deliveries.slice(count).map(({ name }) => name)).not.toContain("message");
  slack.install();
  expect((await createWebClient(slack).auth.test()).user_id).toBe(slack.botUserId);
  slack.revokeTokens();
  expect(await refusal(createWebClient(slack).auth.test())).toBe("token_revoked");
});
