import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Gallery } from "./gallery.tsx";
import { Glass } from "./glass.tsx";
import { rememberPlace } from "./last-place.ts";
import { useLead } from "./lead.ts";
import type { Look } from "./look.ts";
import { LOOKS } from "./looks.ts";
import { ModalLayer } from "./modal-view.tsx";
import { People } from "./people.tsx";
import { Rail } from "./rail.tsx";
import { type Route, useRoute } from "./route.ts";
import { type Sandbox, SandboxProvider, useSandbox } from "./sandbox.ts";
import { placeOf, placesOf, type State } from "./state.ts";
import { Topbar } from "./topbar.tsx";
import type { Worlds } from "./worlds.ts";

/** From this width on the glass stands open beside the chat. */
const ROOM_FOR_GLASS = "(min-width: 1180px)";

/** The frame around all worlds. One of them is open; the others live on in the rail. */
export function Shell({ worlds }: { readonly worlds: Worlds }): JSX.Element {
  const route = useRoute();
  const open = worlds.all.find(({ world }) => world.key === route.world) ?? worlds.all[0];
  if (!open) return <p class="opening">This sandbox has no worlds.</p>;
  return (
    <SandboxProvider value={open}>
      <OpenWorld key={open.world.key} worlds={worlds} given={route} />
    </SandboxProvider>
  );
}

interface OpenWorldProps {
  readonly worlds: Worlds;
  readonly given: Route;
}

function OpenWorld({ worlds, given }: OpenWorldProps): JSX.Element {
  const sandbox = useSandbox();
  const route = routeIn(sandbox, given);
  const [glass, setGlass] = useGlass();
  const [menu, setMenu] = useState(false);
  useLead(sandbox, route, glass);
  useReading(sandbox, route);
  const channel = placeOf(sandbox.state, route.placeId);
  const { Sidebar, Stage, threadOf } = lookOf(sandbox);
  const thread =
    placeOf(sandbox.state, route.threadId) ??
    (route.threadId ? threadOf?.(sandbox.state, route.threadId) : undefined);
  const open = thread ?? channel;
  const { viewer } = sandbox.state.overview;
  useEffect(() => {
    document.title = `${open?.name ?? "Sandbox"} · ${viewer.name} · Rapport`;
  }, [open?.name]);
  const states = [thread && "with-thread", glass && "with-glass", menu && "with-menu"].filter(Boolean);
  return (
    <div class="shell" data-kind={sandbox.world.kind}>
      <Topbar menu={menu} onMenu={setMenu} glass={glass} onGlass={setGlass} />
      <div class={["panes", ...states].join(" ")}>
        <div class="ways">
          <Rail worlds={worlds.all} open={sandbox} />
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
          <Stage route={route} channel={channel} thread={thread} />
        </main>
        {glass && open && <Glass place={open} onClose={() => setGlass(false)} />}
      </div>
      {channel && <Gallery channel={channel} />}
      <ModalLayer />
    </div>
  );
}

const lookOf = ({ world }: Sandbox): Look => LOOKS[world.kind];

/** The places in the address; the first channel when it names none, or one that this person cannot see. */
function routeIn({ state, world }: Sandbox, given: Route): Route {
  if (given.world === world.key && placeOf(state, given.placeId)) return given;
  return { world: world.key, placeId: firstChannel(state), threadId: undefined };
}

const firstChannel = (state: State) => placesOf(state).find(({ kind }) => kind === "channel")?.id;

/** What is open is read, and is where one comes back to. */
function useReading(sandbox: Sandbox, route: Route): void {
  const { placeId, threadId } = route;
  useEffect(() => {
    const isTab = threadId !== undefined && lookOf(sandbox).tabs?.includes(threadId);
    sandbox.read([placeId, isTab ? undefined : threadId].flatMap((id) => id ?? []));
    rememberPlace(sandbox.state.overview.viewer.name, route);
  }, [sandbox, placeId, threadId]);
  useEffect(() => () => sandbox.read([]), [sandbox]);
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
