import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWebClient, startQuickSlack, stopAndCheck } from "./bolt.ts";

let slack: SlackEmulator;
let general: string;

beforeEach(async () => {
  slack = await startQuickSlack();
  general = slack.channel("general").id;
});
afterEach(() => stopAndCheck(slack));

const post = () => createWebClient(slack).chat.postMessage({ channel: general, text: "hi" });
const POST = { path: "/api/chat.postMessage" };

test("a connection that is cut after the work was done leaves one message", async () => {
  slack.faults.next({ ...POST, fault: { type: "cut-after-commit" } });
  await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError);
  expect(slack.messages(general)).toHaveLength(1);
  const [entry] = slack.journal.of("POST", "/api/chat.postMessage");
  expect([entry?.finished, entry?.status]).toEqual([true, undefined]);
});

test("a connection that is cut before the work leaves none", async () => {
  slack.faults.next({ ...POST, fault: { type: "cut-before-headers", by: "fin" } });
  await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError);
  expect(slack.messages(general)).toHaveLength(0);
});

test("a status on demand reaches the client as what it is", async () => {
  slack.faults.next({ ...POST, fault: { type: "status", status: 503 } });
  await expect(post()).rejects.toBeInstanceOf(WebAPIHTTPError);
  slack.faults.next({ ...POST, fault: { type: "status", status: 429, headers: { "retry-after": "7" } } });
  const limited = await post().catch((error: unknown) => error);
  expect(limited).toBeInstanceOf(WebAPIRateLimitedError);
  expect(limited).toMatchObject({ retryAfter: 7 });
  expect((await post()).ok).toBe(true);
});

test("a Slack that goes down is gone until it comes back, with its world", async () => {
  await post();
  await slack.faults.goDown();
  await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError);
  await slack.faults.comeBack();
  await post();
  expect(slack.messages(general)).toHaveLength(2);
});

test("streams are scarce: twenty starts a minute in a workspace, and another call is not held back", async () => {
  const fresh = await startSlackEmulator();
  const web = createWebClient(fresh);
  const bob = fresh.person("Bob");
  const dm = await bob.openDm();
  const { ts } = await bob.say(dm.id, "hello");
  const start = () => web.chat.startStream({ channel: dm.id, thread_ts: ts });
  for (let count = 0; count < 20; count += 1) await start();
  await expect(start()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
  expect((await web.chat.postMessage({ channel: dm.id, thread_ts: ts, text: "then so" })).ok).toBe(true);
  fresh.limits.set("chat.startStream", { limit: 1, windowMs: 60_000 });
  await start();
  await expect(start()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
  await stopAndCheck(fresh);
});
