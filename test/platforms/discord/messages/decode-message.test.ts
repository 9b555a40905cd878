import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { expect, test } from "vitest";
import { Directory } from "../../../../src/platforms/discord/guild/directory.ts";
import {
  channelOf,
  compareSnowflakes,
  messageIdOf,
  messageRefOf,
  placeIdOf,
  snowflakeAt,
  snowflakeTime,
} from "../../../../src/platforms/discord/ids.ts";
import {
  decodeMessage,
  isFromPerson,
  lacksContent,
} from "../../../../src/platforms/discord/messages/decode-message.ts";
import { readTarget, writeTarget } from "../../../../src/platforms/discord/messages/reply-target.ts";
import { WireChannel, WireMessage } from "../../../../src/platforms/discord/wire.ts";

const GUILD = "1100000000000000001";
const BOT = "1100000000000000002";
const BOT_ROLE = "1100000000000000003";
const ALICE = "1100000000000000004";
const MODS = "1100000000000000005";
const GENERAL = "1100000000000000006";
const APP = "1100000000000000007";
const HOOK = "1100000000000000008";
const MESSAGE = "1100000000000000100";
const MANAGE_GUILD = "32";
const READ_MESSAGE_HISTORY = "65536";

const directory = new Directory();
directory.follow(Packet.Ready, {
  user: { id: BOT },
  application: { id: APP },
  guilds: [{ id: GUILD, unavailable: true }],
});
directory.follow(Packet.GuildCreate, {
  id: GUILD,
  name: "House",
  owner_id: "1100000000000000999",
  roles: [
    { id: GUILD, name: "@everyone", permissions: READ_MESSAGE_HISTORY },
    { id: BOT_ROLE, name: "Rapport", permissions: "0", tags: { bot_id: BOT } },
    { id: MODS, name: "mods", permissions: MANAGE_GUILD },
  ],
  channels: [{ id: GENERAL, type: 0, name: "general", parent_id: null, permission_overwrites: [] }],
  threads: [],
});
const self = { user: BOT, application: APP };

function message(more: object = {}) {
  return WireMessage.parse({
    id: MESSAGE,
    channel_id: GENERAL,
    guild_id: GUILD,
    type: 0,
    content: "hello",
    author: { id: ALICE, username: "alice", global_name: "Alice", discriminator: "0" },
    member: { nick: null, roles: [] },
    edited_timestamp: null,
    webhook_id: null,
    ...more,
  });
}

const channel = (more: object = {}) =>
  WireChannel.parse({ id: GENERAL, type: 0, name: "general", guild_id: GUILD, parent_id: null, ...more });

const decoded = (more: object = {}, at: object = {}) =>
  decodeMessage(message(more), channel(at), { self, known: directory }).event;

test.each([
  ["nobody in particular", {}, "none"],
  ["@everyone", { content: "@everyone", mention_everyone: true }, "none"],
  [
    "the bot",
    { content: `hey <@${BOT}>`, mentions: [{ id: BOT, username: "Rapport", bot: true }] },
    "mention",
  ],
  ["the bot in the old notation", { content: `<@!${BOT}> hey` }, "mention"],
  ["the bot's own role", { content: `<@&${BOT_ROLE}>`, mention_roles: [BOT_ROLE] }, "mention"],
  ["the bot in a line of code", { content: `what is \`<@${BOT}>\` here?` }, "none"],
  ["the bot in a block of code", { content: `\`\`\`\nping <@${BOT}>\n\`\`\`` }, "none"],
  ["the bot beside code", { content: `\`x\` <@${BOT}> \`y\`` }, "mention"],
  ["another role that the bot may have", { content: `<@&${MODS}>`, mention_roles: [MODS] }, "none"],
])("a message to %s", (_who, more, addressed) => {
  expect(decoded(more).addressed).toBe(addressed);
});

const repliedTo = (more: object) => ({
  type: 19,
  referenced_message: {
    id: "1100000000000000050",
    author: { id: BOT, username: "Rapport", bot: true },
    ...more,
  },
});

