import type { Context, MiddlewareHandler } from "hono";
import { boundedBytes } from "../core/text/bounded-bytes.ts";

/**
 * Refuses a body that is too large, however it is sent. Hono's own does it by making another `Request` of one whose length
 * is not announced, which fails for the server's: those are none of Node's (`overrideGlobalObjects: false`).
 */
export function bodyLimit(maxBytes: number, refuse: (context: Context) => Response): MiddlewareHandler {
  return async function limitBody(context, next) {
    const { raw } = context.req;
    const { headers, body, url, method, signal } = raw;
    if (!body) return next();
    const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
    if (length !== null) return Number(length) > maxBytes ? refuse(context) : next();
    const bytes = await boundedBytes(body, maxBytes);
    if (!bytes) return refuse(context);
    context.req.raw = new Request(url, { method, headers: [...headers], body: bytes, signal });
    return next();
  };
}
