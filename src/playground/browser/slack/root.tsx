import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message, Place } from "../../protocol/protocol.ts";
import { counted } from "../pieces/counted.ts";
import { SlackRow } from "../slack-message/message-row.tsx";
import { heldMessage } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";

interface RootProps {
  readonly thread: Place;
  /** How many answers follow. */
  readonly count: number;
}

/** The message that a thread hangs on; it stands in the channel. */
export function Root({ thread, count }: RootProps): JSX.Element {
  const { state } = useWorkspace();
  const [editing, setEditing] = useState<Message>();
  const held = heldMessage(state, thread.parentId ?? "", thread.id);
  return (
    <div class="root">
      {held?.value ? (
        <ol>
          {/* In its thread it has no bar that leads there. */}
          <SlackRow
            message={{ ...held.value, replies: undefined }}
            isHead
            isLast={count === 0}
            isEditing={editing !== undefined}
            onReply={() => undefined}
            onEdit={setEditing}
          />
        </ol>
      ) : (
        held && <p class="gone">This message was deleted.</p>
      )}
      {count > 0 && (
        <p class="reply-count">
          <span>{counted(count, "reply", "replies")}</span>
        </p>
      )}
    </div>
  );
}
