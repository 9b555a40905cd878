import { AppError } from "../../../core/domain/errors.ts";
import type { AttachmentRequest } from "../../../core/ports/platform.ts";
import { boundedBytes } from "../../../core/text/bounded-bytes.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { PlatformUnavailable } from "../unavailable.ts";

const TIMEOUT_MS = 10_000;

/** Where a platform keeps the files that people attach. */
export interface FileServer {
  readonly platform: string;
  readonly hosts: (hostname: string) => boolean;
  /** Another server than the real one serves its files itself. */
  readonly apiBase: string | undefined;
}

/** @throws {AppError} `platform_rejected` for an address that is not the platform's own: neither it nor a token goes there */
export function ownFileAddress(address: string, { platform, hosts, apiBase }: FileServer): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isOwn =
    url &&
    (apiBase === undefined
      ? url.protocol === "https:" && hosts(url.hostname)
      : url.origin === new URL(apiBase).origin);
  if (!isOwn) throw new AppError("platform_rejected", sentences.platform.notItsFile(platform));
  return url;
}

/**
 * Asks for a file, without following where it leads.
 *
 * @throws {PlatformUnavailable} without its cause, which names the address: that may be a secret
 */
export function fetchFile(
  url: URL,
  { headers = {}, signal }: { readonly headers?: Record<string, string>; readonly signal: AbortSignal },
): Promise<Response> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return fetch(url, { headers, redirect: "manual", signal: either }).catch(() => {
    signal.throwIfAborted();
    throw new PlatformUnavailable("a file could not be fetched", { mayHaveSucceeded: false });
  });
}

/**
 * All that an answer holds, and no more of it than was asked for.
 *
 * @throws {AppError} `invalid_input` for a file that is larger
 * @throws {PlatformUnavailable} for one that breaks off
 */
export async function readFileBody(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: Pick<AttachmentRequest, "maxBytes" | "signal">,
): Promise<Uint8Array> {
  const bytes = await boundedBytes(body, maxBytes).catch(() => {
    signal.throwIfAborted();
    throw new PlatformUnavailable("a file broke off", { mayHaveSucceeded: false });
  });
  if (!bytes) throw new AppError("invalid_input", sentences.platform.fileTooLarge);
  return bytes;
}
