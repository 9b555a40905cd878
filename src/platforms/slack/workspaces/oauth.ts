import type { HTTPReceiverOptions, Installation } from "@slack/bolt";
import { AuthorizationError, InvalidStateError, MissingCodeError, MissingStateError } from "@slack/oauth";
import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import { recordKey } from "../../../core/domain/record-key.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { Call } from "../web-api/clients.ts";
import { OPTIONAL_SCOPES, requiredScopes } from "../web-api/methods.ts";
import { type Refresh, StoredInstallation } from "./installation.ts";

export interface OAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs what comes back from Slack's page, so that nobody else's can be slipped in. */
  readonly stateSecret: string;
  /** Another Slack than the real one: its page of consent, and its API. */
  readonly authorizeUrl?: string | undefined;
  readonly apiUrl?: string | undefined;
}

/** How Slack's API is asked. */
interface FetchOption {
  readonly fetch?: typeof fetch;
}

/** The pages by which the app is installed in a workspace: bolt's, with our storage. */
export function installingOptions(
  { clientId, clientSecret, stateSecret, authorizeUrl, apiUrl, fetch }: OAuth & FetchOption,
  {
    installations,
    back,
  }: {
    readonly installations: RecordStore<StoredInstallation>;
    /** The app is in this workspace, perhaps again. */
    readonly back: (team: string) => Promise<void>;
  },
): Partial<HTTPReceiverOptions> {
  return {
    clientId,
    clientSecret,
    stateSecret,
    scopes: [...requiredScopes(), ...OPTIONAL_SCOPES],
    installationStore: {
      async storeInstallation(installation: Installation) {
        const stored = toStoredInstallation(installation);
        await installations.set(recordKey(stored.team), stored);
        await back(stored.team);
      },
      async fetchInstallation() {
        throw new Error("installations are read by us, not by the SDK");
      },
    },
    installerOptions: {
      directInstall: true,
      callbackOptions: {
        failure(error, _options, _request, response) {
          const { status, sentence } = whyNot(error);
          response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
          response.end(sentences.slack.notInstalled(sentence));
        },
      },
      ...(authorizeUrl !== undefined && { authorizationUrl: authorizeUrl }),
      clientOptions: {
        ...(fetch !== undefined && { fetch }),
        ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
      },
    },
  };
}

/** What went wrong, for whoever looks at the page of it. */
function whyNot(error: Error): { readonly status: number; readonly sentence: string } {
  if (error instanceof AppError) return { status: 400, sentence: error.userMessage };
  // Slack's own page was left by Cancel: nothing else ends in this error there.
  if (error instanceof AuthorizationError) return { status: 400, sentence: sentences.slack.cancelled };
  if ([MissingStateError, InvalidStateError, MissingCodeError].some((each) => error instanceof each))
    return {
      status: 400,
      sentence: sentences.slack.strangeBrowser,
    };
  return { status: 500, sentence: sentences.slack.installAgain };
}

/** One installed for a whole organization has no workspace of its own, and so no members to keep apart. */
export function toStoredInstallation({ team, bot, isEnterpriseInstall }: Installation): StoredInstallation {
  if (isEnterpriseInstall || team === undefined)
    throw new AppError("misconfigured", sentences.slack.wholeOrganization);
  const { id } = team;
  if (bot === undefined) throw new AppError("misconfigured", sentences.slack.withoutBot);
  const { refreshToken, expiresAt } = bot;
  return StoredInstallation.parse({
    team: id,
    token: bot.token,
    bot: bot.userId,
    // Slack gives it in seconds.
    ...(refreshToken !== undefined && { rotation: { refreshToken, expiresAt: (expiresAt ?? 0) * 1_000 } }),
  });
}

const Refreshed = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

/** Exchanges a token of an app whose tokens are rotated, for the next pair. */
export async function exchangeToken(
  { clientId, clientSecret, call, clock }: RefreshServices,
  refreshToken: string,
): ReturnType<Refresh> {
  const answer = await call(
    "oauth.v2.access",
    {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    },
    { repeatable: false },
  );
  const { access_token: token, refresh_token, expires_in } = Refreshed.parse(answer);
  const expiresAt = clock.now() + expires_in * 1_000;
  return { token, rotation: { refreshToken: refresh_token, expiresAt } };
}

type RefreshServices = Pick<OAuth, "clientId" | "clientSecret"> & {
  readonly call: Call;
  readonly clock: Clock;
};
