import type { JSX } from "preact";
import type { Attachment, Message } from "../../protocol/protocol.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { counted } from "../pieces/counted.ts";
import { Icon } from "../pieces/icon.tsx";
import { InlineMarkdown } from "../pieces/markdown.tsx";
import { namesIn, placeHref } from "../state/names.ts";
import { heldMessage, placeOf } from "../state/state.ts";
import { useWorkspace, useWorkspaceQuietly } from "../state/workspace-client.ts";

/** The message that is replied to, above the reply: as it is now, if it is at hand. */
export function ReplyQuote({ reply, placeId }: QuoteProps): JSX.Element {
  const workspace = useWorkspace();
  const held = heldMessage(workspace.state, placeId, reply.id);
  const { author, content = "" } = held ? (held.value ?? {}) : reply;
  if (!author) return <p class="reply-quote">A message that was deleted</p>;
  const show = () => document.querySelector<HTMLElement>(`[data-id="${reply.id}"]`)?.focus();
  return (
    <button type="button" class="reply-quote" onClick={show}>
      <span class="hidden-words">Reply to </span>
      <Avatar name={author.name} url={author.avatarUrl} small />
      <b>{author.name}</b>
      <span class="reply-text">
        <InlineMarkdown text={content} names={namesIn(workspace)} />
      </span>
    </button>
  );
}

interface QuoteProps {
  readonly reply: NonNullable<Message["replyTo"]>;
  readonly placeId: string;
}

export const Origin = ({ origin }: { readonly origin: NonNullable<Message["origin"]> }) => (
  <p class="reply-quote">
    <Avatar name={origin.person} small /> <b>{origin.person}</b> used{" "}
    <span class="mention">{origin.name}</span>
  </p>
);

export function Attachments({
  attachments,
}: {
  readonly attachments: readonly Attachment[];
}): JSX.Element | null {
  if (attachments.length === 0) return null;
  return (
    <ul class="attachments">
      {attachments.map((file) => (
        <li key={file.id}>
          {file.contentType.startsWith("image/") ? (
            <a href={file.url} target="_blank" rel="noopener noreferrer">
              <img src={file.url} alt={file.description ?? file.name} />
            </a>
          ) : (
            <a class="file" href={file.url} target="_blank" rel="noopener noreferrer">
              <Icon name="file" /> {file.name} <small>{sizeOf(file.size)}</small>
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function Reactions({ message }: { readonly message: Message }): JSX.Element | null {
  const workspace = useWorkspaceQuietly();
  if (message.reactions.length === 0) return null;
  return (
    <ul class="reactions">
      {message.reactions.map(({ emoji, count, mine }) => (
        <li key={emoji}>
          <button
            type="button"
            aria-pressed={mine}
            aria-label={`${emoji}, ${count} so far`}
            onClick={() =>
              void workspace.attempt(message.placeId, () =>
                workspace.wire.act("react", { messageId: message.id, emoji }),
              )
            }
          >
            {emoji} <b>{count}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Leads to the thread that hangs on a message. */
export function ThreadChip({ threadId }: { readonly threadId: string | undefined }): JSX.Element | null {
  const workspace = useWorkspace();
  const { state } = workspace;
  const thread = placeOf(state, threadId);
  if (!thread) return null;
  const count = thread.messageCount;
  return (
    <a
      class={`thread-chip${state.unread.has(thread.id) ? " unread" : ""}`}
      href={placeHref(workspace, thread)}
    >
      <Icon name="thread" /> <b>{thread.name}</b>{" "}
      <small>{count === 0 ? "Open thread" : counted(count, "message")} ›</small>
    </a>
  );
}
