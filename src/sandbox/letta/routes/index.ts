import { agentRoutes } from "./agents.ts";
import { archiveRoutes } from "./archives.ts";
import { blockRoutes } from "./blocks.ts";
import { conversationRoutes } from "./conversations.ts";
import { messageRoutes } from "./messages.ts";
import { modelRoutes } from "./models.ts";
import { passageRoutes } from "./passages.ts";
import type { House, Route } from "./route.ts";
import { runRoutes } from "./runs.ts";

/** Every route that the server's version has. */
export function routesOf(house: House): readonly Route[] {
  const health: Route = {
    method: "GET",
    pattern: "/v1/health/",
    handle: () => Promise.resolve({ version: house.abilities.version, status: "ok" }),
  };
  const all = [
    health,
    ...modelRoutes(house),
    ...agentRoutes(house),
    ...blockRoutes(house),
    ...passageRoutes(house),
    ...archiveRoutes(house),
    ...conversationRoutes(house),
    ...messageRoutes(house),
    ...runRoutes(house),
  ];
  return all.filter(({ needs }) => needs === undefined || Boolean(house.abilities[needs]));
}
