import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Context, MiddlewareHandler } from "hono";
import { sentences } from "../sentences/sentences.ts";
import { problem } from "./problems.ts";

/** Needs no token: it tells only whether we live, and how to ask. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/api/openapi.json"]);

/** With a token: whoever has it. */
export function bearer(token: string): MiddlewareHandler {
  return async function wantTheToken(context, next) {
    const header = context.req.header("authorization") ?? "";
    const given = /^Bearer (?<token>\S+)$/i.exec(header)?.groups?.token;
    if (OPEN_PATHS.has(context.req.path) || (given !== undefined && isSame(given, token))) return next();
    context.header("www-authenticate", 'Bearer realm="Rapport"');
    return problem(context, 401, { detail: sentences.http.tokenMissing, code: "unauthorized" });
  };
}

/**
 * Without one: whoever is on this machine, but no web site that a browser on it shows. A name that was bound to this
 * address (DNS rebinding) comes with a foreign Host, a form or script of elsewhere with a foreign Origin.
 */
export function onlyFromHere(): MiddlewareHandler {
  return async function refuseForeignSites(context, next) {
    if (!isLocalName(context.req.header("host"))) {
      return problem(context, 421, { detail: sentences.http.onlyThisMachine, code: "misdirected" });
    }
    if (isCrossSite(context)) {
      return problem(context, 403, { detail: sentences.http.noOtherSite, code: "forbidden" });
    }
    return next();
  };
}

/** An address, or the one name that nobody else can claim. */
function isLocalName(host: string | undefined): boolean {
  if (!host) return false;
  const name = host.replace(/:\d+$/, "");
  return name.toLowerCase() === "localhost" || isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

function isCrossSite(context: Context): boolean {
  const origin = context.req.header("origin");
  if (origin !== undefined) return origin !== `http://${context.req.header("host")}`;
  const site = context.req.header("sec-fetch-site");
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** By their hashes, which have one length: neither it nor the first difference shows in the time it takes. */
const isSame = (given: string, right: string) => timingSafeEqual(hash(given), hash(right));
const hash = (text: string) => createHash("sha256").update(text).digest();
