import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { expect, test } from "vitest";
import { channelName } from "../../../../src/platforms/discord/guild/channel-name.ts";
import { Directory } from "../../../../src/platforms/discord/guild/directory.ts";

/* A mention of a channel is read with its name only where all who read along may see that channel. */

const id = (number: number) => `11000000000000000${String(number).padStart(2, "0")}`;
const [GUILD, OTHER, BOT, STAFF] = [id(1), id(2), id(3), id(4)];
const VIEW = 1 << 10;
const READ = 1 << 16;
const closed = [
  { id: GUILD, type: 0, allow: "0", deny: `${VIEW}` },
  { id: STAFF, type: 0, allow: `${VIEW}`, deny: "0" },
];
const CHANNELS = {
  general: { id: id(10), type: 0 },
  news: { id: id(11), type: 5 },
  staff: { id: id(12), type: 0, permission_overwrites: closed },
  "staff-too": { id: id(13), type: 0, permission_overwrites: [...closed].reverse() },
  ___hidden___: { id: id(14), type: 0, permission_overwrites: [closed[0]], flags: 1 << 17 },
};
const THREADS = {
  talk: { id: id(20), type: 11, parent_id: CHANNELS.general.id },
  "staff talk": { id: id(21), type: 11, parent_id: CHANNELS.staff.id },
  corner: { id: id(22), type: 12, parent_id: CHANNELS.general.id },
};
const ELSEWHERE = { "other general": { id: id(30), type: 0 } };
const ALL: Readonly<Record<string, { readonly id: string }>> = { ...CHANNELS, ...THREADS, ...ELSEWHERE };

const directory = new Directory();
directory.follow(Packet.Ready, {
  user: { id: BOT },
  application: { id: BOT },
  guilds: [{ id: GUILD }, { id: OTHER }],
});
const named = (channels: object) =>
  Object.entries(channels).map(([name, channel]) => ({
    name,
    parent_id: null,
    permission_overwrites: [],
    ...channel,
  }));
const roles = (guild: string) => [
  { id: guild, name: "@everyone", permissions: `${VIEW | READ}` },
  { id: STAFF, name: "Staff", permissions: "0" },
];
for (const [guild, channels, threads] of [
  [GUILD, CHANNELS, THREADS],
  [OTHER, ELSEWHERE, {}],
] as const)
  directory.follow(Packet.GuildCreate, {
    id: guild,
    name: "House",
    owner_id: id(99),
    roles: roles(guild),
    channels: named(channels),
    threads: named(threads),
  });

const idOf = (name: string) => ALL[name]?.id ?? "";
const tells = (mentioned: string, here: string) =>
  channelName(directory, idOf(mentioned), { guild_id: GUILD, channel_id: idOf(here) });

test.each([
  ["general", "staff"],
  ["news", "general"],
  ["talk", "corner"],
  ["staff", "staff"],
  ["staff", "staff talk"],
  ["staff", "staff-too"],
  ["staff talk", "staff"],
  ["corner", "corner"],
])("#%s has its name in #%s", (mentioned, here) => {
  expect(tells(mentioned, here)).toBe(mentioned);
});

test.each([
  ["staff", "general"],
  ["staff", "talk"],
  ["staff", "corner"],
  ["staff talk", "general"],
  ["corner", "general"],
  ["corner", "staff"],
  ["___hidden___", "general"],
  ["other general", "general"],
])("#%s has no name in #%s", (mentioned, here) => {
  expect(tells(mentioned, here)).toBeUndefined();
});

test("in direct messages no channel has a name", () => {
  expect(
    channelName(directory, idOf("general"), { guild_id: undefined, channel_id: id(40) }),
  ).toBeUndefined();
});
