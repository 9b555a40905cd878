import { ChannelType } from "discord-api-types/v10";
import type { Clock } from "../../kit/clock.ts";
import { ALL_PERMISSIONS, permissionBits } from "./permissions.ts";
import type { ChannelRecord, MemberRecord, SnapshotRecord, UserRecord } from "./records.ts";
import { Snowflakes } from "./snowflake.ts";

/** What a new server on Discord lets everyone do, as far as the sandbox knows these things. */
const EVERYONE = permissionBits(
  "ViewChannel",
  "SendMessages",
  "EmbedLinks",
  "AttachFiles",
  "ReadMessageHistory",
  "MentionEveryone",
  "AddReactions",
  "ChangeNickname",
  "UseApplicationCommands",
  "CreatePublicThreads",
  "CreatePrivateThreads",
  "SendMessagesInThreads",
);

/** What the bot's invite link asks for. */
const INVITED = permissionBits(
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "ManageThreads",
  "ManageWebhooks",
  "ReadMessageHistory",
  "EmbedLinks",
  "AttachFiles",
  "AddReactions",
);

const CHANNELS = ["general", "random", "support"];
const PEOPLE = ["Alice", "Bob", "Carol"];
const BOT_NAME = "Rapport";

/** "Rapport House": three channels, Alice who owns it, Bob, Carol, and the bot with its own role. */
export function defaultWorld(clock: Clock, botName = BOT_NAME): SnapshotRecord {
  const ids = new Snowflakes(clock);
  const now = clock.now();
  const guildId = ids.next();
  const applicationId = ids.next();
  const botRoleId = ids.next();
  const people = PEOPLE.map((name) => user(ids.next(), name, false));
  // A bot made today has one id for itself and its application.
  const bot = user(applicationId, botName, true);
  const channels = CHANNELS.map((name, position) => textChannel({ id: ids.next(), guildId, name, position }));
  return {
    version: 1,
    applicationId,
    botUserId: bot.id,
    guild: { id: guildId, name: "Rapport House", ownerId: people[0]?.id ?? bot.id, botIsMember: true },
    users: [...people, bot],
    roles: [
      {
        id: guildId,
        name: "@everyone",
        permissions: EVERYONE.toString(),
        position: 0,
        color: 0,
        mentionable: false,
      },
      {
        id: botRoleId,
        name: botName,
        permissions: (INVITED & ALL_PERMISSIONS).toString(),
        position: 1,
        color: 0,
        mentionable: false,
        botId: bot.id,
      },
    ],
    members: [...people.map((person) => member(person.id, [], now)), member(bot.id, [botRoleId], now)],
    channels,
    messages: [],
    webhooks: [],
    commands: [],
    commandCreates: [],
    interactions: [],
    files: {},
    lastId: ids.last,
  };
}

export function user(id: string, name: string, bot: boolean): UserRecord {
  return {
    id,
    // People have a user name in lower case and a display name; a bot is called by its user name.
    username: bot ? name : name.toLowerCase(),
    globalName: bot ? null : name,
    bot,
    closedDms: false,
  };
}

export function member(userId: string, roles: string[], joinedAt: number): MemberRecord {
  return { userId, nick: null, roles, joinedAt };
}

export function textChannel(options: {
  id: string;
  guildId: string;
  name: string;
  position: number;
  type?: number;
}): ChannelRecord {
  return {
    id: options.id,
    type: options.type ?? ChannelType.GuildText,
    guildId: options.guildId,
    name: options.name,
    topic: null,
    parentId: null,
    position: options.position,
    rateLimitPerUser: 0,
    overwrites: [],
    lastMessageId: null,
  };
}
