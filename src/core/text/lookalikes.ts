import unhomoglyph from "unhomoglyph";

/** Longer than any name that is shown. */
const COMPARED = 100;

/**
 * What a name looks like: two names with one key can be taken for each other. Case, accents, spaces, marks and what is
 * invisible do not count, and letters of other scripts are those that they look like (Unicode's confusables).
 */
export function nameKey(name: string): string {
  const shown = name.slice(0, COMPARED).normalize("NFKC").replace(INVISIBLE, "");
  const letters = looksLike(looksLike(shown).toUpperCase().toLowerCase());
  const key = letters.normalize("NFKD").replace(NO_LETTER, "").replace(/[i1]/g, "l").replace(/0/g, "o");
  // A name of emoji or signs alone is compared as it stands.
  return key || shown.replace(/\s+/g, "");
}

const looksLike = (text: string) => unhomoglyph(text);

const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\p{M}]+/gu;
const NO_LETTER = /[^\p{L}\p{N}]+/gu;
