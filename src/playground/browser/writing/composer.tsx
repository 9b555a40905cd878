import type { JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message, Place, SlashCommand } from "../../protocol/protocol.ts";
import { isBusy } from "../pieces/focus.ts";
import { Icon } from "../pieces/icon.tsx";
import { Suggestions, useWalk } from "../pieces/suggestions.tsx";
import {
  type CompletionItem,
  commandTyped,
  completionAt,
  type Known,
  knownIn,
  withMentions,
} from "../state/completion.ts";
import { type Draft, draftName, useDraft } from "../state/draft.ts";
import { placeName } from "../state/names.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { CommandForm } from "./command-form.tsx";
import { type ChosenFile, FileButton, FileList } from "./file-button.tsx";

interface ComposerProps {
  readonly place: Place;
  readonly replyTo: Message | undefined;
  readonly onReplyDone: () => void;
  /** Words that were clicked somewhere else, to be put here. */
  readonly seed: Draft | undefined;
  readonly onEditLast: () => void;
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, a slash opens the commands. */
export function Composer(props: ComposerProps): JSX.Element {
  const { place, seed } = props;
  const workspace = useWorkspace();
  const [draft, setDraft] = useDraft(draftName(workspace.state.overview.viewer.name, place.id), seed);
  const [command, setCommand] = useState<{ readonly command: SlashCommand; readonly rest: string }>();
  const known = knownIn(workspace.state, place.id);
  const change = (text: string) => {
    const typed = commandTyped(text, known.commands);
    if (typed) setCommand(typed);
    setDraft(typed ? "" : text);
  };
  // A command that was put here from elsewhere is filled in at once.
  useLayoutEffect(() => {
    if (draft.seeded > 0) change(draft.text);
  }, [draft.seeded]);
  if (place.locked) return <p class="composer-off">This thread is locked.</p>;
  if (command) {
    const close = () => setCommand(undefined);
    return (
      <CommandForm place={place} command={command.command} rest={command.rest} known={known} onDone={close} />
    );
  }
  return (
    <TextComposer
      {...props}
      known={known}
      draft={draft.text}
      onDraft={change}
      onCommand={(one) => {
        setDraft("");
        setCommand({ command: one, rest: "" });
      }}
      seeded={draft.seeded}
    />
  );
}

interface TextComposerProps extends ComposerProps {
  readonly known: Known;
  readonly draft: string;
  /** Counts the seeds that were taken: each brings the focus here. */
  readonly seeded: number;
  readonly onDraft: (text: string) => void;
  readonly onCommand: (command: SlashCommand) => void;
}

function TextComposer(props: TextComposerProps): JSX.Element {
  const { place, replyTo, onReplyDone, known, draft, onDraft } = props;
  const workspace = useWorkspace();
  const listId = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(draft.length);
  const [dismissed, setDismissed] = useState<string>();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [isWriting, setWriting] = useState(false);
  const isOffering = isWriting && dismissed !== draft;
  const completion = isOffering ? completionAt(draft, caret, known) : undefined;
  const items = completion?.items ?? [];
  const walk = useWalk(
    items.length,
    (index) => pick(items[index]),
    () => setDismissed(draft),
  );
  useGrowth(box, draft);
  useLayoutEffect(() => {
    // Where fingers point, the focus would bring up a keyboard that nobody has asked for.
    const isAsked = props.seeded > 0 || replyTo !== undefined;
    // Nor does it leave what is being written elsewhere, when the place has opened by itself.
    if (isAsked || (matchMedia("(pointer: fine)").matches && !isBusy())) box.current?.focus();
  }, [props.seeded, replyTo]);

  const type = (text: string, at: number) => {
    setCaret(at);
    walk.restart();
    onDraft(text);
    if (text !== "" && !text.startsWith("/")) workspace.noteTyping(place.id);
  };
  const pick = (item: CompletionItem | undefined) => {
    if (item?.command) props.onCommand(item.command);
    if (!item?.insert) return;
    const { from, text } = item.insert;
    type(draft.slice(0, from) + text + draft.slice(caret), from + text.length);
  };
  const send = async () => {
    if (draft.trim() === "" && files.length === 0) return;
    const text = withMentions(draft.trim(), known);
    const body = { placeId: place.id, text, files: [...files], ...(replyTo && { replyTo: replyTo.id }) };
    onDraft("");
    workspace.noteDeed(place.id);
    if (await workspace.attempt(place.id, () => workspace.wire.act("say", body))) {
      setFiles([]);
      onReplyDone();
    } else onDraft(draft);
  };
  const press = (event: KeyboardEvent) => {
    if (walk.keys(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
    if (event.key === "Escape") onReplyDone();
    if (event.key === "ArrowUp" && draft === "") props.onEditLast();
  };
  return (
    <div class="composer">
      {completion && (
        <Suggestions
          id={listId}
          label={completion.label}
          items={items}
          active={walk.active}
          onPick={(index) => pick(items[index])}
        />
      )}
      {replyTo && (
        <p class="replying">
          Replying to <b>{replyTo.author.name}</b>
          <button type="button" class="quiet" aria-label="Do not reply" onClick={onReplyDone}>
            <Icon name="close" />
          </button>
        </p>
      )}
      <FileList files={files} onChange={setFiles} />
      <div class="composer-line">
        <FileButton
          onFiles={(more) => setFiles([...files, ...more])}
          onRefused={(reason) => workspace.remark(place.id, reason)}
        />
        <textarea
          ref={box}
          rows={1}
          value={draft}
          placeholder={`Message ${placeName(place)}, or / for commands`}
          aria-label={`Message ${placeName(place)}`}
          aria-haspopup="listbox"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={completion ? `${listId}-${walk.active}` : undefined}
          onInput={(event) => type(event.currentTarget.value, event.currentTarget.selectionStart)}
          onFocus={() => setWriting(true)}
          onBlur={() => setWriting(false)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={press}
        />
        <button
          type="button"
          class="send"
          aria-label="Send"
          disabled={draft.trim() === "" && files.length === 0}
          onClick={() => void send()}
        >
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}

/** As tall as its text, up to what the style sheet allows. */
export function useGrowth(box: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = "auto";
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [text]);
}
