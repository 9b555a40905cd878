import type { JSX } from "preact";
import type { Author, Message } from "../../protocol/protocol.ts";
import { hrefOf } from "../frame/route.ts";
import { MessageEditor } from "../messages/message-editor.tsx";
import { Attachments, Reactions } from "../messages/message-parts.tsx";
import { Head, Moment, Row, type RowProps } from "../messages/message-row.tsx";
import { Avatar } from "../pieces/avatar.tsx";
import { counted } from "../pieces/counted.ts";
import { Icon } from "../pieces/icon.tsx";
import { ago, clockTime } from "../pieces/time.ts";
import { namesIn } from "../state/names.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { BlockView } from "./block-view.tsx";
import { SlackTools } from "./message-tools.tsx";
import { typedText } from "./mrkdwn.ts";

/** A message of Slack's. */
export class SlackRow extends Row {
  override render({ message, isHead, isLast, isEditing, onEdit }: RowProps): JSX.Element {
    const { author, createdAt, ephemeral } = message;
    return (
      <li
        class={`message${isHead ? " head" : ""}${ephemeral ? " ephemeral" : ""}`}
        data-id={message.id}
        // One stop of the Tab key, at the newest; from there the arrow keys lead upwards.
        tabIndex={isLast ? 0 : -1}
        aria-label={`${author.name}, ${clockTime(createdAt)}`}
      >
        {ephemeral && (
          <p class="whisper">
            <Icon name="eye" /> Only visible to you
          </p>
        )}
        {message.alsoInChannel && <InThread message={message} />}
        {isHead && <AuthorAvatar author={author} />}
        <div class="message-main">
          {isHead ? <Head message={message} /> : <Moment at={createdAt} />}
          {isEditing ? (
            <Editor message={message} onDone={() => onEdit(undefined)} />
          ) : (
            <Body message={message} />
          )}
        </div>
        {!isEditing && <SlackTools message={message} onEdit={() => onEdit(message)} />}
      </li>
    );
  }
}

function Editor({
  message,
  onDone,
}: {
  readonly message: Message;
  readonly onDone: () => void;
}): JSX.Element {
  const names = namesIn(useWorkspaceQuietly());
  // Slack reads names in what is typed by itself.
  const typing = { asTyped: (content: string) => typedText(content, names), toSend: (text: string) => text };
  return <MessageEditor message={message} typing={typing} onDone={onDone} />;
}

const LEADING_EMOJI = /^(\p{Extended_Pictographic}\S*)\s/u;

/** An emoji that an app has put before its name is the face of it, where it has no picture. */
export function AuthorAvatar({
  author,
  small = false,
}: {
  readonly author: Author;
  readonly small?: boolean;
}) {
  const emoji = author.emoji ?? LEADING_EMOJI.exec(author.name)?.[1];
  return <Avatar name={author.name} url={author.avatarUrl ?? emoji} small={small} />;
}

function Body({ message }: { readonly message: Message }): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const { blocks = [], content, kind, stream, id, placeId } = message;
  const surface = {
    placeId,
    press: (customId: string) =>
      workspace.interact(placeId, () => workspace.wire.act("click", { messageId: id, customId })),
    choose: (customId: string, values: readonly string[]) =>
      workspace.interact(placeId, () =>
        workspace.wire.act("choose", { messageId: id, customId, values: [...values] }),
      ),
  };
  return (
    <>
      <div class={`said${stream === "growing" ? " growing" : ""}`}>
        {kind === "note" ? <p class="note-words">{content}</p> : null}
        {blocks.map((block, index) => (
          <BlockView key={index} block={block} surface={surface} />
        ))}
        {stream === "broken" && <p class="broken">The answer broke off here.</p>}
        {message.editedAt !== undefined && <span class="edited">(edited)</span>}
      </div>
      <Attachments attachments={message.attachments} />
      <Reactions message={message} />
      <ReplyBar message={message} />
    </>
  );
}

/** "3 replies", which leads into the thread. */
function ReplyBar({ message }: { readonly message: Message }): JSX.Element | null {
  const { world } = useWorkspaceQuietly();
  const { replies, id, placeId } = message;
  // In the thread itself the answers follow.
  if (!replies || placeId === id) return null;
  return (
    <a class="reply-bar" href={hrefOf(world.key, placeId, id)}>
      <span class="faces" aria-hidden="true">
        {replies.authors.slice(0, 4).map((author) => (
          <AuthorAvatar key={author.id} author={author} small />
        ))}
      </span>
      <b>{counted(replies.count, "reply", "replies")}</b>
      {replies.latestAt !== undefined && <small>Last reply {ago(replies.latestAt, Date.now())}</small>}
    </a>
  );
}

/** An answer that stands in the channel too says so in both places. */
function InThread({ message }: { readonly message: Message }): JSX.Element {
  const isInChannel = !message.placeId.includes(".");
  return <p class="in-thread">{isInChannel ? "replied in a thread" : "Also sent to the channel"}</p>;
}
