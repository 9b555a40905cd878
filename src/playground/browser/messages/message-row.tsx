import { Component, type JSX } from "preact";
import type { Message } from "../../protocol/protocol.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Icon } from "../pieces/icon.tsx";
import { Markdown } from "../pieces/markdown.tsx";
import { clockTime, fullTime } from "../pieces/time.ts";
import { namesIn } from "../state/names.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { ComponentView } from "./component-view.tsx";
import { EmbedView } from "./embed-view.tsx";
import { MessageEditor } from "./message-editor.tsx";
import { Attachments, Origin, Reactions, ReplyQuote, ThreadChip } from "./message-parts.tsx";
import { MessageTools } from "./message-tools.tsx";

export interface RowProps {
  readonly message: Message;
  /** The first of its author's group: with face, name and time. */
  readonly isHead: boolean;
  readonly isLast: boolean;
  readonly isEditing: boolean;
  readonly onReply: (message: Message) => void;
  /** Opens a message for change; without one, closes it. */
  readonly onEdit: (message: Message | undefined) => void;
}

/** One message. It is drawn again only when it has changed: a place may hold thousands. */
export abstract class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    return (
      next.message !== now.message ||
      next.isHead !== now.isHead ||
      next.isLast !== now.isLast ||
      next.isEditing !== now.isEditing
    );
  }
}

/** A message of Discord's. */
export class MessageRow extends Row {
  override render({ message, isHead, isLast, isEditing, onReply, onEdit }: RowProps): JSX.Element {
    if (message.kind === "note") return <Note message={message} />;
    return (
      <li
        class={`message${isHead ? " head" : ""}${message.ephemeral ? " ephemeral" : ""}`}
        data-id={message.id}
        // One stop of the Tab key, at the newest; from there the arrow keys lead upwards.
        tabIndex={isLast ? 0 : -1}
        aria-label={`${message.author.name}, ${clockTime(message.createdAt)}`}
      >
        {message.replyTo && <ReplyQuote reply={message.replyTo} placeId={message.placeId} />}
        {message.origin && <Origin origin={message.origin} />}
        {isHead && <Avatar name={message.author.name} url={message.author.avatarUrl} />}
        <div class="message-main">
          {isHead ? <Head message={message} /> : <Moment at={message.createdAt} />}
          {isEditing ? (
            <MessageEditor message={message} onDone={() => onEdit(undefined)} />
          ) : (
            <Body message={message} />
          )}
          {message.ephemeral && (
            <p class="whisper">
              <Icon name="eye" /> Only you can see this
            </p>
          )}
        </div>
        {!isEditing && (
          <MessageTools message={message} onReply={() => onReply(message)} onEdit={() => onEdit(message)} />
        )}
      </li>
    );
  }
}

/** Who has said it, and when. */
export function Head({ message }: { readonly message: Message }): JSX.Element {
  const { author, createdAt } = message;
  return (
    <header>
      <span class="author">{author.name}</span>
      {author.bot && <span class="bot-tag">App</span>}
      <Moment at={createdAt} />
    </header>
  );
}

export const Moment = ({ at }: { readonly at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
    {clockTime(at)}
  </time>
);

function Body({ message }: { readonly message: Message }): JSX.Element {
  const names = namesIn(useWorkspaceQuietly());
  return (
    <>
      <div class="said">
        {message.thinking && (
          <p class="thinking">
            <Dots /> {message.author.name} is thinking …
          </p>
        )}
        {message.unanswered && <p class="thinking">The application did not respond</p>}
        {message.content && <Markdown text={message.content} names={names} />}
        {message.editedAt !== undefined && (
          <span class="edited" title={fullTime(message.editedAt)}>
            (edited)
          </span>
        )}
      </div>
      {message.embeds.map((embed, index) => (
        <EmbedView key={index} embed={embed} names={names} />
      ))}
      <Attachments attachments={message.attachments} />
      {message.components.map((component, index) => (
        <ComponentView key={index} component={component} message={message} names={names} />
      ))}
      <Reactions message={message} />
      <ThreadChip threadId={message.threadId} />
    </>
  );
}

export const Dots = () => (
  <span class="dots" aria-hidden="true">
    <i />
    <i />
    <i />
  </span>
);

/** Said by the platform itself. */
function Note({ message }: { readonly message: Message }): JSX.Element {
  return (
    <li class="note" data-id={message.id}>
      <strong>{message.author.name}</strong> {message.content} <ThreadChip threadId={message.threadId} />{" "}
      <Moment at={message.createdAt} />
    </li>
  );
}
