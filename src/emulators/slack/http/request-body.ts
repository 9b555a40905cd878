import type { IncomingMessage } from "node:http";
import { isObject } from "../wire.ts";

const REQUEST_LIMIT_BYTES = 64 * 1024 * 1024;

export async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > REQUEST_LIMIT_BYTES) throw new Error("The request is larger than this Slack takes.");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export type Arguments = Readonly<Record<string, unknown>>;

/** The arguments of a call: of its query, and of a form or a JSON object. Undefined when it is no JSON object. */
export function readArguments(url: URL, contentType: string, raw: Buffer): Arguments | undefined {
  const query = Object.fromEntries(url.searchParams);
  if (raw.length === 0) return query;
  if (contentType.startsWith("application/json")) {
    const body = parseJson(raw.toString("utf8"));
    return isObject(body) ? { ...query, ...body } : undefined;
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(raw.toString("utf8"))) };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
