import { fetchWorlds, listenToAll, Wire } from "./wire.ts";
import { WorkspaceClient } from "./workspace-client.ts";

/** All the worlds of this window, for one person who is the same in each of them. */
export interface Workspaces {
  readonly person: string;
  readonly all: readonly WorkspaceClient[];
}

/** Goes into every world, and hears of all of them on one line: a browser opens few to one address. */
export async function openWorkspaces(as: string): Promise<Workspaces> {
  const summaries = await fetchWorlds();
  const all = await Promise.all(
    summaries.map(async (world) => {
      const wire = new Wire(world.key, as);
      return new WorkspaceClient(world, wire, await wire.enter());
    }),
  );
  const person = all[0]?.state.overview.viewer.name ?? as;
  const since = Math.min(...all.map(({ state }) => state.overview.at));
  listenToAll(
    { as: person, since },
    {
      change(change) {
        // After a restart the token is another: only a fresh page has it. Drafts outlive that.
        if (change.type === "reset") location.reload();
        else all.find(({ world }) => world.key === change.world)?.take(change);
      },
      line(isUp) {
        for (const workspace of all) workspace.noteLine(isUp);
      },
    },
  );
  return { person, all };
}
