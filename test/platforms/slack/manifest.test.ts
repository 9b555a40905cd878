import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { commands, menus } from "../../../commands/index.ts";
import { isCallable, slackManifest } from "../../../src/platforms/slack/manifest.ts";
import { EVENTS, METHODS, requiredScopes } from "../../../src/platforms/slack/web-api/methods.ts";

const Manifest = z.looseObject({
  features: z.looseObject({
    slash_commands: z.array(
      z.object({
        command: z.string().max(32),
        description: z.string().min(1),
        usage_hint: z.string().min(1).max(1_000).optional(),
        should_escape: z.boolean(),
        url: z.url().optional(),
      }),
    ),
    shortcuts: z.array(z.looseObject({ name: z.string().max(24), callback_id: z.string().max(255) })),
    agent_view: z.looseObject({ suggested_prompts: z.array(z.unknown()).max(4) }),
  }),
  oauth_config: z.looseObject({
    scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()) }),
    redirect_urls: z.array(z.url()).optional(),
  }),
  settings: z.looseObject({
    event_subscriptions: z.object({ bot_events: z.array(z.string()), request_url: z.url().optional() }),
    socket_mode_enabled: z.boolean(),
  }),
});

const manifest = Manifest.parse(slackManifest({ commands, menus }));

/** The sources of the platform as text: what they call and hear stands in them by name. */
const folder = path.resolve("src/platforms/slack");
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && name !== "methods.ts")
  .map((name) => readFileSync(path.join(folder, name), "utf8"))
  .join("\n");

test("every command and menu is in it, under limits that Slack has", () => {
  expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(
    commands.map(({ name }) => `/${name}`),
  );
  expect(manifest.features.shortcuts.length).toBe(menus.length);
  expect(manifest.features).not.toHaveProperty("assistant_view");
});

test("it asks for the scopes of what the code calls and hears, and for no other", () => {
  expect(manifest.oauth_config.scopes.bot).toEqual(requiredScopes());
  expect(manifest.oauth_config.scopes.bot).toEqual([
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "users:read",
  ]);
});

test.each(Object.keys(METHODS))("%s, which it needs scopes for, is called", (method) => {
  expect(sources).toContain(`"${method}"`);
});

test.each(Object.keys(EVENTS))("%s, which it subscribes to, is handled", (event) => {
  expect(sources).toContain(`"${event.startsWith("message.") ? "message" : event}"`);
});

test("by HTTP Slack is told where to call, by sockets it is not", () => {
  expect(manifest.settings).toMatchObject({ socket_mode_enabled: true });
  expect(manifest.settings.event_subscriptions.request_url).toBeUndefined();
  const http = Manifest.parse(slackManifest({ commands, menus, url: "https://bot.example.org/" }));
  const address = "https://bot.example.org/slack/events";
  expect(http.settings).toMatchObject({
    socket_mode_enabled: false,
    event_subscriptions: { request_url: address },
    interactivity: { request_url: address },
  });
  expect(http.features.slash_commands.every(({ url }) => url === address)).toBe(true);
  expect(http.oauth_config.redirect_urls).toEqual(["https://bot.example.org/slack/oauth_redirect"]);
});

test("Slack calls https addresses alone", () => {
  expect(isCallable("https://rapport.example.org")).toBe(true);
  for (const url of ["http://rapport.example.org", "rapport.example.org", ""])
    expect(isCallable(url), url).toBe(false);
});
