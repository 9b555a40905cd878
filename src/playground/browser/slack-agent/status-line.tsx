import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Place } from "../../protocol/protocol.ts";
import { Icon } from "../pieces/icon.tsx";
import { AuthorAvatar } from "../slack-message/message-row.tsx";
import { useWorkspace } from "../state/workspace-client.ts";

/** So long one of the loading words stands before the next. */
const WORD_MS = 2_500;

/** "Rapport is thinking…", with the words that the app has for the time in between. */
export function StatusLine({ place }: { readonly place: Place }): JSX.Element {
  const { status } = place;
  const [word, setWord] = useState(0);
  useEffect(() => {
    setWord(0);
    if (!status || status.loading.length < 2) return;
    const timer = setInterval(() => setWord((before) => before + 1), WORD_MS);
    return () => clearInterval(timer);
  }, [status?.text, status?.loading.length]);
  const loading = status?.loading[word % Math.max(1, status.loading.length)];
  return (
    <p class="status-line" role="status">
      {status && (
        <>
          <AuthorAvatar author={status.author} small /> <b>{status.author.name}</b> {status.text}
          {loading && <span class="loading-word">{loading}</span>}
        </>
      )}
    </p>
  );
}

/** Slack's own button that stops an agent. */
export function StopButton({ place }: { readonly place: Place }): JSX.Element {
  const workspace = useWorkspace();
  return (
    <button
      type="button"
      class="send stop"
      aria-label="Stop the answer"
      title="Stop"
      onClick={() =>
        void workspace.attempt(place.id, () => workspace.wire.act("stop", { placeId: place.id }))
      }
    >
      <Icon name="stop" />
    </button>
  );
}
