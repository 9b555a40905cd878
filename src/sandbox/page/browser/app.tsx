import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Banner } from "./banner.tsx";
import { Glass } from "./glass.tsx";
import { Icon } from "./icon.tsx";
import { useLead } from "./lead.ts";
import { ModalLayer } from "./modal-view.tsx";
import { hrefOf, type Route, useRoute } from "./route.ts";
import { useSandbox } from "./sandbox.ts";
import { Sidebar } from "./sidebar.tsx";
import { placeOf, placesOf, type State } from "./state.ts";
import { TalkView } from "./talk-view.tsx";

/** From this width on the glass stands open beside the chat. */
const ROOM_FOR_GLASS = "(min-width: 1080px)";

export function App(): JSX.Element {
  const sandbox = useSandbox();
  const route = useOpenRoute(sandbox.state);
  const [glass, setGlass] = useState(() => matchMedia(ROOM_FOR_GLASS).matches);
  const [menu, setMenu] = useState(false);
  useLead(sandbox, route, glass);
  const channel = placeOf(sandbox.state, route.placeId);
  const thread = placeOf(sandbox.state, route.threadId);
  const open = thread ?? channel;
  const reading = [channel, thread].flatMap((place) => place?.id ?? []).join(" ");
  useEffect(() => sandbox.read(reading.split(" ").filter(Boolean)), [reading]);
  useEffect(() => {
    document.title = `${open?.name ?? "Sandbox"} · ${sandbox.state.overview.viewer.name} · Rapport`;
  }, [open?.name]);

  const menuButton = (
    <button
      type="button"
      class="quiet menu-button"
      aria-label="Places"
      aria-expanded={menu}
      onClick={() => setMenu(!menu)}
    >
      <Icon name="menu" />
    </button>
  );
  const glassButton = (
    <button
      type="button"
      class="quiet glass-button"
      aria-label="Behind the glass"
      aria-pressed={glass}
      onClick={() => setGlass(!glass)}
    >
      <Icon name="glass" /> <span class="wide-words">Behind the glass</span>
    </button>
  );
  return (
    <>
      <Banner />
      <div
        class={`panes${thread ? " with-thread" : ""}${glass ? " with-glass" : ""}${menu ? " with-menu" : ""}`}
      >
        <Sidebar route={route} onGone={() => setMenu(false)} />
        <button
          type="button"
          class="curtain"
          aria-label="Put the places away"
          onClick={() => setMenu(false)}
        />
        <main>
          {channel ? (
            <TalkView
              key={channel.id}
              place={channel}
              before={menuButton}
              after={thread ? undefined : glassButton}
            />
          ) : (
            <p class="empty">{menuButton} This place is not here for you. Choose another.</p>
          )}
          {channel && thread && (
            <TalkView
              key={thread.id}
              place={thread}
              before={
                <a class="quiet back" href={hrefOf(channel.id)} aria-label={`Back to #${channel.name}`}>
                  <Icon name="back" />
                </a>
              }
              after={
                <>
                  {glassButton}
                  <a class="quiet close" href={hrefOf(channel.id)} aria-label="Close thread">
                    <Icon name="close" />
                  </a>
                </>
              }
            />
          )}
        </main>
        {glass && open && <Glass place={open} onClose={() => setGlass(false)} />}
      </div>
      <ModalLayer />
    </>
  );
}

/** The places in the address; the first channel when it names none, or one that this person cannot see. */
function useOpenRoute(state: State): Route {
  const route = useRoute();
  if (placeOf(state, route.placeId)) return route;
  const first = placesOf(state).find(({ kind }) => kind === "channel");
  return { placeId: first?.id, threadId: undefined };
}
