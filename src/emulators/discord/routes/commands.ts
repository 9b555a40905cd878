import {
  commandById,
  commandJson,
  commandsOf,
  deleteCommand,
  editCommand,
  replaceCommands,
  upsertCommand,
} from "../commands/registered-commands.ts";
import { refuse } from "../rest/api-error.ts";
import type { Call, Route } from "../rest/call.ts";
import type { World } from "../world/world.ts";
import { demandGuild, every, isAsked, NO_CONTENT, route } from "./route.ts";

export function commandRoutes(world: World): Route[] {
  return [
    ...routesUnder(world, "/applications/{application_id}/commands", () => undefined),
    ...routesUnder(world, "/applications/{application_id}/guilds/{guild_id}/commands", (call) => {
      demandGuild(world, call);
      return call.param("guild_id");
    }),
  ];
}

function routesUnder(world: World, path: string, scopeOf: (call: Call) => string | undefined): Route[] {
  const scoped = (call: Call) => {
    if (call.param("application_id") !== world.applicationId) throw refuse.unknownApplication();
    return scopeOf(call);
  };
  const found = (call: Call) => commandById(world, scoped(call), call.param("command_id"));
  return [
    route(`GET ${path}`, (call) => {
      const all = isAsked(call, "with_localizations");
      return { body: commandsOf(world, scoped(call)).map((one) => commandJson(world, one, all)) };
    }),
    route(
      `PUT ${path}`,
      (call) => {
        const commands = replaceCommands(world, scoped(call), call.body);
        return { body: commands.map((one) => commandJson(world, one, true)) };
      },
      every(60_000, 5),
    ),
    route(
      `POST ${path}`,
      (call) => {
        const { command, created } = upsertCommand(world, scoped(call), call.body);
        return { status: created ? 201 : 200, body: commandJson(world, command, true) };
      },
      every(20_000, 5),
    ),
    route(`GET ${path}/{command_id}`, (call) => ({ body: commandJson(world, found(call), true) })),
    route(
      `PATCH ${path}/{command_id}`,
      (call) => ({
        body: commandJson(world, editCommand(world, found(call), call.body), true),
      }),
      every(20_000, 5),
    ),
    route(
      `DELETE ${path}/{command_id}`,
      (call) => {
        deleteCommand(world, found(call));
        return NO_CONTENT;
      },
      every(20_000, 5),
    ),
  ];
}
