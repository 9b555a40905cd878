import { memberJson } from "../payloads/payloads.ts";
import type { ChannelRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** The dots show for ten seconds, or until the typist's next message [docs]. */
const TYPING_LASTS_MS = 10_000;

export function showTyping(world: World, channel: ChannelRecord, userId: string): void {
  const now = world.clock.now();
  const member = world.members.get(userId);
  world.dispatch({
    name: "TYPING_START",
    data: {
      channel_id: channel.id,
      user_id: userId,
      timestamp: Math.floor(now / 1000),
      ...(channel.guildId && { guild_id: channel.guildId }),
      ...(channel.guildId && member && { member: memberJson(member, world.user(userId)) }),
    },
    channelId: channel.id,
  });
  world.tell({ type: "typing", channelId: channel.id, userId, until: now + TYPING_LASTS_MS });
}
