import { AppError } from "../../core/domain/errors.ts";
import { sentences } from "../../sentences/sentences.ts";
import { PlatformUnavailable, pausedText } from "./unavailable.ts";

/** How people and the core hear of a platform's no. */
interface Explanation {
  /** `platform_unavailable` where it is trouble of its own that passes. */
  readonly code: "platform_rejected" | "platform_unavailable";
  readonly sentence: string;
  /** For the log, where the error's own message does not say enough. */
  readonly message?: string;
}

export interface ErrorTranslation {
  /** An outage or a rejection as the core and people understand it; any other error as it is. */
  toAppError(error: unknown): unknown;
  /** Runs what a platform was asked for; its failures leave in the core's words. */
  translateErrors<T>(work: () => Promise<T>): Promise<T>;
}

/** `explain` is the one place where a platform's own words become sentences; undefined for what is not the platform's. */
export function errorTranslation(
  platform: string,
  explain: (error: unknown) => Explanation | undefined,
): ErrorTranslation {
  const noAnswer = noAnswerText(platform);

  function explained(error: unknown): Explanation | undefined {
    const own = explain(error);
    if (!(error instanceof PlatformUnavailable)) return own;
    const sentence = error.isLong ? pausedText(platform, error.until) : (own?.sentence ?? noAnswer);
    return { code: "platform_unavailable", sentence };
  }

  function toAppError(error: unknown): unknown {
    const found = explained(error);
    if (!found || !(error instanceof Error)) return error;
    return new AppError(found.code, found.sentence, {
      message: found.message ?? error.message,
      cause: error,
    });
  }

  return {
    toAppError,
    async translateErrors(work) {
      try {
        return await work();
      } catch (error) {
        throw toAppError(error);
      }
    },
  };
}

export const { away: noAnswerText, slowDown: slowDownText } = sentences.platform;
