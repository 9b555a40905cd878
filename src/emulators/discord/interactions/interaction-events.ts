import { createHash } from "node:crypto";
import { type GatewayInteractionCreateDispatchData, Locale } from "discord-api-types/v10";
import { messageJson } from "../payloads/message-json.ts";
import { interactionChannelJson, memberJson, userJson } from "../payloads/payloads.ts";
import type { JsonObject, Sent } from "../wire.ts";
import { channelPermissions } from "../world/permissions.ts";
import type { ChannelRecord, InteractionRecord, MessageRecord, OriginRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { announceInteraction } from "./callbacks.ts";

/** Long after its token is void; until then a modal that it opened can still be submitted. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
const ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024;

export interface NewInteraction {
  readonly type: number;
  readonly userId: string;
  readonly channel: ChannelRecord;
  readonly data: JsonObject;
  /** The message of a pressed component, or the one from which this modal was opened. */
  readonly source?: MessageRecord | undefined;
  readonly origin?: Partial<OriginRecord>;
}

/** Sends INTERACTION_CREATE; from here the three seconds run. */
export function beginInteraction(world: World, draft: NewInteraction): InteractionRecord {
  const { channel, userId, type, source } = draft;
  const id = world.ids.next();
  const interaction: InteractionRecord = {
    id,
    token: tokenOf(world, id),
    type,
    userId,
    channelId: channel.id,
    createdAt: world.clock.now(),
    loading: false,
    ...(source && { sourceMessageId: source.id }),
    origin: { interactionId: id, type, userId, ...draft.origin },
  };
  for (const old of world.interactions.values()) {
    if (old.createdAt < world.clock.now() - FORGOTTEN_AFTER_MS) world.interactions.delete(old.id);
  }
  world.interactions.set(id, interaction);
  announceInteraction(world, interaction);
  world.dispatch({
    name: "INTERACTION_CREATE",
    data: eventJson(world, interaction, draft),
    channelId: channel.id,
  });
  return interaction;
}

/** Long and opaque, as Discord's are. */
function tokenOf(world: World, id: string): string {
  const seed = `interaction ${id} ${world.guild.id}`;
  return `aW50ZXJhY3Rpb246${createHash("sha512").update(seed).digest("base64url")}`;
}

/** What it is about is by its type, and a message's components have none here. */
type InteractionJson = Sent<
  Omit<GatewayInteractionCreateDispatchData, "data" | "message" | "channel" | "type" | "member" | "user">
>;

function eventJson(world: World, interaction: InteractionRecord, draft: NewInteraction): InteractionJson {
  const { channel, userId, source } = draft;
  const user = world.user(userId);
  const member = channel.guildId ? world.member(userId) : undefined;
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: interaction.type,
    data: draft.data,
    token: interaction.token,
    version: 1,
    channel_id: channel.id,
    channel: interactionChannelJson(world, channel, userId),
    locale: Locale.EnglishUS,
    entitlements: [],
    attachment_size_limit: ATTACHMENT_LIMIT_BYTES,
    app_permissions: channelPermissions(world, world.botUserId, channel).toString(),
    context: member ? 0 : 1,
    authorizing_integration_owners: { "0": member ? world.guild.id : "0" },
    ...(member
      ? {
          guild_id: world.guild.id,
          guild: { id: world.guild.id, locale: Locale.EnglishUS, features: [] },
          guild_locale: Locale.EnglishUS,
          member: {
            ...memberJson(member, user),
            permissions: channelPermissions(world, userId, channel).toString(),
          },
        }
      : { user: userJson(user) }),
    ...(source && { message: messageJson(world, source) }),
  };
}
