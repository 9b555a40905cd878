import type { World } from "./world.ts";

/**
 * The app loses a workspace. An uninstalled one is told so, and that its tokens are gone; the order of the two is not
 * promised. Nobody leaves a channel: the bot's messages stay where they are.
 */
export function endInstallation(world: World, teamId: string, how: "revoked" | "uninstalled"): void {
  const installation = world.installation(teamId);
  if (installation?.state !== "active") return;
  installation.state = how;
  if (how === "uninstalled") {
    world.dispatch({ teamId, subscription: "app_uninstalled", event: { type: "app_uninstalled" } });
  }
  world.dispatch({
    teamId,
    subscription: "tokens_revoked",
    event: {
      type: "tokens_revoked",
      tokens: { oauth: [], bot: [installation.botUserId] },
      event_ts: world.timestamps.next(),
    },
  });
  world.tell({ type: "settings-changed" });
}
