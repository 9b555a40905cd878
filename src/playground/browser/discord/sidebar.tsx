import type { JSX } from "preact";
import type { Place } from "../../protocol/protocol.ts";
import { go } from "../frame/route.ts";
import type { SidebarProps } from "../frame/skin.ts";
import { Sign } from "../pieces/sign.tsx";
import { placeHref } from "../state/names.ts";
import { compareIds, placesOf } from "../state/state.ts";
import { useWorkspace, type WorkspaceClient } from "../state/workspace-client.ts";

/** The server's places. */
export function Sidebar({ route, onGone }: SidebarProps): JSX.Element {
  const workspace = useWorkspace();
  const { overview } = workspace.state;
  const places = placesOf(workspace.state);
  const channels = places.filter(({ kind }) => kind === "channel");
  return (
    <nav class="sidebar" aria-label="Places">
      <header class="server">
        <b>{overview.server}</b>
      </header>
      <div class="places">
        <h2>Channels</h2>
        <ul>
          {channels.map((channel) => (
            <li key={channel.id}>
              <PlaceLink place={channel} route={route} onGone={onGone} />
              <Threads of={channel} places={places} route={route} onGone={onGone} />
            </li>
          ))}
        </ul>
        <h2>Direct messages</h2>
        <ul>
          <li>
            <DmLink sandbox={workspace} route={route} onGone={onGone} />
          </li>
        </ul>
      </div>
    </nav>
  );
}

interface LinkProps extends SidebarProps {
  readonly place: Place;
}

function PlaceLink({ place, route, onGone }: LinkProps): JSX.Element {
  const workspace = useWorkspace();
  const { state } = workspace;
  const isOpen = route.threadId ? route.threadId === place.id : route.placeId === place.id;
  const isUnread = state.unread.has(place.id);
  return (
    <a
      class={`place${isUnread ? " unread" : ""}`}
      href={placeHref(workspace, place)}
      aria-current={isOpen ? "page" : undefined}
      onClick={onGone}
    >
      <Sign place={place} />
      <span class="place-name">{place.name}</span>
      {isUnread && (
        <span class="unread-mark">
          <span class="hidden-words">unread</span>
        </span>
      )}
    </a>
  );
}

function Threads({
  of,
  places,
  route,
  onGone,
}: SidebarProps & { readonly of: Place; readonly places: readonly Place[] }): JSX.Element | null {
  const threads = places
    .filter(({ parentId, archived, id }) => parentId === of.id && (!archived || id === route.threadId))
    .toSorted((left, right) => compareIds(left.id, right.id));
  if (threads.length === 0) return null;
  return (
    <ul class="threads">
      {threads.map((thread) => (
        <li key={thread.id}>
          <PlaceLink place={thread} route={route} onGone={onGone} />
        </li>
      ))}
    </ul>
  );
}

/** The direct messages with the bot: the place is made when one first goes there. */
function DmLink({
  sandbox: workspace,
  route,
  onGone,
}: SidebarProps & { readonly sandbox: WorkspaceClient }): JSX.Element {
  const { overview } = workspace.state;
  const dm = placesOf(workspace.state).find(({ kind }) => kind === "dm");
  if (dm) return <PlaceLink place={dm} route={route} onGone={onGone} />;
  const open = async () => {
    const { placeId } = await workspace.wire.act("dm", {});
    go(workspace.world.key, placeId);
    onGone();
  };
  return (
    <button type="button" class="place" onClick={() => void workspace.attempt(route.placeId ?? "", open)}>
      <span class="sign" aria-hidden="true">
        @
      </span>
      <span class="place-name">{overview.bot.name}</span>
    </button>
  );
}
