import { PermissionFlagsBits as Bit, ChannelFlags, ChannelType } from "discord-api-types/v10";
import { expect, test } from "vitest";
import { PlaceId } from "../../../../src/core/domain/model.ts";
import {
  channelReaders,
  privateThreadReaders,
} from "../../../../src/platforms/discord/guild/channel-readers.ts";
import type { GuildRoles, Role } from "../../../../src/platforms/discord/guild/reader-set.ts";
import { WireChannel } from "../../../../src/platforms/discord/wire.ts";

/*
 * Who reads a place of a server, as people would say it.
 */

const GUILD = "100000000000000001";
const MEMBER = "100000000000000002";
const STAFF = "100000000000000003";
const MOD = "100000000000000004";
const MUTED = "100000000000000005";
const ADMIN = "100000000000000006";
const OTHER_BOT = "100000000000000007";
const OWNER = "200000000000000001";
const SELF = "200000000000000002";
const BOB = "200000000000000003";
const CAROL = "200000000000000004";

const READ = Bit.ViewChannel | Bit.ReadMessageHistory;
const role = (name: string, permissions = 0n, bot?: string): Role => ({ name, permissions, bot });
const ROLES = [
  [MEMBER, role("Member")],
  [STAFF, role("Staff")],
  [MOD, role("Mod")],
  [MUTED, role("Muted")],
  [ADMIN, role("Admin", Bit.Administrator)],
  [OTHER_BOT, role("Music", 0n, "200000000000000009")],
] as const;
const server = (everyone: bigint, more: readonly (readonly [string, Role])[] = []): GuildRoles => ({
  id: GUILD,
  owner: OWNER,
  self: SELF,
  roles: new Map([[GUILD, role("@everyone", everyone)], ...ROLES, ...more]),
});
const open = server(READ | Bit.Connect);
const gated = server(0n, [[MEMBER, role("Member", READ)]]);

const lets = (id: string, allow: bigint = READ) => ({ id, type: 0, allow: String(allow), deny: "0" });
const bars = (id: string, deny: bigint = Bit.ViewChannel) => ({
  id,
  type: 0,
  allow: "0",
  deny: String(deny),
});
const person = <Overwrite extends { type: number }>(overwrite: Overwrite) => ({ ...overwrite, type: 1 });

let lastId = 300_000_000_000_000_000n;
const channel = (overwrites: readonly object[] = [], more: object = {}) => {
  lastId += 1n;
  return WireChannel.parse({
    id: String(lastId),
    type: ChannelType.GuildText,
    name: "plans",
    guild_id: GUILD,
    permission_overwrites: overwrites,
    ...more,
  });
};
const readers = (guild: GuildRoles, overwrites: readonly object[], more?: object) =>
  channelReaders(guild, channel(overwrites, more));
const named = (...given: Parameters<typeof readers>) => {
  const found = readers(...given);
  return "named" in found ? found.named : found.who;
};

test("a channel that nobody is kept out of is everyone's", () => {
  for (const overwrites of [
    [],
    [lets(STAFF)],
    [bars(GUILD, Bit.SendMessages)],
    [bars(OTHER_BOT)],
    [bars(ADMIN)],
  ])
    expect(readers(open, overwrites)).toEqual({ who: "everyone" });
  expect(readers(open, [person(bars(SELF)), person(bars(OWNER))])).toEqual({ who: "everyone" });
});

