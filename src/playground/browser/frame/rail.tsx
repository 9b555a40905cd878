import type { JSX } from "preact";
import { useWorkspace, type WorkspaceClient, WorkspaceProvider } from "../state/workspace-client.ts";
import { SKINS } from "./all-skins.ts";
import { lastHref } from "./last-place.ts";

interface RailProps {
  readonly worlds: readonly WorkspaceClient[];
  readonly open: WorkspaceClient;
}

/** The communities, side by side. Each lives on while another is open, and shows there what is unread in it. */
export function Rail({ worlds, open }: RailProps): JSX.Element {
  return (
    <nav class="rail" aria-label="Communities">
      <ul>
        {worlds.map((world) => (
          <li key={world.world.key}>
            <WorkspaceProvider value={world}>
              <WorldLink isOpen={world === open} />
            </WorkspaceProvider>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function WorldLink({ isOpen }: { readonly isOpen: boolean }): JSX.Element {
  const { world, state } = useWorkspace();
  const { product, community } = SKINS[world.kind];
  const unread = isOpen ? 0 : state.unread.size;
  const name = `${state.overview.server}, ${product} ${community}`;
  return (
    <a
      class={`world ${world.kind}${unread > 0 ? " unread" : ""}`}
      href={lastHref(state.overview.viewer.name, world.key)}
      aria-current={isOpen ? "page" : undefined}
      title={name}
      // Where one was last is known only when one goes there.
      onClick={(event) => {
        event.currentTarget.href = lastHref(state.overview.viewer.name, world.key);
      }}
    >
      <span class="hidden-words">
        {name}
        {unread > 0 && ", unread"}
      </span>
      <span class="world-mark" aria-hidden="true">
        {initialsOf(state.overview.server)}
      </span>
      <span class="world-kind" aria-hidden="true">
        {product}
      </span>
      {unread > 0 && (
        <span class="unread-count" aria-hidden="true">
          {unread}
        </span>
      )}
    </a>
  );
}

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map(([first]) => first?.toUpperCase() ?? "")
    .join("")
    .slice(0, 2);
