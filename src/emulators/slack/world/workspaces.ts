import { newSecret } from "../../kit/own-machine.ts";
import type { AppConfig } from "./app-config.ts";
import { Ids } from "./ids.ts";
import type { ChannelRecord, InstallationRecord, SnapshotRecord, UserRecord } from "./records.ts";
import type { World } from "./world.ts";

const CHANNELS = ["general", "random", "support"];
const PEOPLE = ["Alice", "Bob", "Carol"];
const WORKSPACE = "Rapport House";

/** An empty Slack: the app is there, workspaces are added. */
export function emptyWorld(): SnapshotRecord {
  const ids = new Ids();
  return {
    version: 1,
    appId: ids.next("A"),
    lastId: ids.last,
    lastTs: 0,
    teams: [],
    users: [],
    channels: [],
    messages: [],
    installations: [],
    sessions: [],
    prompts: [],
    homes: [],
    responseUrls: [],
    files: [],
    contents: {},
  };
}

/** "Rapport House", with the app installed and a member of every channel. */
export function addDefaultWorkspace(world: World, botToken?: string): void {
  furnishWorkspace(world, addWorkspace(world, WORKSPACE), botToken);
}

/** The app is installed there, and invited into every channel. */
export function furnishWorkspace(world: World, teamId: string, botToken?: string): void {
  const [installer] = world.usersOf(teamId);
  if (!installer) throw new Error("A workspace has people.");
  const installation = installApp(world, {
    teamId,
    installerId: installer.id,
    scopes: allScopes(world.config),
    ...(botToken !== undefined && { botToken }),
  });
  for (const channel of world.channelsOf(teamId)) channel.memberIds.push(installation.botUserId);
}

/** Three channels, Alice who owns it, Bob and Carol. The app is not installed in it. */
export function addWorkspace(world: World, name: string): string {
  const teamId = world.ids.next("T");
  const domain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  world.teams.set(teamId, { id: teamId, name, domain });
  const people = PEOPLE.map((one, index) => addUser(world, { teamId, name: one, isAdmin: index === 0 }));
  for (const one of CHANNELS) {
    addChannel(world, { teamId, name: one, memberIds: people.map(({ id }) => id) });
  }
  world.tell({ type: "settings-changed" });
  return teamId;
}

export function addUser(
  world: World,
  one: { teamId: string; name: string; isAdmin?: boolean; isBot?: boolean },
): UserRecord {
  const user: UserRecord = {
    id: world.ids.next("U"),
    teamId: one.teamId,
    name: one.name.toLowerCase().replaceAll(" ", "."),
    displayName: one.name,
    isBot: one.isBot ?? false,
    isAdmin: one.isAdmin ?? false,
    isOwner: one.isAdmin ?? false,
  };
  world.users.set(user.id, user);
  return user;
}

export function addChannel(
  world: World,
  one: { teamId: string; name: string; memberIds: readonly string[]; type?: ChannelRecord["type"] },
): ChannelRecord {
  const type = one.type ?? "channel";
  const channel: ChannelRecord = {
    id: world.ids.next(type === "im" ? "D" : "C"),
    teamId: one.teamId,
    type,
    name: one.name,
    topic: "",
    creatorId: one.memberIds[0] ?? "",
    createdAt: world.clock.now(),
    isArchived: false,
    memberIds: [...one.memberIds],
  };
  world.channels.set(channel.id, channel);
  world.tell({ type: "channel-created", teamId: one.teamId, channelId: channel.id });
  return channel;
}

/** The app becomes part of a workspace, or is given new scopes in it: its bot stays the same one. */
export function installApp(
  world: World,
  one: { teamId: string; installerId: string; scopes: readonly string[]; botToken?: string },
): InstallationRecord {
  const known = world.installation(one.teamId);
  const bot = known?.botUserId ?? newBot(world, one.teamId);
  const installation: InstallationRecord = {
    teamId: one.teamId,
    botUserId: bot,
    botId: known?.botId ?? world.ids.next("B"),
    botToken: one.botToken ?? newToken(world, "xoxb"),
    installerId: one.installerId,
    scopes: [...one.scopes],
    state: "active",
  };
  world.installations.set(one.teamId, installation);
  world.tell({ type: "settings-changed" });
  return installation;
}

function newBot(world: World, teamId: string): string {
  const bot = addUser(world, { teamId, name: world.config.botName, isBot: true });
  bot.displayName = world.config.name;
  return bot.id;
}

/** Not random: the same world gives the same tokens, and none of them opens anything but this Slack. */
export function newToken(world: World, prefix: string): string {
  return `${prefix}-sandbox-${world.ids.next("")}-${newSecret()}`;
}

export function allScopes(config: AppConfig): string[] {
  return [...config.scopes, ...config.optionalScopes];
}

export function botIsMember(world: World, channel: ChannelRecord): boolean {
  const bot = world.installation(channel.teamId)?.botUserId;
  return bot !== undefined && channel.memberIds.includes(bot);
}

/** The DM between a person and the app, made on first contact. */
export function openDm(world: World, userId: string, teamId: string): ChannelRecord {
  const bot = world.installation(teamId)?.botUserId;
  if (bot === undefined) throw new Error("The app is not installed in this workspace.");
  const present = world
    .channelsOf(teamId)
    .find(({ type, memberIds }) => type === "im" && memberIds.includes(userId) && memberIds.includes(bot));
  return present ?? addChannel(world, { teamId, name: "", type: "im", memberIds: [userId, bot] });
}
