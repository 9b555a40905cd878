import type { Gateway } from "../gateway/gateway.ts";
import type { PrivilegedIntents } from "../gateway/intents.ts";
import type { Route } from "../rest/call.ts";
import type { World } from "../world/world.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { guildRoutes } from "./guilds.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { reactionRoutes } from "./reactions.ts";
import { sessionRoutes } from "./sessions.ts";
import { threadRoutes } from "./threads.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route there is. What is not here is answered with 404, and stands in the journal all the same. */
export function allRoutes(world: World, gateway: Gateway, portal: PrivilegedIntents): readonly Route[] {
  return [
    ...sessionRoutes(world, gateway, portal),
    ...guildRoutes(world),
    ...channelRoutes(world),
    ...messageRoutes(world, portal.messageContent),
    ...reactionRoutes(world),
    ...threadRoutes(world),
    ...webhookRoutes(world),
    ...interactionRoutes(world),
    ...commandRoutes(world),
  ];
}
