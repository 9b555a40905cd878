import type { SlackEmulator, SlackWorkspace } from "@rapport/slack-emulator";
import { eventually } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Readers } from "../../../../src/core/domain/audience.ts";
import { EventId, type MessageEvent } from "../../../../src/core/domain/model.ts";
import { placeIdOf } from "../../../../src/platforms/slack/ids.ts";
import { standingOf } from "../../../../src/platforms/slack/workspaces/directory.ts";
import { type ChannelFacts, readersOf } from "../../../../src/platforms/slack/workspaces/readers.ts";
import { systemClock } from "../../../../src/process/clock.ts";
import { type Connected, connect, startSlack } from "../connected.ts";

/* Who reads a place of Slack, who somebody is there, and what changes either. */

const C1 = placeIdOf({ team: "T1", channel: "C1" });
const open: ChannelFacts = { name: "plans", is_channel: true, is_private: false, is_shared: false };
const everyone: Readers = { who: "everyone" };
const inside: Readers = { who: "members", of: C1, named: "#plans", outsiders: false };
const shared: Readers = {
  who: "members",
  of: C1,
  named: "#plans, shared with people of elsewhere",
  outsiders: true,
  set: expect.any(String),
};

test.each<[string, ChannelFacts, Readers]>([
  ["public", open, everyone],
  ["private", { ...open, is_private: true }, inside],
  ["private of old", { ...open, is_channel: false, is_group: true, is_private: true }, inside],
  ["public by its id and private by its flag", { ...open, is_channel: true, is_private: true }, inside],
  ["group DM", { ...open, is_mpim: true, is_private: true }, { ...inside, named: "this conversation" }],
  ["shared with a company", { ...open, is_shared: true, is_ext_shared: true }, shared],
  ["private and shared with a company", { ...open, is_private: true, is_ext_shared: true }, shared],
  ["invitation pending", { ...open, is_pending_ext_shared: true }, shared],
  ["invitation to a company pending", { ...open, pending_connected_team_ids: ["T9"] }, shared],
  ["invitation made", { ...open, properties: { has_slack_connect_invite_created: true } }, shared],
  ["still connected", { ...open, connected_team_ids: ["T9"] }, shared],
  ["shared, with whom is not said", { ...open, is_shared: true }, shared],
  ["shared within the organization", { ...open, is_shared: true, is_org_shared: true }, shared],
  ["of the whole organization", { ...open, is_org_default: true }, shared],
  ["nothing said", {}, { who: "unknown" }],
  ["whether it is private is not said", { is_channel: true, is_shared: false }, { who: "unknown" }],
  ["whether it is shared is not said", { is_channel: true, is_private: false }, { who: "unknown" }],
])("a channel that is %s", (_what, facts, readers) => {
  expect(readersOf(C1, facts)).toEqual(readers);
});

test("with which companies a channel is shared, and whether all of ours read along, makes other readers", () => {
  const beta = { ...open, is_ext_shared: true, connected_team_ids: ["T9"] };
  const various: readonly ChannelFacts[] = [
    beta,
    { ...beta, connected_team_ids: ["T8"] },
    { ...beta, connected_team_ids: ["T8", "T9"] },
    { ...beta, is_private: true },
    { ...beta, is_org_shared: true },
  ];
  const sets = various.map((facts) => JSON.stringify(readersOf(C1, facts)));
  expect(new Set(sets).size).toBe(various.length);
  const invited = { ...open, is_pending_ext_shared: true, pending_connected_team_ids: ["T9"] };
  expect(readersOf(C1, invited)).toEqual(readersOf(C1, beta));
  expect(readersOf(C1, { ...beta, connected_team_ids: ["T9", "T8"] })).toEqual(
    readersOf(C1, { ...beta, connected_team_ids: ["T8", "T9"] }),
  );
});

const us = { team: "T1", enterprise: "E1" };
const user = { is_restricted: false, is_ultra_restricted: false };
test.each([
  ["a member", { ...user, team_id: "T1" }, "T1", undefined],
  ["a guest", { ...user, team_id: "T1", is_restricted: true }, "T1", "guest"],
  ["a guest of one channel", { ...user, team_id: "T1", is_ultra_restricted: true }, undefined, "guest"],
  ["of another company", { ...user, team_id: "T9" }, undefined, "outsider"],
  ["a guest of another company", { ...user, team_id: "T9", is_restricted: true }, "T9", "outsider"],
  [
    "of our organization",
    { ...user, team_id: "T2", enterprise_user: { enterprise_id: "E1" } },
    "T2",
    undefined,
  ],
  [
    "of another organization",
    { ...user, team_id: "T9", enterprise_user: { enterprise_id: "E9" } },
    "E9",
    "outsider",
  ],
  ["unknown, of elsewhere by the event", undefined, "T9", "outsider"],
  ["unknown", undefined, undefined, "guest"],
  ["unknown, one of ours by the event", undefined, "T1", "guest"],
] as const)("somebody who is %s", (_what, facts, homeTeam, standing) => {
  expect(standingOf(us, facts, homeTeam)).toBe(standing);
});

