import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Place } from "../../protocol/protocol.ts";
import { hrefOf } from "../frame/route.ts";
import { counted } from "../pieces/counted.ts";
import { ago, fullTime } from "../pieces/time.ts";
import { compareIds, heldMessage, placesOf, type State } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";

const STATES = { active: "", processing: "at work", suspended: "waits for you", closed: "closed" } as const;

/** The chats of before, the newest first. */
export function SessionList({ dm }: { readonly dm: Place }): JSX.Element {
  const { state, world } = useWorkspace();
  const chats = placesOf(state)
    .filter(({ parentId }) => parentId === dm.id)
    .toSorted((left, right) => compareIds(right.lastMessageId ?? right.id, left.lastMessageId ?? left.id));
  if (chats.length === 0)
    return <p class="messages opening">No chats yet. What you say under “Chat” begins the first one.</p>;
  return (
    <div class="messages">
      <div class="messages-inside history">
        <ul>
          {chats.map((chat) => (
            <li key={chat.id}>
              <a
                class={`session${state.unread.has(chat.id) ? " unread" : ""}`}
                href={hrefOf(world.key, dm.id, chat.id)}
              >
                <b>{titleOf(state, chat)}</b>
                <small>
                  {counted(chat.messageCount, "reply", "replies")}
                  {chat.session && STATES[chat.session.state] && ` · ${STATES[chat.session.state]}`}
                  <Since id={chat.lastMessageId ?? chat.id} />
                </small>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** A message's id holds when it was written. */
function Since({ id }: { readonly id: string }): JSX.Element {
  const at = Math.floor(Number(id.split(".").slice(1).join(".")) * 1_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {" · "}
      {ago(at, Date.now())}
    </time>
  );
}

function titleOf(state: State, chat: Place): string {
  const root = heldMessage(state, chat.parentId ?? "", chat.id)?.value;
  return chat.session?.title || root?.content.slice(0, 80) || "Chat";
}

/** The title of an open chat, which its person can change. */
export function SessionTitle({ thread }: { readonly thread: Place }): JSX.Element | null {
  const workspace = useWorkspace();
  const [typed, setTyped] = useState<string>();
  if (!thread.session) return null;
  const save = async () => {
    const title = typed?.trim() ?? "";
    setTyped(undefined);
    if (title === "" || title === thread.session?.title) return;
    await workspace.attempt(thread.id, () => workspace.wire.act("retitle", { placeId: thread.id, title }));
  };
  if (typed === undefined)
    return (
      <h2 class="session-title">
        <button
          type="button"
          class="quiet"
          title="Rename this chat"
          onClick={() => setTyped(titleOf(workspace.state, thread))}
        >
          {titleOf(workspace.state, thread)}
        </button>
      </h2>
    );
  return (
    <form
      class="session-title"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        aria-label="Title of this chat"
        value={typed}
        maxLength={200}
        ref={(element) => element?.focus()}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key === "Escape") setTyped(undefined);
        }}
      />
    </form>
  );
}
