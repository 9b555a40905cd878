import type { SlackEmulator } from "@rapport/slack-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Place } from "../../../../src/core/domain/model.ts";
import { placeIdOf } from "../../../../src/platforms/slack/ids.ts";
import { type Connected, connect, startSlack } from "../connected.ts";

/* SLACK_STRICT_GUESTS: an open channel that a guest reads is a place of its own. */

let clock: ManualClock;
let slack: SlackEmulator;
let bot: Connected;
beforeEach(async () => {
  clock = new ManualClock();
  slack = await startSlack({ clock });
  bot = await connect(slack, { clock, strictGuests: true });
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const everyone = { who: "everyone" };
const own = (name: string) => ({
  who: "members",
  of: idOf(name),
  named: `#${name}, where guests read along`,
  outsiders: false,
});
const idOf = (name: string) => placeIdOf({ team: slack.teamId, channel: slack.channel(name).id });
const readers = (name: string, platform = bot.platform) =>
  platform.readers?.(
    Place.parse({ id: idOf(name), platform: "slack", tenant: slack.teamId, kind: "channel" }),
  );
const becomes = (name: string, expected: object) =>
  eventually(`#${name} is read by ${JSON.stringify(expected)}`, async () =>
    expect.objectContaining(expected).asymmetricMatch(await readers(name)),
  );

test("a channel with a guest in it is its members', and the others stay everyone's", async () => {
  expect(await readers("general")).toEqual(everyone);
  slack.addGuest("Gus", { channels: ["general"] });
  await becomes("general", own("general"));
  expect(await readers("random")).toEqual(everyone);
});

test("a member who becomes a guest is noticed, and a guest who becomes one of us too", async () => {
  expect(await readers("general")).toEqual(everyone);
  slack.setGuest("Bob", { channels: ["general"] });
  await becomes("general", own("general"));
  slack.setGuest("Bob", undefined);
  await becomes("general", everyone);
});

test("what a private channel is does not depend on its guests", async () => {
  slack.addChannel("secret", { isPrivate: true });
  slack.addGuest("Gus", { channels: ["secret"] });
  expect(await readers("secret")).toEqual({ ...own("secret"), named: "#secret" });
});

test("while Slack does not say who is there, nobody knows who reads", async () => {
  const fault = { type: "refusal", error: "missing_scope" } as const;
  slack.faults.next({ path: "/api/conversations.members", fault });
  expect(await readers("general")).toEqual({ who: "unknown" });
  slack.faults.next({ path: "/api/users.list", fault });
  expect(await readers("general")).toEqual({ who: "unknown" });
  expect(await readers("general")).toEqual(everyone);
});

test("without the setting guests are asked for nowhere", async () => {
  slack.addGuest("Gus", { channels: ["general"] });
  const loose = await connect(slack, { clock });
  slack.journal.clear();
  expect(await readers("general", loose.platform)).toEqual(everyone);
  expect(slack.journal.entries.map(({ path }) => path)).not.toContain("/api/conversations.members");
  await loose.stop();
});
