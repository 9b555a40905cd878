import type { ComponentType, JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Message } from "../../protocol/protocol.ts";
import { counted } from "../pieces/counted.ts";
import { moveFocus } from "../pieces/focus.ts";
import { Icon } from "../pieces/icon.tsx";
import { dayName, isSameDay } from "../pieces/time.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { useFollowing } from "./following.ts";
import { MessageRow, type RowProps } from "./message-row.tsx";
import { useMessageWindow } from "./message-window.ts";

/** Messages of one author that follow within this time stand under one name. */
const GROUP_MS = 7 * 60_000;

interface MessageListProps {
  /** What is done there brings one back to the end. */
  readonly placeId: string;
  readonly placeName: string;
  readonly messages: readonly Message[];
  /** The message that is open for change. */
  readonly editing: Message | undefined;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message | undefined) => void;
  /** How a message is drawn. */
  readonly row?: ComponentType<RowProps>;
  readonly children: JSX.Element;
}

/** The messages of a place. It stays at the end while one reads there, and stays put while one reads above. */
export function MessageList({
  placeId,
  placeName,
  messages,
  editing,
  onReply,
  onEdit,
  row: Row = MessageRow,
  children,
}: MessageListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const { drawn, before: beforeAll, hasEarlier, showEarlier, noteScroll } = useMessageWindow(messages, box);
  const following = useFollowing({ box, placeId, messages, sandbox: useWorkspaceQuietly() });
  const scrolled = () => {
    following.noteScroll();
    noteScroll();
  };
  return (
    <div class="messages" ref={box} onScroll={scrolled}>
      <div class="messages-inside">
        {hasEarlier ? (
          <button type="button" class="earlier" onClick={showEarlier}>
            Show earlier messages
          </button>
        ) : (
          children
        )}
        <div
          role="log"
          aria-label={`Messages in ${placeName}`}
          onKeyDown={(event) => moveFocus(event, "li.message")}
        >
          <ol>
            {drawn.map((message, index) => {
              const before = drawn[index - 1] ?? beforeAll;
              const isNewDay = !before || !isSameDay(before.createdAt, message.createdAt);
              return [
                isNewDay && (
                  <li class="day" key={`day ${message.id}`}>
                    <span>{dayName(message.createdAt)}</span>
                  </li>
                ),
                <Row
                  key={message.id}
                  message={message}
                  isHead={isNewDay || !before || !belongsTogether(before, message)}
                  isLast={index === drawn.length - 1}
                  isEditing={editing?.id === message.id}
                  onReply={onReply}
                  onEdit={onEdit}
                />,
              ];
            })}
          </ol>
        </div>
      </div>
      {following.isAway && (
        <div class="jump">
          <button type="button" class="jump-bar" onClick={following.follow}>
            {following.unseen > 0 ? counted(following.unseen, "new message") : "To the newest"}{" "}
            <Icon name="down" />
          </button>
        </div>
      )}
    </div>
  );
}

function belongsTogether(before: Message, message: Message): boolean {
  return (
    before.kind === "said" &&
    message.kind === "said" &&
    before.author.id === message.author.id &&
    before.author.name === message.author.name &&
    before.ephemeral === message.ephemeral &&
    !message.replyTo &&
    !message.origin &&
    message.createdAt - before.createdAt < GROUP_MS
  );
}
