import { ChannelType } from "discord-api-types/v10";
import { z } from "zod";
import type { Place } from "../../../core/domain/model.ts";
import type { OpenedThread } from "../../../core/ports/platform.ts";
import { storedTarget } from "../../shared/messages/stored-target.ts";
import { placeIdOf } from "../ids.ts";
import type { WireChannel } from "../wire.ts";

/** Where an answer goes, as it lies in the database with the event. */
const where = {
  channel: z.string(),
  channelType: z.number(),
  guild: z.string().optional(),
  /** The channel a thread hangs from: webhooks belong to it. */
  parent: z.string().optional(),
  /** Who did what is answered. */
  person: z.string(),
};

const MessageTarget = z.object({
  via: z.literal("message"),
  ...where,
  /** What is answered; what we post comes after it. */
  message: z.string(),
});
export type MessageTarget = z.infer<typeof MessageTarget>;

/**
 * How the interaction is acknowledged, settled by what was declared before anybody runs: `public` and `private`
 * defer an answer, `update` leaves the message with the button as it is, `open` waits for a form or an answer.
 */
export const Acknowledgement = z.enum(["public", "private", "update", "open"]);
export type Acknowledgement = z.infer<typeof Acknowledgement>;

const InteractionTarget = z.object({
  via: z.literal("interaction"),
  ...where,
  interaction: z.string(),
  application: z.string(),
  token: z.string(),
  acknowledgement: Acknowledgement,
  /** When it arrived, by our own clock. */
  at: z.number(),
  /**
   * The direct messages of a person who takes none, to which these answers belong: everything goes to this person alone,
   * and nothing is ever said before others.
   */
  direct: z.string().optional(),
});
export type InteractionTarget = z.infer<typeof InteractionTarget>;

const DiscordTarget = z.discriminatedUnion("via", [MessageTarget, InteractionTarget]);
export type DiscordTarget = z.infer<typeof DiscordTarget>;

export const { readTarget, writeTarget } = storedTarget(DiscordTarget);

const THREADS: ReadonlySet<number> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

export const isThreadType = (type: number): boolean => THREADS.has(type);
/** Threads from messages exist only there. */
export const opensThreads = (type: number): boolean =>
  type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;

/** The kind of public thread that a channel has. */
export const publicThreadIn = (channelType: number): number =>
  channelType === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread;

/** Direct messages have a tenant of their own. */
export const DIRECT = "direct";

export const directPlace = (channel: string): Place => ({
  id: placeIdOf(channel),
  platform: "discord",
  tenant: DIRECT,
  kind: "direct",
});

export function placeOf(channel: WireChannel, guild: string | undefined): Place {
  const id = placeIdOf(channel.id);
  if (guild === undefined) return directPlace(channel.id);
  const isThread = isThreadType(channel.type);
  return {
    id,
    platform: "discord",
    tenant: guild,
    kind: isThread ? "thread" : "channel",
    ...(isThread && channel.parent_id && { parent: placeIdOf(channel.parent_id) }),
    ...(channel.name !== undefined && { name: channel.name }),
    ...(channel.type === ChannelType.PrivateThread && { private: true }),
    mention: `<#${channel.id}>`,
  };
}

/** A thread that hangs from the channel of a target; all that is said in it comes after its own id. */
export function threadOf(
  { channel, guild, person }: Pick<DiscordTarget, "channel" | "guild" | "person">,
  thread: { readonly id: string; readonly type: number; readonly name: string | undefined },
): OpenedThread {
  const place = placeOf({ ...thread, guild_id: guild, parent_id: channel }, guild);
  return {
    place,
    target: writeTarget({
      via: "message",
      channel: thread.id,
      channelType: thread.type,
      guild,
      parent: channel,
      person,
      message: thread.id,
    }),
  };
}
