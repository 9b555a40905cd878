import { sentences } from "../../../sentences/sentences.ts";
import { errorTranslation, noAnswerText, slowDownText } from "../../shared/translate-errors.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";

/** Slack said no. It holds neither the call nor its answer: those contain tokens and what people said. */
export class PlatformRejection extends Error {
  override readonly name = "PlatformRejection";
  /** Slack's own word for it, such as `not_in_channel`. */
  readonly code: string;
  /** The scope that is missing, if that is it. */
  readonly needs: string | undefined;

  constructor(method: string, refused: { readonly code: string; readonly needs?: string | undefined }) {
    super(`${method}: ${refused.code}`);
    this.code = refused.code;
    this.needs = refused.needs;
  }
}

/** Too many calls: Slack did nothing, and says when it will again. */
export class RateLimited extends PlatformUnavailable {
  readonly retryAfterMs: number;

  constructor(method: string, retryAfterMs: number) {
    super(`${method}: rate limited for ${retryAfterMs} ms`, { mayHaveSucceeded: false });
    this.retryAfterMs = retryAfterMs;
  }
}

export function isRejected(error: unknown, ...codes: readonly string[]): error is PlatformRejection {
  return error instanceof PlatformRejection && codes.includes(error.code);
}

/** The bot is not in the channel, or does not see it at all. */
export const CHANNEL_CLOSED = ["not_in_channel", "channel_not_found"] as const;
/** Admins say who may write there, and the bot is not among them. */
export const POSTING_RESTRICTED = [
  "restricted_action",
  "restricted_action_read_only_channel",
  "restricted_action_thread_only_channel",
  "restricted_action_non_threadable_channel",
  "restricted_action_thread_locked",
  "posting_to_general_channel_denied",
  "ekm_access_denied",
] as const;
/** The installation is gone: every call of this workspace will fail. */
export const INSTALLATION_GONE = [
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "not_installed",
] as const;

/** Slack refused something else than what a message says or how it looks: shown more simply it would be refused as well. */
const NOT_ABOUT_FORM: ReadonlySet<string> = new Set([
  ...CHANNEL_CLOSED,
  ...POSTING_RESTRICTED,
  ...INSTALLATION_GONE,
  "is_archived",
  "message_not_found",
  "thread_not_found",
  "cannot_reply_to_message",
  "cant_update_message",
  "edit_window_closed",
  "streaming_state_conflict",
  "not_authed",
  "user_not_in_channel",
]);

/** Whether the message may be taken without its name, its blocks or its buttons. */
export const isFormRejected = (error: unknown): error is PlatformRejection =>
  error instanceof PlatformRejection && !NOT_ABOUT_FORM.has(error.code) && !isTemporary(error.code);

const SENTENCES: Readonly<Record<string, string>> = sentences.slack.refused;

/** The one place where Slack's words become sentences. */
export const { toAppError, translateErrors } = errorTranslation("Slack", (error) => {
  if (error instanceof RateLimited) return { code: "platform_unavailable", sentence: slowDownText("Slack") };
  if (!(error instanceof PlatformRejection)) return undefined;
  return isTemporary(error.code)
    ? { code: "platform_unavailable", sentence: noAnswerText("Slack") }
    : { code: "platform_rejected", sentence: sentenceOf(error) };
});

/** Slack's words for its own troubles, from the list that every method shares. */
const TEMPORARY: ReadonlySet<string> = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "team_added_to_org",
  "request_timeout",
  "ratelimited",
]);

export const isTemporary = (code: string): boolean => TEMPORARY.has(code);

function sentenceOf({ code, needs }: PlatformRejection): string {
  if (code === "missing_scope") return sentences.slack.lostScope(needs);
  return SENTENCES[code] ?? sentences.slack.refusedOther;
}
