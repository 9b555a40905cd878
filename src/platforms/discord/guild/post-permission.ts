import { RESTJSONErrorCodes as Code, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { type DiscordTarget, isThreadType } from "../messages/reply-target.ts";
import { PlatformRejection } from "../rest/errors.ts";
import type { Directory } from "./directory.ts";
import { permissionsOf } from "./member-permissions.ts";

type KnownGuild = Pick<Directory, "self" | "channel" | "guildRoles" | "ownRoles">;

/**
 * What Discord would say to any post there, as far as the gateway has told; undefined where a post may be taken. An
 * interaction is answered by its token, whatever the bot may do in the channel.
 */
export function knownPostRejection(
  { via, channel: id, channelType, guild, parent }: DiscordTarget,
  known: KnownGuild,
): PlatformRejection | undefined {
  if (via === "interaction" || guild === undefined) return undefined;
  const isThread = isThreadType(channelType);
  const may = ownPermissions(guild, isThread ? parent : id, known);
  if (may === undefined) return undefined;
  const has = (bit: bigint) => (may & (bit | Permission.Administrator)) !== 0n;
  const { archived, locked } = (isThread && known.channel(id)?.thread_metadata) || {};
  if (archived && locked && !has(Permission.ManageThreads)) return rejection(Code.ThreadLocked);
  if (!has(Permission.ViewChannel)) return rejection(Code.MissingAccess);
  if (isThread)
    return has(Permission.SendMessagesInThreads)
      ? undefined
      : rejection(Code.MissingPermissions, "Send Messages in Threads");
  return has(Permission.SendMessages) ? undefined : rejection(Code.MissingPermissions, "Send Messages");
}

/** A webhook posts without leave to write. */
export const isHelpedByWebhook = ({ code }: PlatformRejection): boolean => code === Code.MissingPermissions;

const rejection = (code: number, needs?: string) =>
  new PlatformRejection("known before it was tried", { status: 403, code, needs });

function ownPermissions(guild: string, channel: string | undefined, known: KnownGuild): bigint | undefined {
  const home = channel === undefined ? undefined : known.channel(channel);
  const roles = known.ownRoles(guild);
  const inGuild = known.guildRoles(guild);
  return inGuild && roles && home && permissionsOf({ user: inGuild.self, roles }, inGuild, home);
}
