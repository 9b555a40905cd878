/** Code in a line or in a block of its own. */
const CODE = /(```[\s\S]*?```|``[^\n]*?``|`[^`\n]+`)/;

/** Changes a text but for its code, in which Discord takes nothing for a mention and shows everything as it is written. */
export const outsideCode = (content: string, change: (text: string) => string): string =>
  content
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
