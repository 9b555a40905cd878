import { parseJson } from "../../kit/http/body.ts";
import type { HttpRequest } from "../../kit/http/exchange.ts";
import { isObject } from "../wire.ts";

/** What a file of 64 MiB needs less than: larger ones are not what an emulated Slack is for. */
export const REQUEST_LIMIT_BYTES = 64 * 1024 * 1024;

/** One request, read whole. */
export interface ReadRequest extends Pick<HttpRequest, "method" | "url" | "headers" | "contentType"> {
  readonly raw: Buffer;
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
