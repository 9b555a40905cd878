import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Place } from "../../protocol/protocol.ts";
import { isBusy } from "../pieces/focus.ts";
import { Icon } from "../pieces/icon.tsx";
import { Suggestions, useWalk } from "../pieces/suggestions.tsx";
import { completionAt, knownIn } from "../state/completion.ts";
import { type Draft, draftName, useDraft } from "../state/draft.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { useGrowth } from "../writing/composer.tsx";
import { type ChosenFile, FileButton, FileList } from "../writing/file-button.tsx";
import { type Pick, type SlashLine, slashItems, slashLineIn } from "./slash.ts";

interface ComposerProps {
  readonly place: Place;
  readonly label: string;
  /** Words that were clicked somewhere else, to be put here. */
  readonly seed?: Draft | undefined;
  readonly onEditLast: () => void;
  /** Called with the id of what was said. */
  readonly onSaid?: (messageId: string) => void;
  /** Of an answer in a thread. */
  readonly alsoInChannel?: boolean;
  /** Stands in the place of the button that sends, while an agent is at work. */
  readonly stop?: JSX.Element | undefined;
  /** Stands below the field. */
  readonly children?: ComponentChildren;
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, a slash lists the commands, which are lines of text. */
export function Composer(props: ComposerProps): JSX.Element {
  const { place, label, onSaid, alsoInChannel = false } = props;
  const workspace = useWorkspace();
  const [draft, setDraft] = useDraft(draftName(workspace.state.overview.viewer.name, place.id), props.seed);
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [caret, setCaret] = useState(draft.text.length);
  const [dismissed, setDismissed] = useState<string>();
  const [isWriting, setWriting] = useState(false);
  const listId = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const known = knownIn(workspace.state, place.id);
  const line = slashLineIn(draft.text, known.commands);
  const isOffering = isWriting && dismissed !== draft.text;
  const { label: listLabel, items } = isOffering ? offered() : { label: "", items: [] };
  const walk = useWalk(
    items.length,
    (index) => take(items[index]),
    () => setDismissed(draft.text),
  );
  useGrowth(box, draft.text);
  useLayoutEffect(() => {
    // Nor does it leave what is being written elsewhere, when the place has opened by itself.
    if (draft.seeded > 0 || (matchMedia("(pointer: fine)").matches && !isBusy())) box.current?.focus();
  }, [draft.seeded]);

  function offered(): { readonly label: string; readonly items: readonly Pick[] } {
    if (draft.text.startsWith("/"))
      return { label: "Commands", items: slashItems(draft.text, known.commands) };
    const names = completionAt(draft.text, caret, { ...known, commands: [] });
    const picks = (names?.items ?? []).flatMap(({ key, title, hint, insert }) =>
      insert ? [{ key, title, hint, insert }] : [],
    );
    return { label: names?.label ?? "", items: picks };
  }
  function take(item: Pick | undefined): void {
    if (!item) return;
    const { from, text } = item.insert;
    setCaret(from + text.length);
    setDraft(draft.text.slice(0, from) + text + draft.text.slice(caret));
  }
  const send = async () => {
    const text = draft.text.trim();
    if (text === "" && files.length === 0) return;
    setDraft("");
    workspace.noteDeed(place.id);
    const done = line ? await run(line) : await say(text);
    if (!done) setDraft(draft.text);
  };
  const say = (text: string) =>
    workspace.attempt(place.id, async () => {
      const body = { placeId: place.id, text, alsoInChannel, files: [...files] };
      const { messageId } = await workspace.wire.act("say", body);
      setFiles([]);
      if (messageId) onSaid?.(messageId);
    });
  const run = async ({ command, text }: SlashLine) => {
    await workspace.interact(place.id, () =>
      workspace.wire.act("slash", { placeId: place.id, command: command.name, text }),
    );
    return true;
  };
  const press = (event: KeyboardEvent) => {
    // A command that is typed in full is sent, whatever else begins like it.
    if (!(event.key === "Enter" && line) && walk.keys(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
    if (event.key === "ArrowUp" && draft.text === "") props.onEditLast();
  };
  const isEmpty = draft.text.trim() === "" && files.length === 0;
  return (
    <div class="composer">
      {items.length > 0 && (
        <Suggestions
          id={listId}
          label={listLabel}
          items={items}
          active={walk.active}
          onPick={(index) => take(items[index])}
        />
      )}
      <FileList files={files} onChange={setFiles} />
      <div class="composer-line">
        <textarea
          ref={box}
          rows={1}
          value={draft.text}
          placeholder={label}
          aria-label={label}
          aria-haspopup="listbox"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={items.length > 0 ? `${listId}-${walk.active}` : undefined}
          onInput={(event) => {
            setCaret(event.currentTarget.selectionStart);
            walk.restart();
            setDraft(event.currentTarget.value);
          }}
          onFocus={() => setWriting(true)}
          onBlur={() => setWriting(false)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={press}
        />
        <div class="composer-tools">
          <FileButton
            onFiles={(more) => setFiles([...files, ...more])}
            onRefused={(reason) => workspace.remark(place.id, reason)}
          />
          {line?.command.usage && (
            <span class="usage">
              <b>/{line.command.name}</b> {line.command.usage}
            </span>
          )}
          <span class="spring" />
          {props.stop ?? (
            <button
              type="button"
              class="send"
              aria-label="Send"
              disabled={isEmpty}
              onClick={() => void send()}
            >
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
      {props.children}
    </div>
  );
}