let slack: SlackEmulator;
let beta: SlackWorkspace;
let bot: Connected;
beforeEach(async () => {
  slack = await startSlack();
  beta = slack.addWorkspace("Beta");
  bot = await connect(slack, { clock: systemClock });
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

async function hears(
  say: (text: string) => Promise<unknown>,
  text = `hello ${bot.inbox.taken.length}`,
): Promise<MessageEvent> {
  await say(`@Rapport ${text}`);
  return (await bot.inbox.message(text)).event;
}
const inChannel = (name: string, who = slack.person("Bob")) =>
  hears((text) => who.say(slack.channel(name).id, text));
const readers = async (event: MessageEvent) => bot.platform.readers?.(event.thread ?? event.place);
const root = (name: string) => placeIdOf({ team: slack.teamId, channel: slack.channel(name).id });

test("public channels are everyone's, private ones and group messages are their own, and so are their threads", async () => {
  slack.addChannel("secret", { isPrivate: true });
  const group = slack.addGroupDm(["Alice", "Bob"]);
  expect(await readers(await inChannel("general"))).toEqual({ who: "everyone" });
  expect(await readers(await inChannel("secret"))).toEqual({
    who: "members",
    of: root("secret"),
    named: "#secret",
    outsiders: false,
  });
  const event = await hears((text) => slack.person("Bob").say(group.id, text));
  expect(await readers(event)).toMatchObject({ who: "members", outsiders: false });
});

test.each<[string, () => void, object]>([
  ["made private", () => slack.makePrivate("general"), { who: "members", outsiders: false }],
  ["shared", () => slack.shareChannel("general", "Beta"), { who: "members", outsiders: true }],
])(
  "a channel that is %s is another place from then on, and back again when that is undone",
  async (_what, change, now) => {
    const event = await inChannel("general");
    expect(await readers(event)).toEqual({ who: "everyone" });
    change();
    await eventually("it is noticed", async () => (await readers(event))?.who === "members");
    expect(await readers(event)).toMatchObject({ ...now, of: root("general") });
    if ("outsiders" in now && now.outsiders) slack.unshareChannel("general", "Beta");
    else slack.makePublic("general");
    await eventually("it is noticed", async () => (await readers(event))?.who === "everyone");
  },
);

test("a channel that changes its id is told with its threads under their new ids", async () => {
  const event = await inChannel("general");
  const before = root("general");
  slack.changeChannelId("general");
  const { from, now } = await eventually("it is told", () => bot.inbox.moved[0]);
  const after = root("general");
  expect(after).not.toBe(before);
  expect(from.id).toBe(before);
  expect(now.place(from)).toMatchObject({ id: after, kind: "channel" });
  const ts = event.thread?.id.slice(before.length + 1);
  expect(now.place(event.thread!)).toMatchObject({ id: `${after}.${ts}`, parent: after, kind: "thread" });
  const [said] = bot.inbox.taken;
  const later = await inChannel("general");
  expect(later.place.id).toBe(after);
  // What was said before the change is called as what is said after it, but for when.
  const asLater = (text: string) => text.replace(ts ?? "", later.thread?.id.slice(after.length + 1) ?? "");
  expect(asLater(now.event(event.id))).toBe(later.id);
  expect(asLater(now.message(event.message))).toBe(later.message);
  const { target } = bot.inbox.taken.at(-1)!;
  expect(now.target(said!.target)).toEqual({ ...target, message: ts, title: said!.target.title });
  expect(now.event(EventId.parse("slack.T1.stop/C1/1.2"))).toBe("slack.T1.stop/C1/1.2");
});

test("what a message itself tells is believed where the event that told it was lost", async () => {
  const event = await inChannel("general");
  expect(await readers(event)).toEqual({ who: "everyone" });
  slack.sockets.loseNext("channel_shared");
  slack.shareChannel("general", "Beta");
  await inChannel("general");
  expect(await readers(event)).toMatchObject({ who: "members", outsiders: true });
});

test("a pending invitation and an organization make a channel one of its own", async () => {
  slack.inviteCompany("general", "Beta");
  slack.shareWithOrganization("random");
  for (const name of ["general", "random"])
    expect(await readers(await inChannel(name))).toMatchObject({ who: "members", outsiders: true });
});

test("where Slack does not say who reads along, nobody knows", async () => {
  const event = await inChannel("general");
  const fault = { type: "status", status: 500 } as const;
  slack.faults.next({ path: "/api/conversations.info", times: 3, fault });
  expect(await readers(event)).toEqual({ who: "unknown", isPassing: true });
  // A failure is not kept.
  expect(await readers(event)).toEqual({ who: "everyone" });
});

test("people of another company are outsiders here, whatever they manage at home", async () => {
  slack.shareChannel("general", "Beta");
  const { author } = await inChannel("general", beta.person("Alice"));
  expect(author).toMatchObject({ name: "Alice", standing: "outsider", manages: false });
  const { author: ours } = await inChannel("general", slack.person("Alice"));
  expect(ours).toEqual({ id: ours.id, name: "Alice", manages: true });
  expect(author.id).not.toBe(ours.id);
});

test("guests are guests, and a member who becomes one is noticed", async () => {
  const gus = slack.addGuest("Gus", { channels: ["general"] });
  expect((await inChannel("general", gus)).author).toMatchObject({ standing: "guest" });
  expect((await inChannel("general")).author).not.toHaveProperty("standing");
  const told = slack.nextDelivery("user_change");
  slack.setGuest("Bob", { channels: ["general"] });
  await told;
  expect((await inChannel("general")).author).toMatchObject({ standing: "guest" });
});
