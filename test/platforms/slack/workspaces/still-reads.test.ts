import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Form } from "../../../../src/core/domain/form.ts";
import { type Connected, connect, startSlack } from "../connected.ts";

/* A form that was opened in a channel is done for those alone who still read it. */

let slack: SlackEmulator;
let bot: Connected;
beforeEach(async () => {
  slack = await startSlack();
  bot = await connect(slack);
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const FORM: Form = {
  title: "Edit a block",
  command: { name: "memory", action: "edit", options: { block: "human" } },
  fields: [{ name: "text", label: "Text", kind: "line", value: "likes tea", required: true }],
};
const MEMBERS = "/api/conversations.members";
const bob = () => slack.person("Bob");

/** Bob opens a form in this channel; gives the way to send it, and what he is told instead of its being done. */
async function opened(channel: string): Promise<() => Promise<readonly string[]>> {
  await bob().slash(channel, "memory", "edit");
  const { target } = await bot.inbox.nth(0);
  await bot.platform.replyChannel(target).openForm?.(FORM);
  const view = await eventually("the form is open", () => bob().view());
  return async () => Object.values((await bob().submitView(view, { text: "likes coffee" })).errors ?? {});
}

const PLACES = [
  { name: "a private channel", add: () => slack.addChannel("plans", { isPrivate: true }) },
  { name: "a group DM", add: () => slack.addGroupDm(["Alice", "Bob", "Carol"]) },
];

test.each(PLACES)("a form from $name is done for who is in it", async ({ add }) => {
  const send = await opened(add().id);
  expect(await send()).toEqual([]);
  const { event } = await bot.inbox.nth(1);
  expect(event).toMatchObject({ submitted: true, options: { text: "likes coffee" } });
});

test.each(PLACES)("a form from $name is not done for who has left it since", async ({ add }) => {
  const { id } = add();
  const send = await opened(id);
  await bob().leave(id);
  expect(await send()).toEqual([expect.stringMatching(/can no longer read this conversation/)]);
  expect(bot.inbox.taken).toHaveLength(1);
});

test("while Slack does not say who is in a private channel nothing is done, and the form stays", async () => {
  const send = await opened(slack.addChannel("plans", { isPrivate: true }).id);
  slack.faults.next({ path: MEMBERS, fault: { type: "refusal", error: "missing_scope" } });
  expect(await send()).toEqual([expect.stringMatching(/cannot find out right now/)]);
  expect(bot.inbox.taken).toHaveLength(1);
  expect(await send()).toEqual([]);
  await bot.inbox.nth(1);
});

test("in a channel that everyone reads nobody is asked for", async () => {
  const { id } = slack.channel("general");
  const send = await opened(id);
  await bob().leave(id);
  slack.journal.clear();
  expect(await send()).toEqual([]);
  await bot.inbox.nth(1);
  expect(slack.journal.entries.map(({ path }) => path)).not.toContain(MEMBERS);
});
