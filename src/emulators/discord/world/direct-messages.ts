import { ChannelType } from "discord-api-types/v10";
import { refuse } from "../rest/api-error.ts";
import type { ChannelRecord } from "./records.ts";
import type { World } from "./world.ts";

/** The DM between the bot and a person: the same one whoever opens it, and however often. */
export function openDm(world: World, userId: string): ChannelRecord {
  const person = world.users.get(userId);
  if (!person) throw refuse.invalidRecipients();
  // A bot can write to no bot, itself included.
  if (person.bot) throw refuse.closedDm();
  const present = world.dmWith(userId);
  if (present) return present;
  const channel: ChannelRecord = {
    id: world.ids.next(),
    type: ChannelType.DM,
    name: person.username,
    topic: null,
    parentId: null,
    position: 0,
    rateLimitPerUser: 0,
    overwrites: [],
    lastMessageId: null,
    recipientId: userId,
  };
  world.channels.set(channel.id, channel);
  world.tell({ type: "channel-created", channelId: channel.id });
  return channel;
}

/** A person who closed their DMs, or shares no server with the bot, cannot be written to. */
export function demandOpenDm(world: World, channel: ChannelRecord): void {
  if (!channel.recipientId) return;
  const sharesGuild = world.members.has(channel.recipientId) && world.guild.botIsMember;
  if (world.user(channel.recipientId).closedDms || !sharesGuild) throw refuse.closedDm();
}
