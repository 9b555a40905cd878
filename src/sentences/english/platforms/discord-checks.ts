import { counted } from "../grammar.ts";

/** Where an application's owner mends what cannot be mended from here. */
const PORTAL = "https://discord.com/developers/applications";
const REMEDY = "give them to its role under Server Settings → Roles, or open the link below again";

/** What the start and the doctor tell those who set the bot up on Discord. */
export const discordChecks = {
  badToken: `DISCORD_TOKEN is not a valid bot token. Copy it from ${PORTAL} → your application → Bot → Reset Token.`,
  messagesHidden: `DISCORD_TOKEN belongs to a bot that may not read messages. Switch on "Message Content Intent" at ${PORTAL} → your application → Bot → Privileged Gateway Intents.`,
  invalidShard: "Discord refused the number of shards. Start again; if it stays, report it.",
  shardingRequired: "The bot is in too many servers for one connection. Start again to use more.",
  invalidVersion: "Discord no longer takes this version of its API. Update Rapport.",
  invalidIntents: "Discord refused the intents. Update Rapport.",

  tokenOf: (name: string) => `The token is that of ${name}.`,
  invite: (link: string) => `Invite it to a server with ${link}`,
  contentIntent: "Message Content Intent is on.",
  noConnectionsLeft: (minutes: number) =>
    `It has no connections left today: a start waits ${counted(minutes, "minute")} until there are new ones.`,
  fewConnectionsLeft: ({ left, total, minutes }: { left: number; total: number; minutes: number }) =>
    `It has ${left} of ${total} connections left for the next ${counted(minutes, "minute")}: something starts it over and over. Look at its log.`,
  connectionsLeft: (left: number) => `It may connect ${left} more times today.`,
  wrongServer:
    "The server in DISCORD_GUILD_ID is not one of its servers: correct it, or invite the bot there.",
  noServer: "It is in no server yet: open the link below.",
  moreServersLack: (servers: number) =>
    servers === 1 ? "1 more server lacks permissions." : `${servers} more servers lack permissions.`,
  permissionsIn: (servers: number) => `It has the permissions it needs in ${counted(servers, "server")}.`,
  lacks: ({
    server,
    permissions,
    lost,
  }: {
    server: string;
    permissions: readonly string[];
    lost: readonly string[] | undefined;
  }) =>
    `In “${server}” its role lacks ${permissions.join(", ")}${lost === undefined ? "" : ` (lost: ${lost.join(", ")})`}: ${REMEDY}.`,
  /** What is lost without a permission. */
  losses: {
    threads: "names of threads",
    webhooks: "each persona's own name and face",
    links: "previews of links",
    files: "exports",
    reactions: "reactions",
  },
  notRegistered: "The first start registers the commands.",
  registered: (commands: number, isOneServer: boolean) =>
    `${counted(commands, "command")} registered, ${isOneServer ? "in the one server of DISCORD_GUILD_ID" : "everywhere"}.`,
  missing: (command: string) => `${command} is missing`,
  outdated: (command: string) => `${command} is outdated`,
  foreign: (command: string) => `${command} is not ours`,
  commandsDiffer: (differences: readonly string[]) =>
    `Registered commands differ (${differences.join(", ")}): the next start writes them.`,
  clock: (seconds: number, isAhead: boolean) =>
    `This machine's clock is ${seconds} seconds ${isAhead ? "ahead of" : "behind"} Discord's. Let it be set by the network (NTP).`,
};
