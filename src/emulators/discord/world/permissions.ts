import { ChannelType, PermissionFlagsBits } from "discord-api-types/v10";
import { refuse } from "../rest/api-error.ts";
import type { ChannelRecord, OverwriteRecord } from "./records.ts";
import type { World } from "./world.ts";

export type PermissionName = keyof typeof PermissionFlagsBits;

/** Everything that there is to allow. Administrators and the owner have it all. */
export const ALL_PERMISSIONS = (1n << 53n) - 1n;

export function permissionBits(...names: readonly PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n);
}

/** What both sides may do in a DM. */
const DM_PERMISSIONS = permissionBits(
  "ViewChannel",
  "SendMessages",
  "EmbedLinks",
  "AttachFiles",
  "ReadMessageHistory",
  "AddReactions",
  "UseApplicationCommands",
);

/** What a member may do in the guild as a whole. */
export function guildPermissions(world: World, userId: string): bigint {
  const member = world.members.get(userId);
  if (!member) return 0n;
  if (world.guild.ownerId === userId) return ALL_PERMISSIONS;
  const bits = [world.guild.id, ...member.roles]
    .map((roleId) => BigInt(world.roles.get(roleId)?.permissions ?? "0"))
    .reduce((sum, role) => sum | role, 0n);
  return bits & PermissionFlagsBits.Administrator ? ALL_PERMISSIONS : bits;
}

/** What a user may do in a channel; in a thread, what its parent's overwrites leave. */
export function channelPermissions(world: World, userId: string, channel: ChannelRecord): bigint {
  if (channel.type === ChannelType.DM) {
    return userId === channel.recipientId || userId === world.botUserId ? DM_PERMISSIONS : 0n;
  }
  const base = guildPermissions(world, userId);
  if (base === ALL_PERMISSIONS) return base;
  const parent = channel.thread && channel.parentId ? world.channels.get(channel.parentId) : channel;
  if (!parent) return 0n;
  return withoutImplied(applyOverwrites(world, userId, base, parent.overwrites));
}

/** Everyone's overwrite first, then all of the member's roles together, then the member's own. */
function applyOverwrites(
  world: World,
  userId: string,
  base: bigint,
  overwrites: readonly OverwriteRecord[],
): bigint {
  const roles = world.members.get(userId)?.roles ?? [];
  const steps = [
    overwrites.filter(({ id }) => id === world.guild.id),
    overwrites.filter(({ id, type }) => type === 0 && roles.includes(id)),
    overwrites.filter(({ id, type }) => type === 1 && id === userId),
  ];
  return steps.reduce((bits, step) => {
    const deny = step.reduce((sum, overwrite) => sum | BigInt(overwrite.deny), 0n);
    const allow = step.reduce((sum, overwrite) => sum | BigInt(overwrite.allow), 0n);
    return (bits & ~deny) | allow;
  }, base);
}

/** Who cannot see a channel can do nothing in it; who cannot send cannot attach or embed either. */
function withoutImplied(bits: bigint): bigint {
  if (!(bits & PermissionFlagsBits.ViewChannel)) return 0n;
  if (bits & PermissionFlagsBits.SendMessages) return bits;
  // In threads SendMessagesInThreads counts, so what hangs on sending there stays.
  if (bits & PermissionFlagsBits.SendMessagesInThreads) return bits;
  return bits & ~permissionBits("MentionEveryone", "AttachFiles", "EmbedLinks");
}

export function may(
  world: World,
  userId: string,
  channel: ChannelRecord,
  ...names: PermissionName[]
): boolean {
  const wanted = permissionBits(...names);
  return (channelPermissions(world, userId, channel) & wanted) === wanted;
}

/** Whether a user can look into a channel; into a private thread only members and moderators can. */
export function maySee(world: World, userId: string, channel: ChannelRecord): boolean {
  if (userId === world.botUserId && channel.guildId && !world.guild.botIsMember) return false;
  if (!may(world, userId, channel, "ViewChannel")) return false;
  if (channel.type !== ChannelType.PrivateThread) return true;
  const isMember = channel.thread?.members.some((member) => member.userId === userId) ?? false;
  return isMember || may(world, userId, channel, "ManageThreads");
}

/** Refuses with 50001 what a user cannot see and with 50013 what it may not do. */
export function demand(
  world: World,
  userId: string,
  channel: ChannelRecord,
  ...names: PermissionName[]
): void {
  if (!maySee(world, userId, channel)) throw refuse.missingAccess();
  if (!may(world, userId, channel, ...names)) throw refuse.missingPermissions();
}

export function demandInGuild(world: World, userId: string, ...names: PermissionName[]): void {
  const wanted = permissionBits(...names);
  if ((guildPermissions(world, userId) & wanted) !== wanted) throw refuse.missingPermissions();
}
