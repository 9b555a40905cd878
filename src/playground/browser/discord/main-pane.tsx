import type { JSX } from "preact";
import { hrefOf } from "../frame/route.ts";
import type { MainPaneProps } from "../frame/skin.ts";
import { Icon } from "../pieces/icon.tsx";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { TalkView } from "./talk-view.tsx";

/** A channel, and a thread beside it. */
export function MainPane({ channel, thread }: MainPaneProps): JSX.Element {
  const { world } = useWorkspaceQuietly();
  if (!channel) return <p class="opening">This place is not here for you. Choose another.</p>;
  const away = hrefOf(world.key, channel.id);
  return (
    <>
      <TalkView key={channel.id} place={channel} />
      {thread && (
        <TalkView
          key={thread.id}
          place={thread}
          before={
            <a class="quiet back" href={away} aria-label={`Back to #${channel.name}`}>
              <Icon name="back" />
            </a>
          }
          after={
            <a class="quiet close" href={away} aria-label="Close thread">
              <Icon name="close" />
            </a>
          }
        />
      )}
    </>
  );
}
