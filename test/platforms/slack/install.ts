import { createServer } from "node:net";
import type { SlackEmulator } from "@rapport/slack-emulator";
import { expect } from "vitest";

/** Goes through the pages of Slack and of the bot as a browser does, up to the end or to Cancel. */
export async function installIn(
  slack: SlackEmulator,
  address: string,
  workspace: { readonly teamId: string },
  decision: "allow" | "cancel" = "allow",
): Promise<Response> {
  const first = await fetch(`${address}/slack/install`, { redirect: "manual" });
  const cookie = first.headers.getSetCookie().map((each) => each.split(";")[0]);
  const consent = new URL(first.headers.get("location") ?? "");
  const state = consent.searchParams.get("state") ?? "";
  consent.searchParams.set("team", workspace.teamId);
  const back = new URL(await decide(slack, consent, decision));
  expect(back.searchParams.get("state")).toBe(state);
  return fetch(`${address}/slack/oauth_redirect${back.search}`, {
    headers: { cookie: cookie.join("; ") },
    redirect: "manual",
  });
}

/** Somebody of the workspace allows all that is asked for, or nothing. */
async function decide(slack: SlackEmulator, consent: URL, decision: string): Promise<string> {
  const [user] = slack.workspace(consent.searchParams.get("team") ?? "").people;
  const body = new URLSearchParams({
    decision,
    user: user?.id ?? "",
    optional: "chat:write.customize",
  });
  const sent = await fetch(consent, { method: "POST", body, redirect: "manual" });
  return sent.headers.get("location") ?? "";
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const found = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof found !== "object" || !found) throw new Error("no port");
  return found.port;
}
