import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { AppError } from "../../../core/domain/errors.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { withPlainerWays } from "../../shared/messages/plainer-ways.ts";
import { errorTranslation, slowDownText } from "../../shared/translate-errors.ts";
import { type PlatformUnavailable, pausedText } from "../../shared/unavailable.ts";

/** Discord said no. It holds neither address nor body: those contain tokens and what people said. */
export class PlatformRejection extends Error {
  override readonly name = "PlatformRejection";
  readonly status: number;
  readonly code: number;
  /** The permission that the request needs, as Discord's settings name it. */
  readonly needs: string | undefined;

  constructor(message: string, refused: { status: number; code: number; needs: string | undefined }) {
    super(message);
    this.status = refused.status;
    this.code = refused.code;
    this.needs = refused.needs;
  }
}

export function isRejected(error: unknown, ...codes: readonly number[]): error is PlatformRejection {
  return error instanceof PlatformRejection && codes.includes(error.code);
}

const MODERATED: ReadonlySet<number> = new Set([
  Code.MessageWasBlockedByAutomaticModeration,
  Code.TitleWasBlockedByAutomaticModeration,
  Code.MessageBlockedByHarmfulLinksFilter,
]);

/** The message itself is not taken as it is, and perhaps with less beside its words. */
const isFormRejected = (error: unknown): error is PlatformRejection =>
  error instanceof PlatformRejection &&
  error.status === 400 &&
  !MODERATED.has(error.code) &&
  !NOT_ABOUT_FORM.has(error.code);

/** The place, its state or what was answered is at fault; all with status 400. */
const NOT_ABOUT_FORM: ReadonlySet<number> = new Set([
  Code.InvalidActionOnArchivedThread,
  Code.InteractionHasAlreadyBeenAcknowledged,
  Code.CannotReplyWithoutPermissionToReadMessageHistory,
  Code.ThreadAlreadyCreatedForMessage,
  Code.MaximumActiveThreads,
]);

/** Tries one way after the other, each with less beside the words, while Discord refuses the form of it. */
export const withPlainerForms = <Said>(
  ways: readonly [() => Promise<Said>, ...(() => Promise<Said>)[]],
  refused: (rejection: PlatformRejection) => void,
): Promise<Said> => withPlainerWays(ways, isFormRejected, refused);

/** The token of an interaction or a webhook is no longer good: too old, deleted, or not yet known. */
export const isTokenDead = (error: unknown): boolean =>
  isRejected(error, Code.UnknownWebhook, Code.InvalidWebhookToken, Code.UnknownInteraction);

const { refused } = sentences.discord;

const SENTENCES: Readonly<Record<number, string>> = {
  [Code.UnknownChannel]: refused.unknownChannel,
  [Code.UnknownGuild]: refused.unknownGuild,
  [Code.UnknownMessage]: refused.unknownMessage,
  [Code.MissingAccess]: refused.missingAccess,
  [Code.CannotSendMessagesToThisUser]: refused.cannotWriteToYou,
  [Code.ThreadLocked]: refused.threadLocked,
  [Code.MaximumActiveThreads]: refused.tooManyThreads,
  [Code.MessageWasBlockedByAutomaticModeration]: refused.autoModeration,
  [Code.TitleWasBlockedByAutomaticModeration]: refused.titleAutoModeration,
  [Code.MessageBlockedByHarmfulLinksFilter]: refused.links,
  [Code.RequestEntityTooLarge]: refused.tooLarge,
  [Code.FileUploadedExceedsMaximumSize]: refused.tooLarge,
};

/** Somebody with no server in common, a variant of closed direct messages. */
export const NO_MUTUAL_GUILDS = 50_278;

/** For a way that is closed for long beside another one: nobody is to wait for it. */
export const refusedUntil = (cause: PlatformUnavailable): AppError =>
  new AppError("platform_rejected", pausedText("Discord", cause.until), { message: cause.message, cause });

/** The one place where Discord's numbers become sentences. */
export const { toAppError, translateErrors } = errorTranslation("Discord", (error) => {
  if (!(error instanceof PlatformRejection)) return undefined;
  const message = `${error.code} ${error.message}`;
  return error.status === 429
    ? { code: "platform_unavailable", sentence: slowDownText("Discord"), message }
    : { code: "platform_rejected", sentence: sentence(error), message };
});

function sentence({ code, needs }: PlatformRejection): string {
  if (code === Code.MissingPermissions) return sentences.discord.lostPermission(needs ?? "Send Messages");
  if (code === NO_MUTUAL_GUILDS) return sentenceOfCode(Code.CannotSendMessagesToThisUser);
  return sentenceOfCode(code);
}

const sentenceOfCode = (code: number) => SENTENCES[code] ?? refused.other;
