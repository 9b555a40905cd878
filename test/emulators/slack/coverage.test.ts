import type { SlackEmulator } from "@rapport/slack-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { elements, events, methods } from "../../../src/emulators/slack/coverage.ts";
import { ELEMENTS } from "../../../src/emulators/slack/surfaces/block-elements.ts";
import { defaultConfig } from "../../../src/emulators/slack/world/app-config.ts";
import { readBlocks } from "../../../src/playground/slack/blocks.ts";
import { createWebClient, refusal, startQuickSlack, stopAndCheck } from "./bolt.ts";

let slack: SlackEmulator;

beforeAll(async () => {
  slack = await startQuickSlack();
});
afterAll(() => stopAndCheck(slack));

test("the coverage list names every method that there is, and no other", () => {
  const listed = methods.map(({ name }) => name);
  expect(new Set(listed)).toEqual(new Set(slack.methods));
  expect(new Set(listed).size).toBe(listed.length);
});

test("the coverage list names every event that an app can subscribe to here", () => {
  const subscribed = [...defaultConfig.botEvents].map((name) => name.replace(/^message\..*/, "message"));
  expect(new Set(events.map(({ name }) => name))).toEqual(new Set(subscribed));
});

test("the coverage list names every element that a block may hold, and what of it the page cannot draw", () => {
  expect(new Set(elements.map(({ name }) => name))).toEqual(new Set(Object.keys(ELEMENTS)));
  const text = { type: "plain_text", text: "x" };
  const options = [{ text, value: "x" }];
  const drawn = elements.filter(({ name }) => {
    const element = { type: name, action_id: "a", text, options, alt_text: "x", image_url: "x" };
    const [block] = readBlocks([{ type: "actions", block_id: "b", elements: [element] }]);
    return block?.type === "actions" && block.elements[0]?.type !== "unknown";
  });
  const saidToBeDrawn = elements.filter(({ lacks }) => !lacks?.includes("the page cannot draw it"));
  expect(drawn).toEqual(saidToBeDrawn);
});

test("what is not covered is an unknown method with HTTP 200, asked once and kept in the journal", async () => {
  const answer = await fetch(`${slack.url}stars.add`, { method: "POST" });
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { ok: false, error: "unknown_method", req_method: "stars.add" },
  ]);
  slack.journal.clear();
  expect(await refusal(createWebClient(slack).pins.list({ channel: "C1" }))).toBe("unknown_method");
  expect(slack.journal.entries.map(({ path, pattern }) => [path, pattern])).toEqual([
    ["/api/pins.list", undefined],
  ]);
});

test("a token is looked at before anything else", async () => {
  const call = async (token?: string, name = "auth.test") => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const body: unknown = await (await fetch(`${slack.url}${name}`, { method: "POST", headers })).json();
    return body;
  };
  expect(await call()).toEqual({ ok: false, error: "not_authed" });
  expect(await call("xoxb-wrong")).toEqual({ ok: false, error: "invalid_auth" });
  expect(await call(slack.appToken)).toEqual({ ok: false, error: "not_allowed_token_type" });
  expect(await call(slack.botToken, "apps.connections.open")).toEqual({
    ok: false,
    error: "not_allowed_token_type",
  });
  expect(await call("xapp-wrong", "apps.connections.open")).toEqual({ ok: false, error: "invalid_auth" });
  expect(await call(slack.botToken)).toMatchObject({
    ok: true,
    team: "Rapport House",
    team_id: slack.teamId,
    user: "rapport",
    user_id: slack.botUserId,
    bot_id: slack.botId,
    is_enterprise_install: false,
  });
});

test("arguments come as a form, as JSON and in the query", async () => {
  const headers = { authorization: `Bearer ${slack.botToken}` };
  const channel = slack.channel("general").id;
  const blocks = [{ type: "divider" }];
  const url = `${slack.url}chat.postMessage`;
  const bodies: RequestInit[] = [
    { body: new URLSearchParams({ channel, text: "form", blocks: JSON.stringify(blocks) }) },
    {
      body: JSON.stringify({ channel, text: "json", blocks }),
      headers: { "content-type": "application/json; charset=utf-8" },
    },
  ];
  for (const { body, headers: type } of bodies) {
    const answer = await fetch(url, {
      method: "POST",
      body: body ?? null,
      headers: { ...headers, ...Object(type) },
    });
    expect(await answer.json()).toMatchObject({ ok: true, message: { blocks: [{ type: "divider" }] } });
  }
  const asked = await fetch(`${slack.url}conversations.info?channel=${channel}`, { headers });
  expect(await asked.json()).toMatchObject({ ok: true, channel: { name: "general" } });
});

test("a body that calls itself JSON is JSON", async () => {
  const answer = await fetch(`${slack.url}auth.test`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: "{ not json",
  });
  expect(await answer.json()).toEqual({ ok: false, error: "invalid_json" });
});

test("a missing argument is named", async () => {
  const answer = await fetch(`${slack.url}chat.update`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}` },
    body: new URLSearchParams({ channel: "C1" }),
  });
  expect(await answer.json()).toMatchObject({
    ok: false,
    error: "invalid_arguments",
    response_metadata: { messages: ["[ERROR] missing required field: ts"] },
  });
});
