import { z } from "zod";
import { count, text } from "../methods/arguments.ts";
import { SlackApiError } from "./api-error.ts";

const DEFAULT_ITEMS = 100;
const ITEMS_AT_MOST = 1_000;

export const pageArguments = z.object({ cursor: text.optional(), limit: count.optional() });

interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the last page is empty. */
  readonly metadata: { readonly next_cursor: string };
}

/** A page of a list, by Slack's opaque cursors. */
export function page<Item>(all: readonly Item[], args: z.output<typeof pageArguments>): Page<Item> {
  const limit = args.limit ?? DEFAULT_ITEMS;
  if (limit < 1 || limit > ITEMS_AT_MOST) throw new SlackApiError("invalid_limit");
  const start = args.cursor ? decodeCursor(args.cursor) : 0;
  const items = all.slice(start, start + limit);
  const end = start + items.length;
  return { items, metadata: { next_cursor: end < all.length ? encodeCursor(end) : "" } };
}

function encodeCursor(offset: number): string {
  return Buffer.from(`next:${offset}`).toString("base64");
}

function decodeCursor(cursor: string): number {
  const offset = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  if (offset === undefined) throw new SlackApiError("invalid_cursor");
  return Number(offset);
}
