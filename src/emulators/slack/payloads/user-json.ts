import type { JsonObject } from "../wire.ts";
import type { UserRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

export function userJson(world: World, user: UserRecord): JsonObject {
  const installation = user.isBot ? world.installation(user.teamId) : undefined;
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    color: "9f69e7",
    real_name: user.displayName,
    tz: "Europe/Amsterdam",
    tz_label: "Central European Time",
    tz_offset: 3600,
    profile: {
      title: "",
      real_name: user.displayName,
      real_name_normalized: user.displayName,
      // Of a bot it is often empty; what people see is then the real name.
      display_name: user.isBot ? "" : user.displayName,
      display_name_normalized: user.isBot ? "" : user.displayName,
      status_text: "",
      status_emoji: "",
      avatar_hash: "g0",
      team: user.teamId,
      ...(installation && { bot_id: installation.botId, api_app_id: world.appId, always_active: true }),
    },
    is_admin: user.isAdmin,
    is_owner: user.isOwner,
    is_primary_owner: user.isOwner,
    is_restricted: user.guest !== undefined,
    is_ultra_restricted: user.guest === "single",
    is_bot: user.isBot,
    is_app_user: false,
    updated: 0,
    is_email_confirmed: true,
    who_can_share_contact_card: "EVERYONE",
  };
}
