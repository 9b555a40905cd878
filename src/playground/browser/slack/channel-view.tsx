import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message, Place } from "../../protocol/protocol.ts";
import { ReadersButton } from "../discord/readers.tsx";
import { MessageList } from "../messages/message-list.tsx";
import { Icon } from "../pieces/icon.tsx";
import { SlackRow } from "../slack-message/message-row.tsx";
import { Remarks } from "../slack-message/remarks.tsx";
import type { Draft } from "../state/draft.ts";
import { messagesOf } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { Composer } from "./composer.tsx";
import { Welcome } from "./welcome.tsx";

/** A channel: its name, its messages, and where one writes. */
export function ChannelView({ place }: { readonly place: Place }): JSX.Element {
  const { state } = useWorkspace();
  const [editing, setEditing] = useState<Message>();
  const [seed, setSeed] = useState<Draft>();
  const messages = messagesOf(state, place.id);
  const { viewer } = state.overview;
  return (
    <section class="talk channel" aria-label={`#${place.name}`}>
      <header class="talk-head">
        <h1>
          <span class="sign" aria-hidden="true">
            {place.private ? <Icon name="lock" /> : "#"}
          </span>{" "}
          {place.name}
        </h1>
        {place.topic && <p class="topic">{place.topic}</p>}
        {place.archived && <span class="tag">archived</span>}
        <span class="spring" />
        <ReadersButton place={place} />
      </header>
      {messages ? (
        <MessageList
          placeId={place.id}
          placeName={`#${place.name}`}
          messages={messages}
          editing={editing}
          onReply={ignore}
          onEdit={setEditing}
          row={SlackRow}
        >
          <Welcome
            place={place}
            onSuggest={(text) => setSeed((last) => ({ text, count: (last?.count ?? 0) + 1 }))}
          />
        </MessageList>
      ) : (
        <p class="messages opening" role="status">
          Fetching messages …
        </p>
      )}
      <Remarks placeId={place.id} />
      <Composer
        place={place}
        label={`Message #${place.name}`}
        seed={seed}
        onEditLast={() => setEditing(messages?.findLast(({ author }) => author.id === viewer.id))}
      />
    </section>
  );
}

function ignore(): void {
  // On Slack one answers in a thread, and not with a quote.
}
