import type { ServerResponse } from "node:http";
import type { Clock } from "./clock.ts";
import type { Fault } from "./faults.ts";

/** What a CDN says in the service's place. */
const PAGE =
  "<!doctype html><title>Error 1015</title><p>You are being rate limited by the owner of this site.";

/** Answers as somebody between the service and its client does. */
export function sendPage(
  response: ServerResponse,
  { status, retryAfter, json }: Extract<Fault, { type: "page" }>,
  clock: Clock,
): void {
  response
    .writeHead(status, {
      date: dateOf(clock),
      "content-type": json === undefined ? "text/html; charset=UTF-8" : "application/json",
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    })
    .end(json ?? PAGE);
}

/** By the emulator's clock, as everything else that it dates. */
export const dateOf = (clock: Clock): string => new Date(clock.now()).toUTCString();
