import { z } from "zod";
import type { SocketMode } from "../delivery/socket-mode.ts";
import { endInstallation } from "../world/uninstall.ts";
import type { World } from "../world/world.ts";
import { flag } from "./arguments.ts";
import { appMethod, botMethod, type Method, TIER_2, TIER_4 } from "./method.ts";

/** T1 is "one a minute" with room for bursts; an app may open ten sockets [guess]. */
const CONNECTIONS = { limit: 30, windowMs: 60_000 };

export function appMethods(world: World, sockets: SocketMode): readonly Method[] {
  return [
    appMethod({
      name: "api.test",
      token: "none",
      limit: TIER_4,
      args: z.record(z.string(), z.unknown()),
      run: (args) => ({ args }),
    }),
    appMethod({
      name: "apps.connections.open",
      token: "app",
      limit: CONNECTIONS,
      args: z.object({}),
      run: () => ({ url: sockets.issueUrl() }),
    }),
    botMethod({
      name: "auth.test",
      limit: TIER_4,
      args: z.object({}),
      run: ({ caller }) => {
        const team = world.team(caller.teamId);
        return {
          url: `${world.baseUrl}/`,
          team: team.name,
          user: world.user(team.id, caller.botUserId).name,
          team_id: team.id,
          user_id: caller.botUserId,
          bot_id: caller.botId,
          is_enterprise_install: false,
        };
      },
    }),
    botMethod({
      name: "auth.revoke",
      limit: TIER_2,
      args: z.object({ test: flag.optional() }),
      run: ({ args, caller }) => {
        if (!args.test) endInstallation(world, caller.teamId, "revoked");
        return { revoked: !args.test };
      },
    }),
  ];
}
