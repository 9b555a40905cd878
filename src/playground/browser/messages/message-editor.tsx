import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "../../protocol/protocol.ts";
import { knownIn, withMentions, withoutMentions } from "../state/completion.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";

interface EditorProps {
  readonly message: Message;
  /** How what is kept was typed, where that is not with ids in the place of names. */
  readonly typing?: { asTyped(content: string): string; toSend(text: string): string };
  readonly onDone: () => void;
}

/** A message of one's own, open for change: Enter saves, Escape leaves it was. */
export function MessageEditor({ message, typing, onDone }: EditorProps): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const known = knownIn(workspace.state, message.placeId);
  const { asTyped, toSend } = typing ?? {
    asTyped: (content: string) => withoutMentions(content, known),
    toSend: (text: string) => withMentions(text, known),
  };
  const before = asTyped(message.content);
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(before.length, before.length);
  }, []);
  const save = async () => {
    const text = box.current?.value.trim() ?? "";
    if (text === "") return;
    const isChanged = text !== before;
    const act = () => workspace.wire.act("edit", { messageId: message.id, text: toSend(text) });
    if (!isChanged || (await workspace.attempt(message.placeId, act))) onDone();
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={box}
        aria-label="Change your message"
        defaultValue={before}
        rows={Math.min(10, before.split("\n").length)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void save();
        }}
      />
      <p>
        <button type="submit" class="quiet">
          Save
        </button>{" "}
        ·{" "}
        <button type="button" class="quiet" onClick={onDone}>
          Cancel
        </button>
      </p>
    </form>
  );
}
