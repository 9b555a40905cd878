/** What follows a beginning that is known; all of a text that begins otherwise. */
export const withoutPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text;

/** What stands before an end that is known; all of a text that ends otherwise. */
export const withoutSuffix = (text: string, suffix: string): string =>
  text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;

/** A line without what makes it one of a list. */
export const withoutBullet = (line: string): string => line.replace(/^[-•]\s*/, "");