test.each([
  ["@Staff", [bars(GUILD), lets(STAFF)]],
  ["@Member and @Mod", [bars(GUILD), lets(MOD), lets(MEMBER)]],
  ["@Member, @Staff and 1 more", [bars(GUILD), lets(MOD), lets(MEMBER), lets(STAFF)]],
  ["@Staff and 2 people", [bars(GUILD), lets(STAFF), person(lets(BOB)), person(lets(CAROL))]],
  ["1 person", [bars(GUILD), person(lets(BOB))]],
  ["everyone but @Muted", [bars(MUTED)]],
  ["everyone but 1 person", [person(bars(BOB))]],
  ["the administrators", [bars(GUILD), lets(ADMIN), lets(OTHER_BOT)]],
  ["everyone here at the time", [bars(GUILD, Bit.ReadMessageHistory), lets(STAFF, Bit.ReadMessageHistory)]],
  [
    "people with certain roles",
    [bars(GUILD, READ | Bit.Connect), lets(STAFF, Bit.ViewChannel), lets(MOD, Bit.Connect)],
  ],
] as const)("such a channel is said to be read by %s", (as, overwrites) => {
  const voice = as === "people with certain roles" ? { type: ChannelType.GuildVoice } : {};
  expect(named(open, overwrites, voice)).toBe(as);
});

test("in a gated server all channels that the role Member opens are one, whatever their overwrites look like", () => {
  const byServer = readers(gated, []);
  expect(byServer).toMatchObject({ who: "some", named: "@Member" });
  for (const overwrites of [
    [lets(MEMBER)],
    [bars(GUILD), lets(MEMBER)],
    [bars(GUILD, READ), lets(MEMBER), bars(MUTED)],
    [lets(ADMIN), person(lets(SELF)), lets(MEMBER, Bit.ViewChannel)],
  ])
    expect(readers(gated, overwrites)).toEqual(
      overwrites.some(({ id }) => id === MUTED)
        ? readers(gated, [bars(GUILD), bars(MUTED), lets(MEMBER)])
        : byServer,
    );
  expect(readers(gated, [bars(GUILD), lets(STAFF)])).not.toEqual(byServer);
});

test("a role that is gone lets nobody in", () => {
  expect(readers(open, [bars(GUILD), lets("100000000000000099"), lets(STAFF)])).toEqual(
    readers(open, [lets(STAFF), bars(GUILD)]),
  );
});

test("the text of a voice channel is for who may connect", () => {
  const voice = { type: ChannelType.GuildVoice };
  expect(readers(open, [], voice)).toEqual({ who: "everyone" });
  expect(named(open, [bars(MUTED, Bit.Connect)], voice)).toBe("everyone but @Muted");
  expect(readers(open, [bars(MUTED, Bit.Connect)])).toEqual({ who: "everyone" });
});

test("a channel for those of age is not everyone's", () => {
  expect(named(open, [], { nsfw: true })).toBe("everyone of age");
  expect(readers(open, [bars(GUILD), lets(STAFF)], { nsfw: true })).not.toEqual(
    readers(open, [bars(GUILD), lets(STAFF)]),
  );
});

test("a private thread has readers of its own, also where everyone reads its channel", () => {
  const thread = PlaceId.parse("discord.300000000000000000");
  expect(privateThreadReaders(thread)).toMatchObject({ who: "members", of: thread });
});

test("an announcement channel is read by whoever follows it, wherever", () => {
  const news = channel([], { type: ChannelType.GuildAnnouncement, name: "news" });
  expect(channelReaders(open, news)).toEqual({
    who: "members",
    of: `discord.${news.id}`,
    named: "#news and the servers that follow it",
    outsiders: true,
    set: expect.any(String),
  });
});

test("an announcement channel that is opened to more people has other readers than before", () => {
  const kind = { type: ChannelType.GuildAnnouncement, name: "news" };
  const closed = channel([bars(GUILD), lets(STAFF)], kind);
  const opened = { ...closed, permission_overwrites: [] };
  expect(channelReaders(open, opened)).not.toEqual(channelReaders(open, closed));
  expect(channelReaders(open, { ...closed, name: "news" })).toEqual(channelReaders(open, closed));
});

test("nothing is concluded from a channel that Discord hides, or of which only a part is known", () => {
  const hidden = channel([bars(GUILD)], {
    name: "___hidden___",
    flags: ChannelFlags.ChannelObfuscated,
    nsfw: null,
    last_message_id: null,
  });
  const partial = channel([], { permission_overwrites: undefined });
  for (const unclear of [hidden, partial]) expect(channelReaders(open, unclear)).toEqual({ who: "unknown" });
});
