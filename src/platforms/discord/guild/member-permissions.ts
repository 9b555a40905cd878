import { PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { isThreadType } from "../messages/reply-target.ts";
import type { WireChannel } from "../wire.ts";
import { isHidden } from "./channel-readers.ts";
import type { GuildRoles, Overwrite } from "./reader-set.ts";

/** Somebody in a server: the bot, or a person. */
export interface Member {
  readonly user: string;
  readonly roles: readonly string[];
}

const ALL = (1n << 64n) - 1n;

/**
 * What somebody may do in a channel of a server, implied limits aside; in a thread, what they may in the channel that it
 * hangs from. Undefined where that is not known.
 * https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export function permissionsOf(
  { user, roles: own }: Member,
  guild: GuildRoles | undefined,
  channel: WireChannel | undefined,
): bigint | undefined {
  if (!guild) return undefined;
  const base = [guild.id, ...own].reduce((all, id) => all | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  if (guild.owner === user || base & Permission.Administrator) return ALL;
  const { permission_overwrites: overwrites } = channel ?? {};
  if (!channel || !overwrites || isHidden(channel)) return undefined;
  const steps = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => own.includes(id)),
    overwrites.filter(({ id }) => id === user),
  ];
  return steps.reduce(overwritten, base);
}

/** Of one kind, what any of them allows beats what others deny. */
function overwritten(permissions: bigint, step: readonly Overwrite[]): bigint {
  const denied = step.reduce((all, { deny }) => all | deny, 0n);
  const allowed = step.reduce((all, { allow }) => all | allow, 0n);
  return (permissions & ~denied) | allowed;
}

const HISTORY = Permission.ReadMessageHistory | Permission.Administrator;

/** Whether somebody sees what is said now and not what was said before. Who is not known to read it does not. */
export const hearsOnly = (permissions: bigint | undefined): boolean => ((permissions ?? 0n) & HISTORY) === 0n;

/** Whether somebody may write nothing in a channel or thread of this type. */
export function readsOnly(permissions: bigint, type: number | undefined): boolean {
  const writes =
    type !== undefined && isThreadType(type) ? Permission.SendMessagesInThreads : Permission.SendMessages;
  return (permissions & (writes | Permission.Administrator)) === 0n;
}
