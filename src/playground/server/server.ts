import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { close, KEEP_ALIVE_MS, listen } from "../../emulators/kit/http/server.ts";
import type { StartNotice } from "../protocol/protocol.ts";
import { loadAssets } from "./assets.ts";
import { Feed } from "./feed.ts";
import { newPageToken } from "./guard.ts";
import { pageRoutes } from "./routes.ts";
import { Switchboard } from "./switchboard.ts";
import type { Switch } from "./switches.ts";
import type { PageWorld } from "./workspace.ts";

export { discordWorld } from "../discord/workspace.ts";
export type { BoundInsight, Inspector, PlaceInsight, TurnInsight } from "../protocol/insight.ts";
export { slackWorlds } from "../slack/workspace.ts";

export interface SandboxPageOptions {
  /** In the order in which they are shown. */
  readonly worlds: readonly PageWorld[];
  readonly notices: readonly StartNotice[];
  /** What can be made to go wrong. */
  readonly switches?: readonly Switch[];
  /** 0 takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Called with mistakes of the page itself, for a log. */
  readonly failed?: (error: unknown) => void;
}

/** The page on which people use the sandbox. It trusts whoever can reach it, so it listens on this machine only. */
export async function startSandboxPage(
  options: SandboxPageOptions,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { worlds, notices, port = 0, host = "127.0.0.1", failed = ignore } = options;
  const assets = await loadAssets();
  const feed = new Feed(Date.now());
  const stopping = new AbortController();
  // Whatever stands behind the glass is asked for anew.
  const changed = () => {
    for (const { key } of worlds) feed.add(key, { type: "insight" });
  };
  const switchboard = new Switchboard(options.switches ?? [], { changed, failed });
  const app = pageRoutes({
    worlds,
    notices,
    assets,
    feed,
    switchboard,
    token: newPageToken(),
    failed,
    stopping: stopping.signal,
  });
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    // Else it puts a Request and a Response of its own in the place of Node's, for everybody in this process.
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  const stops = worlds.flatMap(({ key, follow, inspector }) => [
    follow((note) => feed.add(key, note)),
    inspector?.onChange((change) => feed.add(key, { type: "insight", ...change })),
  ]);
  const unfollow = () => {
    for (const stop of stops) stop?.();
  };
  const listening = await listen(server, port, host).catch((error: unknown) => {
    unfollow();
    throw error;
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
    async stop() {
      unfollow();
      stopping.abort();
      await switchboard.allOff();
      await close(server);
    },
  };
}

function ignore(): void {
  // Whoever wants to know of mistakes says so; the person at the window is told in any case.
}
