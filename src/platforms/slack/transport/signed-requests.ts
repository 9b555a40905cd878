import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { isValidSlackRequest } from "@slack/bolt";
import type { TimeOffset } from "../../shared/time-offset.ts";

/** Where Slack calls us. */
const PATH = /^\/slack\/events(?:\?|$)/;
/** Far more than Slack sends: a form's values are some hundred thousand bytes at most. */
const BODY_BYTES = 4_000_000;
const FORM = "application/x-www-form-urlencoded";

/**
 * Reads what Slack sends before bolt does, for two reasons: bolt 5.1 judges the age of a signature by this machine's clock
 * alone, which may be wrong by more than the five minutes; and it reads `body.type` in a promise that nobody catches, so
 * that a signed `null` would end the process. It takes a request whose body was read before it.
 */
export function onlySigned(
  listener: RequestListener,
  { signingSecret, time }: { signingSecret: string; time: TimeOffset },
): RequestListener {
  return (request, response) => {
    if (request.method !== "POST" || !PATH.test(request.url ?? "")) return listener(request, response);
    read(request).then(
      (body) => {
        if (body === undefined) return end(response, 413);
        const { headers } = request;
        // Slack's check of the certificate is not signed: nothing else of it is passed on.
        if (isSslCheck(headers["content-type"], body)) return pass(Buffer.from("ssl_check=1"));
        if (!isSigned(headers, body)) return end(response, 401);
        if (!mayBeRead(headers["content-type"], body)) return end(response, 400);
        pass(body);
      },
      // Whoever called is gone.
      () => response.destroy(),
    );
    const pass = (rawBody: Buffer) => listener(Object.assign(request, { rawBody }), response);
  };

  function isSigned(headers: IncomingMessage["headers"], body: Buffer): boolean {
    const signature = headers["x-slack-signature"];
    const timestamp = Number(headers["x-slack-request-timestamp"]);
    if (typeof signature !== "string" || Number.isNaN(timestamp)) return false;
    return isValidSlackRequest({
      signingSecret,
      body: body.toString(),
      headers: { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp },
      nowMilliseconds: time.now(),
    });
  }
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > BODY_BYTES) return undefined;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

const isSslCheck = (type: string | undefined, body: Buffer): boolean =>
  type === FORM && new URLSearchParams(body.toString()).get("ssl_check") === "1";

/** What is no JSON at all bolt refuses by itself. */
function mayBeRead(type: string | undefined, body: Buffer): boolean {
  const text = body.toString();
  const json = type === FORM ? new URLSearchParams(text).get("payload") : text;
  if (json === null) return true;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return true;
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: "close" }).end();
}
