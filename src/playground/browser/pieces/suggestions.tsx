import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Suggestion {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
}

interface SuggestionsProps {
  readonly id: string;
  readonly label: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly onPick: (index: number) => void;
}

/** A list above the field that is being typed in; the focus stays in the field. */
export function Suggestions({ id, label, items, active, onPick }: SuggestionsProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(
    () => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
    [active],
  );
  return (
    <div class="suggestions">
      <p aria-hidden="true">{label}</p>
      <div role="listbox" id={id} aria-label={label} ref={list}>
        {items.map((item, index) => (
          <div
            key={item.key}
            role="option"
            id={`${id}-${index}`}
            tabIndex={-1}
            aria-selected={index === active}
            // The field must not lose the focus before it hears of the choice.
            onPointerDown={(event) => {
              event.preventDefault();
              onPick(index);
            }}
          >
            <b>{item.title}</b> <small>{item.hint}</small>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Walks a list by keys that are pressed in a field. `keys` says whether it has used the key. */
export function useWalk(length: number, pick: (index: number) => void, dismiss: () => void) {
  const [position, setActive] = useState(0);
  const active = Math.min(position, Math.max(0, length - 1));
  const keys = (event: KeyboardEvent): boolean => {
    if (length === 0 || event.isComposing) return false;
    const actions: Record<string, () => void> = {
      ArrowDown: () => setActive((active + 1) % length),
      ArrowUp: () => setActive((active + length - 1) % length),
      Enter: () => pick(active),
      Tab: () => pick(active),
      Escape: dismiss,
    };
    const action = event.shiftKey ? undefined : actions[event.key];
    if (!action) return false;
    event.preventDefault();
    event.stopPropagation();
    action();
    return true;
  };
  return { active, keys, restart: () => setActive(0) };
}
