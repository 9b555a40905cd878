/**
 * JSON as Discord reads it: ids come as strings or as integers, and an integer that a number of JavaScript cannot hold is
 * handed on as the string of its digits.
 *
 * @throws {SyntaxError}
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(withLongIntegersQuoted(text));
}

/** Fewer digits are safe as a number. */
const LONG = 16;
const IN_NUMBER = /[\d.eE+-]/;

function withLongIntegersQuoted(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const end = text[at] === '"' ? endOfString(text, at) : endOfNumber(text, at);
    if (end - at >= LONG && text[at] !== '"' && /^\d+$/.test(text.slice(at, end))) {
      parts.push(text.slice(from, at), '"', text.slice(at, end), '"');
      from = end;
    }
    at = Math.max(end, at + 1);
  }
  return parts.join("") + text.slice(from);
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function endOfNumber(text: string, start: number): number {
  let at = start;
  while (at < text.length && IN_NUMBER.test(text[at] ?? "")) at += 1;
  return at;
}
