import type { World } from "./world.ts";

/**
 * The app loses a workspace. An uninstalled one is told so, and that its tokens are gone; the order of the two is not
 * promised, and `first` settles it. Nobody leaves a channel: the bot's messages stay where they are.
 */
export function endInstallation(
  world: World,
  teamId: string,
  how: "revoked" | "uninstalled",
  first: "app_uninstalled" | "tokens_revoked" = "app_uninstalled",
): void {
  const installation = world.installation(teamId);
  if (installation?.state !== "active") return;
  installation.state = how;
  const goodbye = () => {
    world.dispatch({ teamId, subscription: "app_uninstalled", event: { type: "app_uninstalled" } });
  };
  if (how === "uninstalled" && first === "app_uninstalled") goodbye();
  world.dispatch({
    teamId,
    subscription: "tokens_revoked",
    event: {
      type: "tokens_revoked",
      tokens: { oauth: [], bot: [installation.botUserId] },
      event_ts: world.timestamps.next(),
    },
  });
  if (how === "uninstalled" && first === "tokens_revoked") goodbye();
  world.tell({ type: "settings-changed" });
}
