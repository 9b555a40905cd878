import { may } from "../world/permissions.ts";
import type { ChannelRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { withoutCode } from "./outside-code.ts";

/** What a body says about who may be pinged; undefined fields count as Discord counts them. */
export interface AllowedMentions {
  readonly parse?: readonly ("roles" | "users" | "everyone")[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly replied_user?: boolean | undefined;
}

export interface Mentions {
  readonly mentionIds: string[];
  readonly mentionRoleIds: string[];
  readonly mentionEveryone: boolean;
}

/** With no `allowed_mentions`, a bot's message pings whoever it names; webhooks and interactions ping users only. */
export const REGULAR_DEFAULT: AllowedMentions = { parse: ["users", "roles", "everyone"], replied_user: true };
export const WEBHOOK_DEFAULT: AllowedMentions = { parse: ["users"], replied_user: true };

/** Whom a text pings. A mention that is not allowed stays in the text and pings nobody. */
export function mentionsIn(
  world: World,
  written: string,
  context: {
    readonly allowed: AllowedMentions;
    readonly channel: ChannelRecord;
    readonly authorId: string;
    readonly repliedUserId?: string | undefined;
  },
): Mentions {
  const { allowed, channel, authorId, repliedUserId } = context;
  const text = withoutCode(written);
  const named = [...text.matchAll(/<@!?(\d{17,20})>/g)].map(([, id]) => id ?? "");
  const users = named.filter((id) => world.users.has(id) && isAllowed(allowed, "users", id));
  if (repliedUserId && allowed.replied_user && world.users.has(repliedUserId)) users.push(repliedUserId);

  const everyoneMayBePinged =
    !world.members.has(authorId) || may(world, authorId, channel, "MentionEveryone");
  const roles = [...text.matchAll(/<@&(\d{17,20})>/g)]
    .map(([, id]) => id ?? "")
    .filter((id) => {
      const role = world.roles.get(id);
      return role && (role.mentionable || everyoneMayBePinged) && isAllowed(allowed, "roles", id);
    });
  return {
    mentionIds: [...new Set(users)],
    mentionRoleIds: [...new Set(roles)],
    mentionEveryone:
      /@(everyone|here)\b/.test(text) &&
      everyoneMayBePinged &&
      channel.guildId !== undefined &&
      (allowed.parse?.includes("everyone") ?? false),
  };
}

function isAllowed(allowed: AllowedMentions, kind: "users" | "roles", id: string): boolean {
  return (allowed.parse?.includes(kind) ?? false) || (allowed[kind]?.includes(id) ?? false);
}
