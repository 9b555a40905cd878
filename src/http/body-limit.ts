import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { boundedBytes } from "../core/text/bounded-bytes.ts";
import { sentences } from "../sentences/sentences.ts";

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
    const bytes = await boundedBytes(body, maxBytes).catch(hungUp);
    if (!bytes) return refuse(context);
    context.req.raw = new Request(url, { method, headers: [...headers], body: bytes, signal });
    return next();
  };
}

/** Nobody is told any more; but it is no failure of ours, and is not logged as one. */
function hungUp(cause: unknown): never {
  throw new HTTPException(400, { message: sentences.http.bodyCut, cause });
}
