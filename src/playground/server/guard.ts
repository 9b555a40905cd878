import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { isLocalName } from "../../emulators/kit/own-machine.ts";
import { sentences } from "../../sentences/sentences.ts";

const { page } = sentences.playground;

/** The header in which the page shows that it is the page. */
const TOKEN_HEADER = "x-page-token";

export const newPageToken = () => randomBytes(24).toString("base64url");

/**
 * Keeps other web sites out of a server that trusts whoever reaches it. A name that was bound to this address
 * (DNS rebinding) comes with a foreign Host; a form or script elsewhere comes with a foreign Origin or without
 * the token, which only a page served from here can read.
 */
export function guard(options: {
  readonly token: string;
  /** Where pictures may come from besides the page itself. */
  readonly pictures: readonly string[];
}): MiddlewareHandler {
  const headers = securityHeaders(options.pictures.map((address) => new URL(address).origin));
  return async function guardThePage(context, next) {
    if (!isLocalName(context.req.header("host"))) return context.text(page.ownAddressOnly, 421);
    if (isCrossSite(context)) return context.text(page.itselfOnly, 403);
    if (!isReading(context) && !sameText(context.req.header(TOKEN_HEADER) ?? "", options.token)) {
      return context.json({ error: page.olderThanRestart }, 403);
    }
    await next();
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    return;
  };
}

function securityHeaders(pictures: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    // Attachments lie on the emulated platforms, which are on this machine too.
    `img-src 'self' data: ${pictures.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

function isCrossSite(context: Context): boolean {
  const origin = context.req.header("origin");
  if (origin !== undefined) return origin !== `http://${context.req.header("host")}`;
  const site = context.req.header("sec-fetch-site");
  // A link to the page may be followed from anywhere; what it loads may not.
  const isOpening = context.req.path === "/" && context.req.header("sec-fetch-mode") === "navigate";
  return site !== undefined && site !== "same-origin" && site !== "none" && !isOpening;
}

const isReading = (context: Context) => context.req.method === "GET" || context.req.method === "HEAD";

function sameText(given: string, right: string): boolean {
  const [left, other] = [Buffer.from(given), Buffer.from(right)];
  return left.length === other.length && timingSafeEqual(left, other);
}
