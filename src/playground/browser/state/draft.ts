import { useEffect, useState } from "preact/hooks";

/** Text that comes into a composer from elsewhere; `count` tells one seed from the next. */
export interface Draft {
  readonly text: string;
  readonly count: number;
}

/** Told when words were put into a field from elsewhere. */
const SEEDED = "draft-seeded";

const keyOf = (name: string) => `draft ${name}`;

/** The name under which a person's words for a place are kept. */
export const draftName = (person: string, placeId: string) => `${person} ${placeId}`;

export const hasDraft = (name: string) => sessionStorage.getItem(keyOf(name)) !== null;

/** Puts words into the field of a place, wherever it is drawn, and the focus with them. */
export function seedDraft(name: string, text: string): void {
  sessionStorage.setItem(keyOf(name), text);
  dispatchEvent(new CustomEvent(SEEDED, { detail: keyOf(name) }));
}

/** What is written and not yet sent. It outlives a reload of this window. */
export function useDraft(name: string, seed: Draft | undefined) {
  const key = keyOf(name);
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  const change = (next: string) => {
    setText(next);
    if (next === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, next);
  };
  const [sown, setSown] = useState(0);
  useEffect(() => {
    if (seed) change(seed.text);
  }, [seed?.count]);
  useEffect(() => {
    const take = (event: Event) => {
      if (!(event instanceof CustomEvent) || event.detail !== key) return;
      setText(sessionStorage.getItem(key) ?? "");
      setSown((count) => count + 1);
    };
    addEventListener(SEEDED, take);
    return () => removeEventListener(SEEDED, take);
  }, [key]);
  return [{ text, seeded: (seed?.count ?? 0) + sown }, change] as const;
}
