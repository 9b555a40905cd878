const CODE = /(```[\s\S]*?```|``[^\n]*?``|`[^`\n]+`)/;

/** What a text is without its code: nobody is mentioned in that. */
export const withoutCode = (text: string): string =>
  text
    .split(CODE)
    .filter((_, index) => index % 2 === 0)
    .join(" ");

/** Changes a text but for its code. */
export const outsideCode = (text: string, change: (part: string) => string): string =>
  text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
