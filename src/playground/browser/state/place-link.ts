import { hrefOf } from "../frame/route.ts";
import { placeOf } from "./state.ts";
import type { WorkspaceClient } from "./workspace-client.ts";

/** How Slack links to a message: https://docs.slack.dev/reference/methods/chat.getPermalink */
const PERMALINK = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/;

/** Where on the page a link of the platform's own leads; undefined when it leads to nothing that is open here. */
export function placeLinked({ state, world }: WorkspaceClient, address: string): string | undefined {
  const path = URL.canParse(address) ? new URL(address).pathname : "";
  const [, channel = "", seconds, rest] = PERMALINK.exec(path) ?? [];
  return placeOf(state, channel) && hrefOf(world.key, channel, `${channel}.${seconds}.${rest}`);
}
