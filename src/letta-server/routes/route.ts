import { z } from "zod";
import { malformedId, unprocessable } from "../http/errors.ts";
import { type IdKind, idPattern } from "../ids.ts";
import type { PageRequest } from "../store/listing.ts";
import type { ToolServices } from "../tools/run-tool.ts";
import type { Frame } from "../turn/live-run.ts";
import type { Turns } from "../turn/start-turn.ts";
import type { Abilities } from "../version.ts";

/** What the routes work with. */
export interface RouteServices extends ToolServices {
  readonly turns: Turns;
}

export interface Call {
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** Undefined when nothing was sent. */
  readonly body: unknown;
  /** Aborts when whoever called has left. */
  readonly signal: AbortSignal;
}

/** What a route returns to answer with server-sent events. */
export class EventStream {
  readonly frames: AsyncIterable<Frame>;

  constructor(frames: AsyncIterable<Frame>) {
    this.frames = frames;
  }
}

/** What a route returns to answer 204. */
export class NoContent {}

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** As the contract writes it. */
  readonly pattern: string;
  /** What the server's version must be able to; otherwise there is no such route. */
  readonly needs?: keyof Abilities;
  /** Gives the JSON of a 200, an EventStream, or NoContent; throws HttpError. */
  readonly handle: (call: Call) => Promise<unknown>;
}

/** What stands in the path in this place. */
export const pathParam = (call: Call, name: string): string => call.params.get(name) ?? "";

/** An id from the path; 422 when it does not look like one. */
export function pathId(call: Call, name: string, kind: IdKind): string {
  const id = pathParam(call, name);
  const pattern = idPattern(kind);
  // eslint-disable-next-line text/linear -- one of our own, each of fixed length
  if (!new RegExp(pattern).test(id)) throw malformedId(name, pattern, id);
  return id;
}

const order = z.enum(["asc", "desc"]);

export function pageOf(
  query: URLSearchParams,
  { limit = 50, defaultOrder = "desc" }: { limit?: number; defaultOrder?: "asc" | "desc" } = {},
): PageRequest {
  return {
    order: parseQuery(query, "order", order.default(defaultOrder)),
    limit: parseQuery(query, "limit", z.coerce.number().int().min(0).default(limit)),
    before: query.get("before") ?? undefined,
    after: query.get("after") ?? undefined,
  };
}

/** One value of the query by its schema; 422 when it does not fit. */
export function parseQuery<Schema extends z.ZodType>(
  query: URLSearchParams,
  name: string,
  schema: Schema,
): z.output<Schema> {
  const value = query.get(name) ?? undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const msg = parsed.error.issues[0]?.message ?? "Invalid";
  throw unprocessable([{ type: "value_error", loc: ["query", name], msg, input: value }]);
}

export const flag = (query: URLSearchParams, name: string): boolean => query.get(name) === "true";
