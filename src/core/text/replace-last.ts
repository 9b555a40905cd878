/** A text with the last place where `part` stands replaced; as it is where it stands nowhere. */
export function replaceLast(text: string, part: string, by: string): string {
  const at = lastPlaceOf(text, part);
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + part.length);
}

/**
 * As `text.lastIndexOf(part)` says, in linear time whatever they hold: that of the engine compares again from every place,
 * 100 kB of one letter for seconds. Knuth, Morris and Pratt's way, from the end.
 */
function lastPlaceOf(text: string, part: string): number {
  if (part === "") return text.length;
  const length = part.length;
  /** By how much of the part's end fits, how much of it still fits where it goes on otherwise. */
  const shorter = new Uint32Array(length + 1);
  const goesOn = (fits: number, unit: number) => part.charCodeAt(length - 1 - fits) === unit;
  const fitting = (before: number, unit: number): number => {
    let fits = before;
    while (fits > 0 && !goesOn(fits, unit)) fits = shorter[fits] ?? 0;
    return goesOn(fits, unit) ? fits + 1 : fits;
  };
  for (let at = length - 2, fits = 0; at >= 0; at -= 1) {
    fits = fitting(fits, part.charCodeAt(at));
    shorter[length - at] = fits;
  }
  for (let at = text.length - 1, fits = 0; at >= 0; at -= 1) {
    fits = fitting(fits, text.charCodeAt(at));
    if (fits === length) return at;
  }
  return -1;
}