test("a reply to the bot, to a persona's webhook or to a command's answer is a reply to that message", () => {
  const persona = {
    author: { id: HOOK, username: "Mira", bot: true },
    webhook_id: HOOK,
    application_id: APP,
  };
  const answer = { webhook_id: APP, application_id: APP };
  const stranger = { author: { id: HOOK, username: "x", bot: true }, webhook_id: HOOK, application_id: HOOK };
  const asked = { mentions: [{ id: BOT, username: "Rapport" }] };
  expect(decoded({ ...repliedTo({}), ...asked })).toMatchObject({
    addressed: "reply",
    repliesTo: `discord.${GENERAL}.1100000000000000050`,
  });
  expect(decoded(repliedTo(persona)).repliesTo).toBe(`discord.${GENERAL}.1100000000000000050.w`);
  expect(decoded(repliedTo(answer)).repliesTo).toBe(`discord.${GENERAL}.1100000000000000050`);
  expect(decoded(repliedTo(stranger))).toMatchObject({ addressed: "none" });
});

test("Discord's notation becomes what people read, and the bot's mention goes", () => {
  const content = `<@${BOT}> ask <@${ALICE}>, <@&${MODS}> and <@1100000000000000777> in <#${GENERAL}> <a:wave:1100000000000000888> </memory show:1100000000000000889> <t:1767261600:R> <notation>`;
  const mentions = [{ id: ALICE, username: "alice", member: { nick: "Ally" } }];
  expect(decoded({ content, mentions }).text).toBe(
    "ask @Ally, @mods and @somebody in #general :wave: /memory show 2026-01-01 10:00 UTC <notation>",
  );
});

test.each([
  [`hello again <@${BOT}>, I live on a boat`, "hello again, I live on a boat"],
  [`who are you <@${BOT}>?`, "who are you?"],
  [`<@${BOT}>, memory show`, "memory show"],
  [`<@${BOT}>: ahoy`, "ahoy"],
  [`<@${BOT}> :) hi`, ":) hi"],
  [`<@${BOT}> <@!${BOT}> ahoy`, "ahoy"],
  [`<@${BOT}> what is \`<@${BOT}>\`?`, `what is \`<@${BOT}>\`?`],
])("%s is read as a sentence without who was called", (content, text) => {
  expect(decoded({ content }).text).toBe(text);
});

test("line breaks, code and blanks of a text stay as they were", () => {
  const content = `<@${BOT}>\n\`\`\`js\n  let x  =  1;\n\`\`\`\nwhy  so?`;
  expect(decoded({ content }).text).toBe("```js\n  let x  =  1;\n```\nwhy  so?");
});

test("people are called as the server calls them, and manage by a role, by owning it, or not", () => {
  expect(decoded({ member: { nick: "Ally", roles: [MODS] } }).author).toEqual({
    id: `discord.${ALICE}`,
    name: "Ally",
    manages: true,
    roles: [GUILD, MODS],
  });
  expect(decoded().author).toMatchObject({ name: "Alice", manages: false });
  const owner = { id: "1100000000000000999", username: "owner", global_name: null };
  expect(decoded({ author: owner }).author).toMatchObject({ name: "owner", manages: true });
});

test("who may see a channel and not what was said there before is told apart, also by a role or in a thread", () => {
  const known = new Directory();
  known.follow(Packet.Ready, { user: { id: BOT }, application: { id: APP }, guilds: [] });
  const bits = { type: 0, allow: "0", deny: "0" };
  known.follow(Packet.GuildCreate, {
    id: GUILD,
    name: "House",
    owner_id: "1100000000000000999",
    roles: [
      { id: GUILD, name: "@everyone", permissions: READ_MESSAGE_HISTORY },
      { id: MODS, name: "mods", permissions: "0" },
    ],
    channels: [
      {
        id: GENERAL,
        type: 0,
        parent_id: null,
        permission_overwrites: [
          { ...bits, id: GUILD, deny: READ_MESSAGE_HISTORY },
          { ...bits, id: MODS, allow: READ_MESSAGE_HISTORY },
        ],
      },
    ],
    threads: [],
  });
  const author = (roles: readonly string[], at: object = {}, more: object = {}) =>
    decodeMessage(message({ member: { nick: null, roles }, ...more }), channel(at), { self, known }).event
      .author;
  const inThread = { id: MESSAGE, type: 11, parent_id: GENERAL };
  for (const at of [{}, inThread]) {
    expect(author([], at).hearsOnly).toBe(true);
    expect(author([MODS], at).hearsOnly).toBeUndefined();
    const owner = { author: { id: "1100000000000000999", username: "owner" } };
    expect(author([], at, owner).hearsOnly).toBeUndefined();
  }
  expect(author([MODS], { id: HOOK }).hearsOnly).toBe(true);
});

