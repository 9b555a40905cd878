import type { UploadedFile } from "../messages/attachments.ts";
import { type DiscordApiError, invalidField, refuse } from "./api-error.ts";

export interface Call {
  /** A value of the path, by its name in the template. */
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
  readonly template: string;
  /** Webhook and interaction routes are authorised by the token in their path, and come without a header. */
  readonly auth?: "bot" | "path";
  readonly limit?: LimitRule;
  /** Interaction callbacks are in no bucket and not under the global limit. */
  readonly unlimited?: boolean;
  readonly handle: (call: Call) => Answer;
}

export type RouteMatch =
  | { readonly route: Route; readonly params: ReadonlyMap<string, string> }
  | { readonly route: undefined; readonly refusal: DiscordApiError };

/** Finds the route of a path. Literal parts win over named ones: `@original` is never a message id. */
export class Router {
  readonly routes: readonly Route[];
  readonly #parsed: readonly { readonly route: Route; readonly parts: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.routes = routes;
    this.#parsed = routes
      .map((route) => ({ route, parts: route.template.split("/").slice(1) }))
      .sort((left, right) => namedParts(left.parts) - namedParts(right.parts));
  }

  match(method: string, path: string): RouteMatch {
    const parts = path.split("/").slice(1).map(decode);
    const fitting = this.#parsed.filter(({ parts: template }) => fits(template, parts));
    if (fitting.length === 0) return { route: undefined, refusal: refuse.notFound() };
    const found = fitting.find(({ route }) => route.method === method);
    if (!found) return { route: undefined, refusal: refuse.methodNotAllowed() };
    const params = new Map(
      found.parts.flatMap((name, index) =>
        isNamed(name) ? [[name.slice(1, -1), parts[index] ?? ""] as const] : [],
      ),
    );
    return { route: found.route, params };
  }
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

function fits(template: readonly string[], parts: readonly string[]): boolean {
  if (template.length !== parts.length) return false;
  return template.every((part, index) => part === parts[index] || (isNamed(part) && parts[index] !== ""));
}

function isNamed(part: string): boolean {
  return part.startsWith("{");
}

function namedParts(parts: readonly string[]): number {
  return parts.filter(isNamed).length;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
