import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message, Place } from "../../protocol/protocol.ts";
import { go } from "../frame/route.ts";
import { MessageList } from "../messages/message-list.tsx";
import { Composer } from "../slack/composer.tsx";
import { Root } from "../slack/root.tsx";
import { AuthorAvatar, SlackRow } from "../slack-message/message-row.tsx";
import { Remarks } from "../slack-message/remarks.tsx";
import { compareIds, messagesOf, placesOf, type State } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { SessionTitle } from "./session-list.tsx";
import { StatusLine, StopButton } from "./status-line.tsx";

interface AgentChatProps {
  readonly dm: Place;
  /** The chat that is open; absent: what is said begins one. */
  readonly thread: Place | undefined;
}

export function AgentChat({ dm, thread }: AgentChatProps): JSX.Element {
  const { state, world } = useWorkspace();
  const [editing, setEditing] = useState<Message>();
  const messages = thread && messagesOf(state, thread.id);
  const { viewer, bot } = state.overview;
  const place = thread ?? dm;
  return (
    <>
      {thread ? (
        <>
          <SessionTitle thread={thread} />
          {messages ? (
            <MessageList
              placeId={thread.id}
              placeName={`this chat with ${bot.name}`}
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
        </>
      ) : (
        <NewChat dm={dm} editing={editing} onEdit={setEditing} />
      )}
      <Remarks placeId={place.id} />
      {thread && <StatusLine place={thread} />}
      <Composer
        place={place}
        label={thread ? `Reply to ${bot.name}` : `Message ${bot.name}`}
        stop={thread?.session?.canBeStopped ? <StopButton place={thread} /> : undefined}
        onSaid={(messageId) => {
          if (!thread) go(world.key, dm.id, messageId);
        }}
        onEditLast={() => setEditing(messages?.findLast(({ author }) => author.id === viewer.id))}
      />
    </>
  );
}

interface NewChatProps {
  readonly dm: Place;
  readonly editing: Message | undefined;
  readonly onEdit: (message: Message | undefined) => void;
}

/** Before a chat has begun: what the agent proposes, and what it has said to this person outside of any chat. */
function NewChat({ dm, editing, onEdit }: NewChatProps): JSX.Element {
  const workspace = useWorkspace();
  const { bot } = workspace.state.overview;
  return (
    <MessageList
      placeId={dm.id}
      placeName={`the messages of ${bot.name}`}
      messages={asidesIn(workspace.state, dm)}
      editing={editing}
      onReply={() => undefined}
      onEdit={onEdit}
      row={SlackRow}
    >
      <Proposals dm={dm} />
    </MessageList>
  );
}

/** What the agent answered here to commands and buttons since the last chat began: no chat hangs on it. */
export function asidesIn(state: State, dm: Place): readonly Message[] {
  const chats = placesOf(state).flatMap(({ id, parentId }) => (parentId === dm.id ? [id] : []));
  const messages = messagesOf(state, dm.id) ?? [];
  return messages.filter(
    ({ id, author, threadId }) =>
      author.bot && threadId === undefined && chats.every((chat) => compareIds(id, chat) > 0),
  );
}

function Proposals({ dm }: { readonly dm: Place }): JSX.Element {
  const workspace = useWorkspace();
  const { bot } = workspace.state.overview;
  const say = (text: string) =>
    workspace.attempt(dm.id, async () => {
      const { messageId } = await workspace.wire.act("say", { placeId: dm.id, text });
      if (messageId) go(workspace.world.key, dm.id, messageId);
    });
  return (
    <div class="proposals">
      <AuthorAvatar author={{ ...bot, bot: true, avatarUrl: undefined }} />
      <h2>{dm.prompts?.title ?? `Chat with ${bot.name}`}</h2>
      <p>What you say here begins a chat of its own. What is learnt of you in it stays between you two.</p>
      <ul class="prompts">
        {(dm.prompts?.prompts ?? []).map(({ title, message }) => (
          <li key={title}>
            <button type="button" class="suggestion" onClick={() => void say(message)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
