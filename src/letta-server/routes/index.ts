import { agentRoutes } from "./agents.ts";
import { archiveRoutes } from "./archives.ts";
import { blockRoutes } from "./blocks.ts";
import { conversationRoutes } from "./conversations.ts";
import { messageRoutes } from "./messages.ts";
import { modelRoutes } from "./models.ts";
import { passageRoutes } from "./passages.ts";
import type { Route, RouteServices } from "./route.ts";
import { runRoutes } from "./runs.ts";

/** Every route that the server's version has. */
export function routesOf(services: RouteServices): readonly Route[] {
  const health: Route = {
    method: "GET",
    pattern: "/v1/health/",
    handle: () => Promise.resolve({ version: services.abilities.version, status: "ok" }),
  };
  const all = [
    health,
    ...modelRoutes(services),
    ...agentRoutes(services),
    ...blockRoutes(services),
    ...passageRoutes(services),
    ...archiveRoutes(services),
    ...conversationRoutes(services),
    ...messageRoutes(services),
    ...runRoutes(services),
  ];
  return all.filter(({ needs }) => needs === undefined || Boolean(services.abilities[needs]));
}
