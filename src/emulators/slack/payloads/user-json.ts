import type { UserProfileChangedEvent } from "@slack/types";
import type { JsonObject, Sent } from "../wire.ts";
import type { UserRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** The type is of one event, which tells more than users.info does. */
type SlackUser = Partial<Omit<UserProfileChangedEvent["user"], "profile">>;
type SlackProfile = Partial<UserProfileChangedEvent["user"]["profile"]>;

export function userJson(world: World, user: UserRecord): Sent<SlackUser> {
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
    profile: profileJson(world, user),
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

export function profileJson(world: World, user: UserRecord): Sent<SlackProfile> {
  const installation = user.isBot ? world.installation(user.teamId) : undefined;
  const [first = "", ...others] = user.displayName.split(" ");
  return {
    title: "",
    phone: "",
    skype: "",
    first_name: first,
    last_name: others.join(" "),
    real_name: user.displayName,
    real_name_normalized: user.displayName,
    // Of a bot it is often empty; what people see is then the real name.
    display_name: user.isBot ? "" : user.displayName,
    display_name_normalized: user.isBot ? "" : user.displayName,
    status_text: "",
    status_emoji: "",
    status_expiration: 0,
    avatar_hash: "g0",
    ...images("image", user.id, [24, 32, 48, 72, 192, 512]),
    team: user.teamId,
    ...(installation && { bot_id: installation.botId, api_app_id: world.appId, always_active: true }),
  };
}

/** Nobody here chose a picture; Slack then names one that it makes. */
const images = (key: string, of: string, sizes: readonly number[]): Record<string, string> =>
  Object.fromEntries(
    sizes.map((size) => [`${key}_${size}`, `https://secure.gravatar.com/avatar/${of}.png?s=${size}`]),
  );

export const botIcons = (botId: string) => images("image", botId, [36, 48, 72]);

export const teamIcon = (teamId: string): JsonObject => ({
  ...images("image", teamId, [34, 44, 68, 88, 102, 132]),
  image_default: true,
});

/** Nobody wrote one down: each has that of their name. */
export const emailOf = (world: World, user: UserRecord): string =>
  `${user.name}@${world.team(user.teamId).domain}.example`;
