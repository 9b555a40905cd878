import type { Gateway } from "./gateway.ts";
import type { PrivilegedIntents } from "./intents.ts";
import { channelRoutes } from "./routes/channel-routes.ts";
import { commandRoutes } from "./routes/command-routes.ts";
import { guildRoutes } from "./routes/guild-routes.ts";
import { interactionRoutes } from "./routes/interaction-routes.ts";
import { messageRoutes } from "./routes/message-routes.ts";
import { reactionRoutes } from "./routes/reaction-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { threadRoutes } from "./routes/thread-routes.ts";
import { webhookRoutes } from "./routes/webhook-routes.ts";
import type { Route } from "./routing.ts";
import type { World } from "./world.ts";

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
