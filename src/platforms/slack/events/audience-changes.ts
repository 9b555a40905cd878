import { z } from "zod";
import type { StillReads } from "../interactions/still-reads.ts";
import type { WireEnvelope } from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { ChannelReaders } from "../workspaces/readers.ts";
import type { Workspace } from "../workspaces/workspaces.ts";

const id = z.string();
const InChannel = z.object({ channel: z.union([id, z.object({ id })]) });
const Moved = z.object({ old_channel_id: id, new_channel_id: id });
const Profile = z.object({ user: z.unknown() });
const About = z.object({ user: z.union([id, z.object({ id })]) });

/** Said in a channel. Slack's documentation has them all, the SDK's types only the last. */
const CHANGED_BY_MESSAGE: ReadonlySet<string> = new Set([
  "channel_convert_to_private",
  "channel_convert_to_public",
  "channel_posting_permissions",
]);
const OF_A_CHANNEL: ReadonlySet<string> = new Set([
  "channel_shared",
  "channel_unshared",
  "channel_rename",
  "group_rename",
  "channel_unarchive",
  "group_unarchive",
  "shared_channel_invite_received",
  "shared_channel_invite_approved",
  "shared_channel_invite_accepted",
  "shared_channel_invite_declined",
  "shared_channel_invite_requested",
]);
const OF_A_MEMBER: ReadonlySet<string> = new Set(["member_joined_channel", "member_left_channel"]);

const ChannelMessage = z.object({ channel: id, channel_type: z.string().nullish() });

const idOf = (of: string | { readonly id: string }): string => (typeof of === "string" ? of : of.id);

/** The channels that other people may read now, or write in. */
function channelsIn(event: WireEnvelope["event"]): readonly string[] {
  if (event.type === "channel_id_changed") {
    const { old_channel_id: before, new_channel_id: now } = Moved.parse(event);
    return [before, now];
  }
  const isSaidThere = event.type === "message" && CHANGED_BY_MESSAGE.has(event.subtype ?? "");
  if (!isSaidThere && !OF_A_CHANNEL.has(event.type) && !OF_A_MEMBER.has(event.type)) return [];
  return [idOf(InChannel.parse(event).channel)];
}

function peopleIn(event: WireEnvelope["event"]): readonly string[] {
  return event.type === "user_change" || OF_A_MEMBER.has(event.type) ? [idOf(About.parse(event).user)] : [];
}

export interface AudienceServices {
  readonly readers: ChannelReaders;
  readonly stillReads: StillReads;
  readonly directory: Directory;
}

/** Hears what tells that other people can read a channel than before, or that somebody became another. */
export function handleAudienceEvent(
  { readers, stillReads, directory }: AudienceServices,
  { team }: Workspace,
  { event, is_ext_shared_channel: isShared }: WireEnvelope,
): void {
  for (const channel of channelsIn(event)) {
    readers.forget(team, channel);
    stillReads.forget(team, channel);
  }
  if (event.type === "user_change") readers.personChanged(team, Profile.parse(event).user);
  for (const person of peopleIn(event)) directory.forget(team, person);
  const said = event.type === "message" ? ChannelMessage.safeParse(event).data : undefined;
  if (said) readers.noticed(team, said.channel, { type: said.channel_type, isShared: isShared === true });
}
