import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message, Place } from "../../protocol/protocol.ts";
import { hrefOf } from "../frame/route.ts";
import { MessageList } from "../messages/message-list.tsx";
import { Icon } from "../pieces/icon.tsx";
import { StatusLine, StopButton } from "../slack-agent/status-line.tsx";
import { SlackRow } from "../slack-message/message-row.tsx";
import { Remarks } from "../slack-message/remarks.tsx";
import { messagesOf } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { Composer } from "./composer.tsx";
import { Root } from "./root.tsx";

interface ThreadPaneProps {
  readonly channel: Place;
  readonly thread: Place;
}

/** The answers to one message, beside the channel. */
export function ThreadPane({ channel, thread }: ThreadPaneProps): JSX.Element {
  const { state, world } = useWorkspace();
  const [editing, setEditing] = useState<Message>();
  const [alsoInChannel, setAlso] = useState(false);
  const messages = messagesOf(state, thread.id);
  const { viewer, bot } = state.overview;
  const away = hrefOf(world.key, channel.id);
  return (
    <section class="talk thread" aria-label={`Thread in #${channel.name}`}>
      <header class="talk-head">
        <a class="quiet back" href={away} aria-label={`Back to #${channel.name}`}>
          <Icon name="back" />
        </a>
        <h2>
          Thread <small># {channel.name}</small>
        </h2>
        <span class="spring" />
        <a class="quiet close" href={away} aria-label="Close thread">
          <Icon name="close" />
        </a>
      </header>
      {messages ? (
        <MessageList
          placeId={thread.id}
          placeName={`the thread in #${channel.name}`}
          messages={messages}
          editing={editing}
          onReply={() => undefined}
          onEdit={setEditing}
          row={SlackRow}
        >
          <Root thread={thread} count={messages.length} />
        </MessageList>
      ) : (
        <p class="messages opening" role="status">
          Fetching messages …
        </p>
      )}
      <Remarks placeId={thread.id} />
      <StatusLine place={thread} />
      <Composer
        place={thread}
        label="Reply…"
        alsoInChannel={alsoInChannel}
        stop={thread.session?.canBeStopped ? <StopButton place={thread} /> : undefined}
        onEditLast={() => setEditing(messages?.findLast(({ author }) => author.id === viewer.id))}
      >
        <label class="also">
          <input
            type="checkbox"
            checked={alsoInChannel}
            onChange={(event) => setAlso(event.currentTarget.checked)}
          />{" "}
          Also send to #{channel.name}
        </label>
        <p class="composer-hint">
          Slack has no slash commands in threads. Type them as text: <code>@{bot.name} persona list</code>
        </p>
      </Composer>
    </section>
  );
}
