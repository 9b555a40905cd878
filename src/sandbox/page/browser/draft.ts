import { useEffect, useState } from "preact/hooks";

/** Text that comes into a composer from elsewhere; `count` tells one seed from the next. */
export interface Draft {
  readonly text: string;
  readonly count: number;
}

const keyOf = (name: string) => `draft ${name}`;

/** The name under which a person's words for a place are kept. */
export const draftName = (person: string, placeId: string) => `${person} ${placeId}`;

export const hasDraft = (name: string) => sessionStorage.getItem(keyOf(name)) !== null;

/** What is written and not yet sent. It outlives a reload of this window. */
export function useDraft(name: string, seed: Draft | undefined) {
  const key = keyOf(name);
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  const change = (next: string) => {
    setText(next);
    if (next === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, next);
  };
  useEffect(() => {
    if (seed) change(seed.text);
  }, [seed?.count]);
  return [{ text, seeded: seed?.count ?? 0 }, change] as const;
}
