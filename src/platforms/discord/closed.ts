import { RESTJSONErrorCodes as Code, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import type { Directory } from "./directory.ts";
import { Refusal } from "./failure.ts";
import type { Overwrite } from "./reader-set.ts";
import { isHidden } from "./readers.ts";
import { type DiscordTarget, isThreadType } from "./target.ts";

type Known = Pick<Directory, "self" | "channel" | "guildRoles" | "ownRoles">;

/**
 * What Discord would say to any post there, as far as the gateway has told; undefined where a post may be taken. An
 * interaction is answered by its token, whatever the bot may do in the channel.
 */
export function refusalOfPosts(
  { via, channel: id, channelType, guild, parent }: DiscordTarget,
  known: Known,
): Refusal | undefined {
  if (via === "interaction" || guild === undefined) return undefined;
  const isThread = isThreadType(channelType);
  const may = ownPermissions(guild, isThread ? parent : id, known);
  if (may === undefined) return undefined;
  const has = (bit: bigint) => (may & (bit | Permission.Administrator)) !== 0n;
  const { archived, locked } = (isThread && known.channel(id)?.thread_metadata) || {};
  if (archived && locked && !has(Permission.ManageThreads)) return refusal(Code.ThreadLocked);
  if (!has(Permission.ViewChannel)) return refusal(Code.MissingAccess);
  if (isThread)
    return has(Permission.SendMessagesInThreads)
      ? undefined
      : refusal(Code.MissingPermissions, "Send Messages in Threads");
  return has(Permission.SendMessages) ? undefined : refusal(Code.MissingPermissions, "Send Messages");
}

/** A webhook posts without leave to write. */
export const isHelpedByWebhook = ({ code }: Refusal): boolean => code === Code.MissingPermissions;

const refusal = (code: number, needs?: string) =>
  new Refusal("known before it was tried", { status: 403, code, needs });

/** https://docs.discord.com/developers/topics/permissions#permission-overwrites */
function ownPermissions(guild: string, channel: string | undefined, known: Known): bigint | undefined {
  const home = channel === undefined ? undefined : known.channel(channel);
  const { roles, self } = known.guildRoles(guild) ?? {};
  const own = known.ownRoles(guild);
  if (!home?.permission_overwrites || isHidden(home) || !roles || !own) return undefined;
  const base = [guild, ...own].reduce((all, role) => all | (roles.get(role)?.permissions ?? 0n), 0n);
  if (base & Permission.Administrator) return base;
  const overwrites = home.permission_overwrites;
  const steps = [
    overwrites.filter(({ id }) => id === guild),
    overwrites.filter(({ id }) => own.includes(id)),
    overwrites.filter(({ id }) => id === self),
  ];
  return steps.reduce(overwritten, base);
}

/** Of one kind, what any of them allows beats what others deny. */
function overwritten(permissions: bigint, step: readonly Overwrite[]): bigint {
  const denied = step.reduce((all, { deny }) => all | deny, 0n);
  const allowed = step.reduce((all, { allow }) => all | allow, 0n);
  return (permissions & ~denied) | allowed;
}
