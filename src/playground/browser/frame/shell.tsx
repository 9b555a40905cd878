import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { InspectorPanel } from "../inspector/inspector-panel.tsx";
import { placeOf, placesOf, type State } from "../state/state.ts";
import { useWorkspace, type WorkspaceClient, WorkspaceProvider } from "../state/workspace-client.ts";
import type { Workspaces } from "../state/workspaces.ts";
import { ModalLayer } from "../writing/modal-view.tsx";
import { SKINS } from "./all-skins.ts";
import { useDeepLink } from "./deep-link.ts";
import { Gallery } from "./gallery.tsx";
import { rememberPlace } from "./last-place.ts";
import { People } from "./people.tsx";
import { Rail } from "./rail.tsx";
import { type Route, useRoute } from "./route.ts";
import type { Skin } from "./skin.ts";
import { Topbar } from "./topbar.tsx";

/** From this width on the glass stands open beside the chat. */
const ROOM_FOR_GLASS = "(min-width: 1180px)";

/** The frame around all worlds. One of them is open; the others live on in the rail. */
export function Shell({ worlds }: { readonly worlds: Workspaces }): JSX.Element {
  const route = useRoute();
  const open = worlds.all.find(({ world }) => world.key === route.world) ?? worlds.all[0];
  if (!open) return <p class="opening">This sandbox has no worlds.</p>;
  return (
    <WorkspaceProvider value={open}>
      <OpenWorld key={open.world.key} worlds={worlds} given={route} />
    </WorkspaceProvider>
  );
}

interface OpenWorldProps {
  readonly worlds: Workspaces;
  readonly given: Route;
}

function OpenWorld({ worlds, given }: OpenWorldProps): JSX.Element {
  const workspace = useWorkspace();
  const route = routeIn(workspace, given);
  const [glass, setGlass] = useGlass();
  const [menu, setMenu] = useState(false);
  useDeepLink(workspace, route, glass);
  useReading(workspace, route);
  const channel = placeOf(workspace.state, route.placeId);
  const { Sidebar, MainPane, threadOf } = lookOf(workspace);
  const thread =
    placeOf(workspace.state, route.threadId) ??
    (route.threadId ? threadOf?.(workspace.state, route.threadId) : undefined);
  const open = thread ?? channel;
  const { viewer } = workspace.state.overview;
  useEffect(() => {
    document.title = `${open?.name ?? "Sandbox"} · ${viewer.name} · Rapport`;
  }, [open?.name]);
  const states = [thread && "with-thread", glass && "with-glass", menu && "with-menu"].filter(Boolean);
  return (
    <div class="shell" data-kind={workspace.world.kind}>
      <Topbar menu={menu} onMenu={setMenu} glass={glass} onGlass={setGlass} />
      <div class={["panes", ...states].join(" ")}>
        <div class="ways">
          <Rail worlds={worlds.all} open={workspace} />
          <Sidebar route={route} onGone={() => setMenu(false)} />
          <People />
        </div>
        <button
          type="button"
          class="curtain"
          aria-label="Put the places away"
          onClick={() => setMenu(false)}
        />
        <main>
          <MainPane route={route} channel={channel} thread={thread} />
        </main>
        {glass && open && <InspectorPanel place={open} onClose={() => setGlass(false)} />}
      </div>
      {channel && <Gallery channel={channel} />}
      <ModalLayer />
    </div>
  );
}

const lookOf = ({ world }: WorkspaceClient): Skin => SKINS[world.kind];

/** The places in the address; the first channel when it names none, or one that this person cannot see. */
function routeIn({ state, world }: WorkspaceClient, given: Route): Route {
  if (given.world === world.key && placeOf(state, given.placeId)) return given;
  return { world: world.key, placeId: firstChannel(state), threadId: undefined };
}

const firstChannel = (state: State) => placesOf(state).find(({ kind }) => kind === "channel")?.id;

/** What is open is read, and is where one comes back to. */
function useReading(workspace: WorkspaceClient, route: Route): void {
  const { placeId, threadId } = route;
  useEffect(() => {
    const isTab = threadId !== undefined && lookOf(workspace).tabs?.includes(threadId);
    workspace.read([placeId, isTab ? undefined : threadId].flatMap((id) => id ?? []));
    rememberPlace(workspace.state.overview.viewer.name, route);
  }, [workspace, placeId, threadId]);
  useEffect(() => () => workspace.read([]), [workspace]);
}

/** Whether one looks behind the glass. It stays so from world to world. */
function useGlass() {
  const [glass, setGlass] = useState(
    () => (sessionStorage.getItem("glass") ?? String(matchMedia(ROOM_FOR_GLASS).matches)) === "true",
  );
  const set = (open: boolean) => {
    sessionStorage.setItem("glass", String(open));
    setGlass(open);
  };
  return [glass, set] as const;
}
