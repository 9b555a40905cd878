import type { UploadedFile } from "../messages/attachments.ts";
import { invalidField } from "./api-error.ts";

export interface Call {
  /** A value of the path, by its name in the pattern. */
  param(name: string): string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export interface Answer {
  /** 200 with a body, 204 without one, unless it says otherwise. */
  readonly status?: number;
  readonly body?: unknown;
}

export interface LimitRule {
  readonly limit: number;
  readonly windowMs: number;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As in Discord's OpenAPI document: `/channels/{channel_id}/messages`. */
  readonly pattern: string;
  /** Webhook and interaction routes are authorised by the token in their path, and come without a header. */
  readonly auth?: "bot" | "path";
  readonly limit?: LimitRule;
  /** Interaction callbacks are in no bucket and not under the global limit. */
  readonly unlimited?: boolean;
  readonly handle: (call: Call) => Answer;
}

/** A call's view of its path. Ids must look like ids, as Discord has it. */
export function paramReader(params: ReadonlyMap<string, string>): Call["param"] {
  return (name) => {
    const value = params.get(name);
    if (value === undefined) throw new Error(`The route has no part {${name}}.`);
    if (name.endsWith("_id") && !/^\d{15,20}$/.test(value)) {
      throw invalidField([name], "NUMBER_TYPE_COERCE", `Value "${value}" is not snowflake.`);
    }
    return value;
  };
}
