import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Message, Place } from "../../protocol/protocol.ts";
import { Introduction } from "../messages/introduction.tsx";
import { MessageList } from "../messages/message-list.tsx";
import { Dots } from "../messages/message-row.tsx";
import { Sign } from "../pieces/sign.tsx";
import type { Draft } from "../state/draft.ts";
import { placeName } from "../state/names.ts";
import { messagesOf } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { Composer } from "../writing/composer.tsx";
import { ReadersButton } from "./readers.tsx";

interface TalkViewProps {
  readonly place: Place;
  /** What stands at the ends of the headline: ways back, ways out. */
  readonly before?: ComponentChildren;
  readonly after?: ComponentChildren;
}

/** One place: its name, its messages, and where one writes. */
export function TalkView({ place, before, after }: TalkViewProps): JSX.Element {
  const { state } = useWorkspace();
  const [replyTo, setReplyTo] = useState<Message>();
  const [editing, setEditing] = useState<Message>();
  const [seed, setSeed] = useState<Draft>();
  const messages = messagesOf(state, place.id);
  const suggest = (text: string) => setSeed((last) => ({ text, count: (last?.count ?? 0) + 1 }));
  const editLast = () =>
    setEditing(messages?.findLast(({ author }) => author.id === state.overview.viewer.id));
  return (
    <section class={`talk ${place.kind}`} aria-label={placeName(place)}>
      <header class="talk-head">
        {before}
        <h1>
          <Sign place={place} /> {place.name}
        </h1>
        {place.topic && <p class="topic">{place.topic}</p>}
        {place.archived && <span class="tag">archived</span>}
        <span class="spring" />
        <ReadersButton place={place} />
        {after}
      </header>
      {messages ? (
        <MessageList
          placeId={place.id}
          placeName={placeName(place)}
          messages={messages}
          editing={editing}
          onReply={setReplyTo}
          onEdit={setEditing}
        >
          <Introduction place={place} isEmpty={messages.length === 0} onSuggest={suggest} />
        </MessageList>
      ) : (
        <p class="messages opening" role="status">
          Fetching messages …
        </p>
      )}
      <Remarks placeId={place.id} />
      <TypingLine placeId={place.id} />
      <Composer
        place={place}
        replyTo={replyTo}
        onReplyDone={() => setReplyTo(undefined)}
        seed={seed}
        onEditLast={editLast}
      />
    </section>
  );
}

/** What the page has to say to this person here, as that a command was not answered. */
function Remarks({ placeId }: { readonly placeId: string }): JSX.Element {
  const workspace = useWorkspace();
  const remarks = workspace.state.remarks.filter((remark) => remark.placeId === placeId);
  return (
    <div class="remarks" role="alert">
      {remarks.map(({ id, text }) => (
        <p key={id} class="remark">
          <span>
            {text} <small>Only you can see this.</small>
          </span>
          <button type="button" class="quiet" onClick={() => workspace.dropRemark(id)}>
            Dismiss
          </button>
        </p>
      ))}
    </div>
  );
}

function TypingLine({ placeId }: { readonly placeId: string }): JSX.Element {
  const { state } = useWorkspace();
  const [now, setNow] = useState(Date.now());
  const typists = state.typing.get(placeId) ?? [];
  const soonest = Math.min(...typists.map(({ until }) => until).filter((until) => until > now));
  useEffect(() => {
    setNow(Date.now());
    if (!Number.isFinite(soonest)) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(50, soonest - Date.now()));
    return () => clearTimeout(timer);
  }, [soonest, typists.length]);
  const names = typists.filter(({ until }) => until > now).map(({ name }) => name);
  return (
    <p class="typing" aria-live="polite">
      {names.length > 0 && (
        <>
          <Dots /> <b>{names.join(", ")}</b> {names.length === 1 ? "is" : "are"} typing …
        </>
      )}
    </p>
  );
}
