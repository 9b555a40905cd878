import type { APIApplication, RESTAPIPartialCurrentUserGuild } from "discord-api-types/v10";
import { z } from "zod";
import type { Gateway } from "../gateway/gateway.ts";
import { channelJson, userJson } from "../payloads/payloads.ts";
import type { Route } from "../rest/call.ts";
import { parseForm, snowflakeField } from "../rest/form-errors.ts";
import type { Sent } from "../wire.ts";
import { openDm } from "../world/direct-messages.ts";
import { guildPermissions } from "../world/permissions.ts";
import type { World } from "../world/world.ts";
import { every, route } from "./route.ts";

const MESSAGE_CONTENT_LIMITED = 1 << 19;

/** Who the bot is, how it connects, and whom it writes to directly. */
export function sessionRoutes(world: World, gateway: Gateway, portal: { messageContent: boolean }): Route[] {
  const application = () => applicationJson(world, portal.messageContent ? MESSAGE_CONTENT_LIMITED : 0);
  return [
    route("GET /gateway", () => ({ body: { url: gateway.url } })),
    route("GET /gateway/bot", () => ({
      body: {
        url: gateway.url,
        shards: 1,
        session_start_limit: {
          total: 1000,
          remaining: gateway.remainingLogins,
          reset_after: 14_400_000,
          max_concurrency: 1,
        },
      },
    })),
    route("GET /users/@me", () => ({
      body: {
        ...userJson(world.user(world.botUserId)),
        mfa_enabled: false,
        locale: "en-US",
        premium_type: 0,
        verified: true,
        email: null,
        bio: "",
      },
    })),
    route("GET /users/@me/guilds", () => ({ body: world.guild.botIsMember ? [ownGuildJson(world)] : [] })),
    route(
      "POST /users/@me/channels",
      ({ body }) => {
        const { recipient_id } = parseForm(z.object({ recipient_id: snowflakeField }), body);
        return { body: channelJson(world, openDm(world, recipient_id)) };
      },
      every(10_000, 10),
    ),
    route("GET /users/{user_id}", (call) => ({ body: userJson(world.user(call.param("user_id"))) })),
    route("GET /applications/@me", () => ({ body: application() })),
    route("GET /oauth2/applications/@me", () => ({ body: application() })),
  ];
}

function ownGuildJson(world: World): Sent<RESTAPIPartialCurrentUserGuild> {
  return {
    id: world.guild.id,
    name: world.guild.name,
    icon: null,
    banner: null,
    owner: false,
    permissions: guildPermissions(world, world.botUserId).toString(),
    features: [],
  };
}

function applicationJson(world: World, flags: number): Sent<Omit<APIApplication, "summary">> {
  const bot = world.user(world.botUserId);
  return {
    id: world.applicationId,
    name: bot.username,
    icon: null,
    description: "",
    type: null,
    bot: userJson(bot),
    bot_public: true,
    bot_require_code_grant: false,
    integration_types_config: { "0": {} },
    verify_key: "0".repeat(64),
    flags,
    flags_new: String(flags),
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userJson(world.user(world.guild.ownerId)),
    approximate_guild_count: world.guild.botIsMember ? 1 : 0,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  };
}
