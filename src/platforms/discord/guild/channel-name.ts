import { ChannelType, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { isThreadType } from "../messages/reply-target.ts";
import type { WireChannel, WireMessage } from "../wire.ts";
import { isHidden } from "./channel-readers.ts";
import type { Directory } from "./directory.ts";
import { type ReaderSet, readerSet } from "./reader-set.ts";

type Known = Pick<Directory, "channel" | "guildRoles">;

/**
 * What a mentioned channel is called, where all who read the mention may see that channel. Discord shows others no name, and
 * whoever knows an id could have it told by us.
 *
 * @param here where it is mentioned
 */
export function channelName(
  known: Known,
  id: string,
  { guild_id: guild, channel_id: here }: Pick<WireMessage, "guild_id" | "channel_id">,
): string | undefined {
  const channel = known.channel(id);
  if (!channel || guild === undefined || channel.guild_id !== guild) return undefined;
  const place = known.channel(here);
  if (id === here || id === place?.parent_id) return channel.name;
  const seen = seenBy(known, guild, channel);
  if (!seen) return undefined;
  return seen.isEveryone || seen.set === seenBy(known, guild, place)?.set ? channel.name : undefined;
}

/** Who sees a channel; a thread is seen with what it hangs from, unless it is private: then nobody can say. */
function seenBy(known: Known, guild: string, channel: WireChannel | undefined): ReaderSet | undefined {
  if (!channel || channel.type === ChannelType.PrivateThread) return undefined;
  const home = isThreadType(channel.type) ? known.channel(channel.parent_id ?? "") : channel;
  const roles = known.guildRoles(guild);
  if (!roles || !home?.permission_overwrites || isHidden(home)) return undefined;
  return readerSet(roles, home.permission_overwrites, {
    permissions: [Permission.ViewChannel],
    note: undefined,
  });
}
