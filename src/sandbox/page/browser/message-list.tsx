import type { ComponentType, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "../protocol.ts";
import { moveFocus } from "./focus.ts";
import { MessageRow, type RowProps } from "./message-row.tsx";
import { useMessageWindow } from "./message-window.ts";
import { dayName, isSameDay } from "./time.ts";

/** Messages of one author that follow within this time stand under one name. */
const GROUP_MS = 7 * 60_000;
/** So near to the end, one is reading the end. */
const NEAR_END_PX = 80;

interface MessageListProps {
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
  placeName,
  messages,
  editing,
  onReply,
  onEdit,
  row: Row = MessageRow,
  children,
}: MessageListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const { drawn, before: beforeAll, hasEarlier, showEarlier, noteScroll } = useMessageWindow(messages, box);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const toEnd = () => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    };
    toEnd();
    // Text that grows, pictures that load and a keyboard that opens all move the end.
    const watcher = new ResizeObserver(toEnd);
    watcher.observe(element);
    if (element.firstElementChild) watcher.observe(element.firstElementChild);
    return () => watcher.disconnect();
  }, []);
  const followScroll = () => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    noteScroll();
  };
  return (
    <div class="messages" ref={box} onScroll={followScroll}>
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
