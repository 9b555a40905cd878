import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message, Place } from "../../protocol.ts";
import { Icon } from "../icon.tsx";
import { MessageList } from "../message-list.tsx";
import { hrefOf } from "../route.ts";
import { useWorkspace } from "../sandbox.ts";
import { messagesOf } from "../state.ts";
import { Composer } from "./composer.tsx";
import { SlackRow } from "./message-row.tsx";
import { Remarks } from "./remarks.tsx";
import { Root } from "./root.tsx";
import { StatusLine, StopButton } from "./status-line.tsx";

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
