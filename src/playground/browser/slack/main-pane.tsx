import type { JSX } from "preact";
import type { MainPaneProps } from "../frame/skin.ts";
import { AgentView } from "../slack-agent/agent-view.tsx";
import { SheetLayer } from "../slack-message/modal-view.tsx";
import { ChannelView } from "./channel-view.tsx";
import { ThreadPane } from "./thread-pane.tsx";

/** A channel with a thread beside it, or the direct messages with the app. */
export function MainPane({ route, channel, thread }: MainPaneProps): JSX.Element {
  if (!channel) return <p class="opening">This place is not here for you. Choose another.</p>;
  return (
    <>
      {channel.kind === "dm" ? (
        <AgentView key={channel.id} dm={channel} tab={route.threadId} thread={thread} />
      ) : (
        <>
          <ChannelView key={channel.id} place={channel} />
          {thread && <ThreadPane key={thread.id} channel={channel} thread={thread} />}
        </>
      )}
      <SheetLayer />
    </>
  );
}
