import type { JsonObject } from "../wire.ts";

/** Slack says no: HTTP 200 and `{ ok: false, error }`, which web-api throws as WebAPIPlatformError. */
export class SlackApiError extends Error {
  override readonly name = "SlackApiError";
  readonly error: string;
  readonly details: JsonObject;

  constructor(error: string, details: JsonObject = {}) {
    super(error);
    this.error = error;
    this.details = details;
  }

  get body(): JsonObject {
    return { ok: false, error: this.error, ...this.details };
  }
}

/** With the reasons as Slack gives them, in `response_metadata.messages`. */
export function refuseWithReasons(error: string, reasons: readonly string[]): SlackApiError {
  return new SlackApiError(error, {
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  });
}

/** What a person's client would not let them do. */
export class NotPossible extends Error {
  override readonly name = "NotPossible";
}
