import { expect, test } from "vitest";
import { loadDiscordContract } from "../../contracts/openapi/discord-contract.ts";

const contract = loadDiscordContract();

/** The check would let everything pass if it looked in the wrong place: each of these must be found. */
const PLANTED_REQUESTS: readonly [what: string, method: string, template: string, body: unknown][] = [
  ["a thread without a name", "POST", "/channels/{channel_id}/threads", { type: 11 }],
  [
    "a thread that archives after two hours",
    "POST",
    "/channels/{channel_id}/threads",
    { name: "t", auto_archive_duration: 120 },
  ],
  [
    "a nonce of 26 characters",
    "POST",
    "/channels/{channel_id}/messages",
    { content: "x", nonce: "n".repeat(26) },
  ],
  [
    "an embed title of 257 characters",
    "PATCH",
    "/channels/{channel_id}/messages/{message_id}",
    { embeds: [{ title: "t".repeat(257) }] },
  ],
  [
    "a webhook message under an 81 character name",
    "POST",
    "/webhooks/{webhook_id}/{webhook_token}",
    { content: "x", username: "n".repeat(81) },
  ],
  ["a webhook name of 81 characters", "POST", "/channels/{channel_id}/webhooks", { name: "n".repeat(81) }],
  [
    "26 choices",
    "POST",
    "/interactions/{interaction_id}/{interaction_token}/callback",
    { type: 8, data: { choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) } },
  ],
  [
    "a modal title of 46 characters",
    "POST",
    "/interactions/{interaction_id}/{interaction_token}/callback",
    { type: 9, data: { custom_id: "m", title: "t".repeat(46), components: [] } },
  ],
  [
    "a command name of 33 characters",
    "POST",
    "/applications/{application_id}/commands",
    { name: "c".repeat(33), description: "d" },
  ],
  ["a route that is not in the document", "POST", "/channels/{channel_id}/hugs", {}],
];

const PLANTED_ANSWERS: readonly [
  what: string,
  method: string,
  template: string,
  status: number,
  body: unknown,
][] = [
  ["a message without an author", "POST", "/channels/{channel_id}/messages", 200, { id: "1".repeat(18) }],
  ["a message created with 201", "POST", "/channels/{channel_id}/messages", 201, {}],
  ["a thread created with 200", "POST", "/channels/{channel_id}/threads", 200, {}],
  ["a guild without roles", "GET", "/guilds/{guild_id}", 200, { id: "1".repeat(18) }],
  ["an error without a code", "GET", "/users/@me", 404, { message: "no" }],
  ["a 429 that does not say how long", "GET", "/users/@me", 429, { message: "slow", global: false }],
];

test.each(PLANTED_REQUESTS)("the check finds %s", (_what, method, template, body) => {
  expect(contract?.requestFaults(method, template, body) ?? ["no document"]).not.toEqual([]);
});

test.each(PLANTED_ANSWERS)("the check finds %s in an answer", (_what, method, template, status, body) => {
  expect(contract?.responseFaults(method, template, status, body) ?? ["no document"]).not.toEqual([]);
});

test("what is right passes", () => {
  const faults = contract?.requestFaults("POST", "/channels/{channel_id}/messages", {
    content: "x",
    tts: false,
  });
  expect(faults ?? []).toEqual([]);
});
