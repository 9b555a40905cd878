import {
  type GatewayGuildCreateDispatchData,
  GatewayIntentBits,
  type GatewayReadyDispatchData,
} from "discord-api-types/v10";
import { channelJson, guildJson, isoTime, memberJson, userJson } from "../payloads/payloads.ts";
import { activeThreads } from "../threads/threads.ts";
import type { Sent } from "../wire.ts";
import { maySee } from "../world/permissions.ts";
import type { World } from "../world/world.ts";

/** Application flags: the intent is on, in the form that small bots have it. */
const MESSAGE_CONTENT_LIMITED = 1 << 19;

export function readyJson(
  world: World,
  session: {
    readonly id: string;
    readonly url: string;
    readonly shard: [number, number];
    readonly messageContent: boolean;
    readonly hasGuild: boolean;
  },
): Sent<GatewayReadyDispatchData> {
  const flags = session.messageContent ? MESSAGE_CONTENT_LIMITED : 0;
  return {
    v: 10,
    user_settings: {},
    user: { ...userJson(world.user(world.botUserId)), verified: true, mfa_enabled: false, email: null },
    session_type: "normal",
    session_id: session.id,
    resume_gateway_url: session.url,
    relationships: [],
    private_channels: [],
    presences: [],
    guilds: session.hasGuild ? [{ id: world.guild.id, unavailable: true }] : [],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    application: { id: world.applicationId, flags, flags_new: String(flags) },
    shard: session.shard,
    _trace: [],
  };
}

/**
 * The guild as a bot that logs in gets it: of its members itself, and the others only with the intent of presences [docs];
 * its channels, hidden where it may not view them, and the threads that are active.
 */
export function guildCreateJson(
  world: World,
  intents = 0,
): Sent<Omit<GatewayGuildCreateDispatchData, "hub_type" | "channels" | "threads">> {
  const { guild } = world;
  const shown = [...world.members.values()].filter(
    ({ userId }) => userId === world.botUserId || (intents & GatewayIntentBits.GuildPresences) !== 0,
  );
  const ours = [...world.channels.values()].filter(({ guildId }) => guildId === guild.id);
  return {
    ...guildJson(world, guild),
    joined_at: isoTime(world.members.get(world.botUserId)?.joinedAt ?? 0),
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: shown.map((member) => memberJson(member, world.user(member.userId))),
    channels: ours.filter(({ thread }) => !thread).map((channel) => channelJson(world, channel)),
    threads: activeThreads(world)
      .filter((thread) => maySee(world, world.botUserId, thread))
      .map((thread) => channelJson(world, thread)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    version: 1,
  };
}
