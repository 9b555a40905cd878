import { z } from "zod";
import {
  addReaction,
  clearReactions,
  findReaction,
  parseEmoji,
  removeReaction,
} from "../messages/reactions.ts";
import { userJson } from "../payloads/payloads.ts";
import type { Call, Route } from "../rest/call.ts";
import { parseForm, snowflakeField } from "../rest/form-errors.ts";
import { demandOpen } from "../threads/thread-state.ts";
import type { PermissionName } from "../world/permissions.ts";
import { demand } from "../world/permissions.ts";
import { compareSnowflakes } from "../world/snowflake.ts";
import type { World } from "../world/world.ts";
import { visibleMessage } from "./messages.ts";
import { channelOf, every, NO_CONTENT, route } from "./route.ts";

const pageQuery = z.object({
  after: snowflakeField.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

export function reactionRoutes(world: World): Route[] {
  const all = "/channels/{channel_id}/messages/{message_id}/reactions";
  const one = `${all}/{emoji_name}`;
  const reactedTo = (call: Call, ...permissions: PermissionName[]) => {
    const channel = channelOf(world, call);
    demand(world, world.botUserId, channel, "ReadMessageHistory", ...permissions);
    return { channel, message: visibleMessage(world, channel, call.param("message_id")) };
  };
  const pace = every(250, 1);
  return [
    route(
      `PUT ${one}/@me`,
      (call) => {
        const { channel, message } = reactedTo(call);
        demandOpen(channel);
        const { emojiName } = parseEmoji(call.param("emoji_name"));
        // Joining a reaction that is there needs no permission to add one.
        if (!findReaction(message, emojiName)) demand(world, world.botUserId, channel, "AddReactions");
        addReaction(world, message, emojiName, world.botUserId);
        return NO_CONTENT;
      },
      pace,
    ),
    route(
      `DELETE ${one}/@me`,
      (call) => {
        const { channel, message } = reactedTo(call);
        demandOpen(channel);
        removeReaction(world, message, call.param("emoji_name"), world.botUserId);
        return NO_CONTENT;
      },
      pace,
    ),
    route(
      `DELETE ${one}/{user_id}`,
      (call) => {
        const { message } = reactedTo(call, "ManageMessages");
        removeReaction(world, message, call.param("emoji_name"), call.param("user_id"));
        return NO_CONTENT;
      },
      pace,
    ),
    route(`GET ${one}`, (call) => {
      const { message } = reactedTo(call);
      const { emojiName } = parseEmoji(call.param("emoji_name"));
      const { after = "0", limit } = parseForm(pageQuery, Object.fromEntries(call.query));
      const ids = [...(findReaction(message, emojiName)?.userIds ?? [])]
        .sort(compareSnowflakes)
        .filter((id) => compareSnowflakes(id, after) > 0);
      return { body: ids.slice(0, limit).map((id) => userJson(world.user(id))) };
    }),
    route(
      `DELETE ${one}`,
      (call) => {
        clearReactions(world, reactedTo(call, "ManageMessages").message, call.param("emoji_name"));
        return NO_CONTENT;
      },
      pace,
    ),
    route(
      `DELETE ${all}`,
      (call) => {
        clearReactions(world, reactedTo(call, "ManageMessages").message);
        return NO_CONTENT;
      },
      pace,
    ),
  ];
}
