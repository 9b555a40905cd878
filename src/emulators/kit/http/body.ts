import type { IncomingMessage } from "node:http";

const NOTHING = Buffer.alloc(0);

export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/**
 * All that was sent. What is too long is read to its end all the same, so that its sender hears the answer.
 *
 * @throws {BodyTooLarge}
 */
export async function readAll(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
  // A stream that has nothing to give costs a sixth of a plain GET.
  if (length === undefined && encoding === undefined) return NOTHING;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= limitBytes) chunks.push(bytes);
  }
  if (size > limitBytes) throw new BodyTooLarge(`The body is larger than ${limitBytes} bytes.`);
  return Buffer.concat(chunks);
}

/** A body of type multipart/form-data. */
export function readForm(raw: Buffer, contentType: string): Promise<FormData> {
  return new Response(new Uint8Array(raw), { headers: { "content-type": contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new Error("The multipart body cannot be read.", { cause });
    });
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * JSON as Discord reads it: ids come as strings or as integers, and an integer that a number of JavaScript cannot hold is
 * handed on as the string of its digits. Undefined when it is no JSON.
 */
export function parseExactJson(text: string): unknown {
  return parseJson(withLongIntegersQuoted(text));
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
