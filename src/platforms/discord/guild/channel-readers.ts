import { PermissionFlagsBits as Bit, ChannelFlags, ChannelType } from "discord-api-types/v10";
import type { Readers } from "../../../core/domain/audience.ts";
import type { PlaceId } from "../../../core/domain/model.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { placeIdOf } from "../ids.ts";
import type { WireChannel } from "../wire.ts";
import { type GuildRoles, readerSet } from "./reader-set.ts";

const VOICE: readonly number[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice];

/** What somebody needs to see what is said in a channel of this kind. */
export const neededToSee = (type: number): readonly bigint[] =>
  VOICE.includes(type) ? [Bit.ViewChannel, Bit.Connect] : [Bit.ViewChannel];

/**
 * Who can read a channel of a server, its public threads and its posts: those are as open as what they hang from, and being
 * in them is only for notifications.
 *
 * A server that lists itself or lets people look in before they join (features DISCOVERABLE, PREVIEW_ENABLED) is no special
 * case: everyone means whoever joins, too, and there everybody may.
 */
export function channelReaders(guild: GuildRoles, channel: WireChannel): Readers {
  const { permission_overwrites: overwrites, type, nsfw } = channel;
  if (!overwrites || isHidden(channel)) return { who: "unknown" };
  const { isEveryone, set, named } = readerSet(guild, overwrites, {
    permissions: neededToSee(type),
    note: nsfw ? "of age" : undefined,
  });
  if (type === ChannelType.GuildAnnouncement) return followed(channel, set);
  return isEveryone ? { who: "everyone" } : { who: "some", set, named };
}

/** Nobody tells a bot who was let into a private thread; and whoever manages threads reads it uninvited. */
export const privateThreadReaders = (thread: PlaceId): Readers => ({
  who: "members",
  of: thread,
  named: sentences.discord.readers.thread,
  outsiders: false,
});

/** Discord shows a channel that we may not see with one overwrite that it does not have: nothing is concluded from it. */
export const isHidden = ({ flags = 0 }: Pick<WireChannel, "flags">): boolean =>
  (flags & ChannelFlags.ChannelObfuscated) !== 0;

/** What is published there is copied into any channel of any server that follows it, and nobody can list those. */
const followed = ({ id, name }: WireChannel, set: string): Readers => ({
  who: "members",
  of: placeIdOf(id),
  named: sentences.discord.readers.followed(name),
  outsiders: true,
  set,
});
