import Letta from "@letta-ai/letta-client";
import { z } from "zod";
import { AppError } from "../core/domain/errors.ts";
import { sentences } from "../sentences/sentences.ts";
import { toLettaError } from "./errors.ts";

/** For messages and for whatever is made: a second request would say or make it twice. */
export const ONCE = { maxRetries: 0 } as const;

/** Headers the client may send; `user_id` would choose the acting user unchecked. */
const SENT = new Set(["accept", "content-type", "user-agent"]);

/**
 * A client whose behaviour depends on these two settings alone: by itself it also reads LETTA_API_KEY,
 * LETTA_BASE_URL, LETTA_LOG and LETTA_CUSTOM_HEADERS, and without an address it talks to Letta Cloud.
 */
export function connect({
  baseUrl,
  apiKey,
  onUnreachable = () => undefined,
}: {
  baseUrl: string;
  apiKey?: string | undefined;
  /** Called when nobody is at the address. */
  onUnreachable?: () => void;
}): Letta {
  if (!URL.canParse(baseUrl) || !/^https?:/i.test(baseUrl)) {
    throw new AppError("misconfigured", sentences.letta.badAddress);
  }
  return new Letta({
    baseURL: baseUrl,
    apiKey: apiKey ?? null,
    // Reads and repeatable changes; ONCE overrides it.
    maxRetries: 1,
    timeout: 30_000,
    // It would print bodies to the console.
    logLevel: "off",
    fetch: async (url, init) => {
      try {
        return await fetch(url, { ...init, headers: headersOf(init?.headers, apiKey) });
      } catch (error) {
        if (isUnreachable(error)) onUnreachable();
        throw error;
      }
    },
  });
}

/** As undici says it: for a name of several addresses the cause holds an error for each, and the code of the first. */
const isUnreachable = (error: unknown): boolean => Unreachable.safeParse(error).success;
/** A container that does not run has neither port nor address nor name. */
const Unreachable = z.object({
  cause: z.object({ code: z.enum(["ECONNREFUSED", "EHOSTUNREACH", "ENOTFOUND"]) }),
});

/** Every request but a stream goes through here: its failure is translated once. */
export async function translateErrors<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toLettaError(error);
  }
}

function headersOf(given: RequestInit["headers"], apiKey: string | undefined): Headers {
  const headers = new Headers();
  for (const [name, value] of new Headers(given)) {
    if (SENT.has(name) || name.startsWith("x-stainless-")) headers.set(name, value);
  }
  if (apiKey !== undefined) headers.set("authorization", `Bearer ${apiKey}`);
  return headers;
}
