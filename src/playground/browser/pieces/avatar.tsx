import type { JSX } from "preact";
import { useState } from "preact/hooks";

const HUES = 8;

interface AvatarProps {
  readonly name: string;
  readonly url?: string | undefined;
  readonly small?: boolean;
}

/** A picture where one may be loaded, else the first letter (or emoji) of the name on a colour of its own. */
export function Avatar({ name, url, small = false }: AvatarProps): JSX.Element {
  const [broken, setBroken] = useState(false);
  const size = small ? "avatar small" : "avatar";
  // An emoji may stand where an address is expected.
  const emoji = url && /^\p{Extended_Pictographic}/u.test(url) ? url : undefined;
  if (url && !emoji && !broken) return <img class={size} src={url} alt="" onError={() => setBroken(true)} />;
  return (
    <span class={`${size} hue-${hueOf(name)}`} aria-hidden="true">
      {emoji ?? initialOf(name)}
    </span>
  );
}

function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toUpperCase() ?? "?";
}

function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return sum % HUES;
}
