import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";

/** What nobody guesses, of another value at each start. */
export const newSecret = (): string => randomBytes(24).toString("hex");

/** An address, or a name that no foreign server can claim. */
export function isLocalName(host: string | undefined): boolean {
  if (!host) return false;
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

interface Refused {
  readonly status: 403 | 421;
  readonly text: string;
}

/**
 * What is emulated answers programs on this machine, which know its secrets, and no web site that a browser here has open.
 * A name that was bound to this address (DNS rebinding) comes with a foreign Host; a script or form elsewhere comes with
 * its Origin, or with the word of the browser that another site asks. Links may be followed, and pictures be shown on our
 * own page, which is on another port.
 */
function refusalOf({ method, headers }: Pick<IncomingMessage, "method" | "headers">): Refused | undefined {
  if (!isLocalName(headers.host))
    return { status: 421, text: "This server answers to its own address only." };
  return isForeign(method ?? "GET", headers)
    ? { status: 403, text: "This server answers no other web site." }
    : undefined;
}

function isForeign(method: string, headers: IncomingHttpHeaders): boolean {
  if (headers.origin !== undefined) return headers.origin !== `http://${headers.host}`;
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return false;
  const isReading = method === "GET" || method === "HEAD";
  const isLink = headers["sec-fetch-mode"] === "navigate";
  return !isReading || !(isLink || site === "same-site");
}

/** Answers such a request with its refusal; true when it was one. */
export function refuseForeign(request: IncomingMessage, response: ServerResponse): boolean {
  const refused = refusalOf(request);
  if (!refused) return false;
  request.resume();
  response.writeHead(refused.status, { "content-type": "text/plain; charset=utf-8" }).end(refused.text);
  return true;
}

/** The same for a connection that wants to become a WebSocket; true when it was refused and is over. */
export function refuseUpgrade(request: IncomingMessage, socket: Duplex): boolean {
  const refused = refusalOf(request);
  if (!refused) return false;
  socket.end(`HTTP/1.1 ${refused.status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  return true;
}
