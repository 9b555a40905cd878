import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Where Slack calls us. */
const PATH = /^\/slack\/events(?:\?|$)/;
/** Far more than Slack sends: a form's values are some hundred thousand bytes at most. */
const BODY_BYTES = 4_000_000;

/**
 * Answers with 400 what is no JSON object. Bolt 5.1 reads `body.type` in a promise that nobody catches, so that a signed
 * `null` would end the process. It takes a request whose body was read before it.
 */
export function withReadableBodies(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.method !== "POST" || !PATH.test(request.url ?? "")) return listener(request, response);
    read(request).then(
      (body) => {
        if (body === undefined) return end(response, 413);
        if (!mayBeRead(body, request.headers["content-type"])) return end(response, 400);
        listener(Object.assign(request, { rawBody: body }), response);
      },
      // Whoever called is gone.
      () => response.destroy(),
    );
  };
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

/** What is no JSON at all bolt refuses by itself. */
function mayBeRead(body: Buffer, type: string | undefined): boolean {
  const text = body.toString();
  const isForm = type === "application/x-www-form-urlencoded";
  const json = isForm ? new URLSearchParams(text).get("payload") : text;
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
