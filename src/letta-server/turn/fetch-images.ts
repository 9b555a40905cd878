import { inputFailure } from "./failure.ts";
import { type ImageSource, type Incoming, isApproval } from "./input.ts";

const TIMEOUT_MS = 5_000;
const TRIES = 2;

/**
 * What was sent, with the images behind addresses fetched, as the real server does before a turn: without any login, and
 * for five seconds at most. An image that cannot be had ends the turn.
 */
export function withFetchedImages(sent: readonly Incoming[]): Promise<readonly Incoming[]> {
  return Promise.all(
    sent.map(async (incoming) => {
      if (isApproval(incoming) || typeof incoming.content === "string") return incoming;
      const content = await Promise.all(
        incoming.content.map(async (part) =>
          part.type === "image" ? { ...part, source: await fetched(part.source) } : part,
        ),
      );
      return { ...incoming, content };
    }),
  );
}

async function fetched(source: ImageSource): Promise<ImageSource> {
  if (source.type !== "url") return source;
  const { url } = source;
  const scheme = (/^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? "").toLowerCase();
  if (scheme === "data") return ofDataUrl(url);
  if (scheme === "http" || scheme === "https") return fetchImage(url);
  throw inputFailure(
    `INVALID_ARGUMENT: Unsupported image URL scheme '${scheme || "<missing>"}'. Only 'http', 'https', and 'data' ` +
      "image URLs are supported. Local file paths (file://) are not allowed.",
  );
}

function ofDataUrl(url: string): ImageSource {
  const comma = url.indexOf(",");
  if (comma < 0) throw notFetched(`${url.slice(0, 100)}...`, "Invalid data URL format");
  const media_type = url.slice(0, comma).split(";", 1)[0]?.replace("data:", "") || "image/jpeg";
  return { type: "base64", media_type, data: url.slice(comma + 1) };
}

async function fetchImage(url: string, triesLeft = TRIES): Promise<ImageSource> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const media_type = response.headers.get("content-type") ?? "image/png";
    const data = Buffer.from(await response.arrayBuffer()).toString("base64");
    if (response.ok) return { type: "base64", media_type, data };
    throw notFetched(url, `Client error '${response.status}' for url '${url}'`);
  } catch (error) {
    if (error instanceof TypeError) throw notFetched(url, "All connection attempts failed");
    if (!(error instanceof Error) || error.name !== "TimeoutError") throw error;
    if (triesLeft > 1) return fetchImage(url, triesLeft - 1);
    throw notFetched(url, `Timeout after ${TRIES} attempts: `);
  }
}

const notFetched = (url: string, reason: string) =>
  inputFailure(`Failed to fetch image from ${url}: ${reason}`);