test("only a message in a text or announcement channel says which thread it would open", () => {
  expect(decoded().thread).toEqual({
    id: `discord.${MESSAGE}`,
    platform: "discord",
    tenant: GUILD,
    kind: "thread",
    parent: `discord.${GENERAL}`,
    mention: `<#${MESSAGE}>`,
  });
  expect(decoded({}, { type: 5 }).thread).toBeDefined();
  for (const type of [2, 10, 11, 12, 13, 15]) expect(decoded({}, { type }).thread).toBeUndefined();
  const direct = decoded({ guild_id: undefined, member: undefined }, { type: 1, guild_id: undefined });
  expect(direct).toMatchObject({ addressed: "direct", place: { kind: "direct", tenant: "direct" } });
  expect(direct.thread).toBeUndefined();
});

test.each([
  ["a person", {}, true],
  ["a person who replies", { type: 19 }, true],
  ["another bot", { author: { id: HOOK, username: "x", bot: true } }, false],
  ["a webhook", { webhook_id: HOOK }, false],
  ["Discord, of a rename", { type: 4 }, false],
  ["Discord, of a thread", { type: 21 }, false],
  ["a command's answer", { type: 20 }, false],
])("a message of %s is from a person: %j → %j", (_who, more, expected) => {
  expect(isFromPerson(message(more))).toBe(expected);
});

test("an empty message of a server is a missing intent, unless something else is in it", () => {
  expect(lacksContent(message({ content: "" }))).toBe(true);
  expect(lacksContent(message())).toBe(false);
  expect(lacksContent(message({ content: "", sticker_items: [{}] }))).toBe(false);
  expect(lacksContent(message({ content: "", poll: {} }))).toBe(false);
  expect(lacksContent(message({ content: "", guild_id: undefined }))).toBe(false);
});

test("ids are made and read back", () => {
  expect(channelOf(placeIdOf(GENERAL))).toBe(GENERAL);
  for (const byWebhook of [true, false]) {
    const ref = { channel: GENERAL, message: MESSAGE, byWebhook };
    expect(messageRefOf(messageIdOf(ref))).toEqual(ref);
  }
});

test("snowflakes tell the time and their order, whatever their length", () => {
  const now = Date.UTC(2026, 0, 1, 10);
  expect(snowflakeTime(snowflakeAt(now))).toBe(now);
  expect(["10", "9", "100"].sort(compareSnowflakes)).toEqual(["9", "10", "100"]);
});

test("a target survives being stored, and a broken one is not read", () => {
  const { target } = decodeMessage(message(), channel(), { self, known: directory });
  expect(target).toEqual(JSON.parse(JSON.stringify(target)));
  expect(writeTarget(readTarget(target))).toEqual(target);
  expect(() => readTarget({ via: "pigeon" })).toThrow();
});

test("a role that changes, a channel that is renamed and one that goes are followed", () => {
  const known = new Directory();
  known.follow(Packet.GuildCreate, {
    id: GUILD,
    name: "House",
    owner_id: ALICE,
    roles: [],
    channels: [],
    threads: [],
  });
  known.follow(Packet.ChannelCreate, { id: GENERAL, type: 0, name: "general", guild_id: GUILD });
  known.follow(Packet.ChannelUpdate, { id: GENERAL, type: 0, name: "hall", guild_id: GUILD });
  expect(known.channel(GENERAL)?.name).toBe("hall");
  known.follow(Packet.GuildRoleCreate, {
    guild_id: GUILD,
    role: { id: MODS, name: "mods", permissions: MANAGE_GUILD },
  });
  expect(known.manages(GUILD, BOT, { nick: undefined, roles: [MODS] })).toBe(true);
  known.follow(Packet.GuildRoleDelete, { guild_id: GUILD, role_id: MODS });
  expect(known.manages(GUILD, BOT, { nick: undefined, roles: [MODS] })).toBe(false);
  expect(known.follow(Packet.GuildDelete, { id: GUILD, unavailable: true })).toEqual([]);
  expect(known.follow(Packet.ChannelDelete, { id: GENERAL, type: 0, guild_id: GUILD })).toMatchObject([
    { name: "hall" },
  ]);
});

test("a text that is longer than any of Discord's is cut before anything reads it, and the cut is told", () => {
  const { content } = message({ content: `${"a".repeat(99_999)}😀${"b".repeat(5_000)}` });
  expect(content.slice(99_990)).toBe(`${"a".repeat(9)}\n(cut: 5,002 more characters were not read)`);
  expect(message({ content: "a".repeat(100_000) }).content).toHaveLength(100_000);
});
