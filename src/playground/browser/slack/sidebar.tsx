import type { JSX } from "preact";
import type { Place } from "../../protocol/protocol.ts";
import { go, hrefOf } from "../frame/route.ts";
import type { SidebarProps } from "../frame/skin.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Icon } from "../pieces/icon.tsx";
import { placesOf } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { NewChannel } from "./new-channel.tsx";

/** The workspace's channels, and the app that Rapport is in it. */
export function Sidebar({ route, onGone }: SidebarProps): JSX.Element {
  const { state } = useWorkspace();
  const channels = placesOf(state)
    .filter(({ kind }) => kind === "channel")
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return (
    <nav class="sidebar" aria-label="Places">
      <header class="server">
        <p>
          <b>{state.overview.server}</b>
          <small>Slack workspace</small>
        </p>
      </header>
      <div class="places">
        <h2>Channels</h2>
        <ul>
          {channels.map((channel) => (
            <li key={channel.id}>
              <ChannelLink place={channel} route={route} onGone={onGone} />
            </li>
          ))}
          <li>
            <NewChannel onGone={onGone} />
          </li>
        </ul>
        <h2>Agents and apps</h2>
        <ul>
          <li>
            <AppLink route={route} onGone={onGone} />
          </li>
        </ul>
      </div>
    </nav>
  );
}

function ChannelLink({ place, route, onGone }: SidebarProps & { readonly place: Place }): JSX.Element {
  const { world, state } = useWorkspace();
  const isUnread = state.unread.has(place.id);
  return (
    <a
      class={`place${isUnread ? " unread" : ""}`}
      href={hrefOf(world.key, place.id)}
      aria-current={route.placeId === place.id ? "page" : undefined}
      onClick={onGone}
    >
      <span class="sign" aria-hidden="true">
        {place.private ? <Icon name="lock" /> : "#"}
      </span>
      <span class="place-name">{place.name}</span>
      {isUnread && <span class="hidden-words">unread</span>}
    </a>
  );
}

/** The direct messages with the app: the place is made when one first goes there. */
function AppLink({ route, onGone }: SidebarProps): JSX.Element {
  const workspace = useWorkspace();
  const { state, world } = workspace;
  const { bot } = state.overview;
  const dm = placesOf(state).find(({ kind }) => kind === "dm");
  const unread = dm ? [...state.unread].filter((id) => id.startsWith(dm.id)).length : 0;
  const open = async () => {
    const { placeId } = await workspace.wire.act("dm", {});
    go(world.key, placeId);
    onGone();
  };
  const face = (
    <>
      <Avatar name={bot.name} small />
      <span class="place-name">{bot.name}</span>
      <span class="agent-tag">Agent</span>
      {unread > 0 && (
        <span class="unread-badge">
          {unread} <span class="hidden-words">unread</span>
        </span>
      )}
    </>
  );
  if (!dm)
    return (
      <button type="button" class="place" onClick={() => void workspace.attempt(route.placeId ?? "", open)}>
        {face}
      </button>
    );
  return (
    <a
      class={`place${unread > 0 ? " unread" : ""}`}
      href={hrefOf(world.key, dm.id)}
      aria-current={route.placeId === dm.id ? "page" : undefined}
      onClick={onGone}
    >
      {face}
    </a>
  );
}
