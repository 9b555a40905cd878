import type { HTTPReceiverOptions, Installation } from "@slack/bolt";
import { AppError } from "../../../core/errors.ts";
import { type Records, recordKey } from "../../../core/records.ts";
import { StoredInstallation } from "../installation.ts";
import { requiredScopes } from "../methods.ts";

export interface OAuth {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs what comes back from Slack's page, so that nobody else's can be slipped in. */
  readonly stateSecret: string;
  /** Another Slack than the real one: its page of consent, and its API. */
  readonly authorizeUrl?: string | undefined;
  readonly apiUrl?: string | undefined;
}

/** The pages by which the app is installed in a workspace: bolt's, with our storage. */
export function installingOptions(
  { clientId, clientSecret, stateSecret, authorizeUrl, apiUrl }: OAuth,
  installations: Records<StoredInstallation>,
): Partial<HTTPReceiverOptions> {
  return {
    clientId,
    clientSecret,
    stateSecret,
    scopes: [...requiredScopes(), "chat:write.customize"],
    installationStore: {
      async storeInstallation(installation: Installation) {
        const stored = asStored(installation);
        await installations.set(recordKey(stored.team), stored);
      },
      async fetchInstallation() {
        throw new Error("installations are read by us, not by the SDK");
      },
    },
    installerOptions: {
      directInstall: true,
      ...(authorizeUrl !== undefined && { authorizationUrl: authorizeUrl }),
      ...(apiUrl !== undefined && { clientOptions: { slackApiUrl: apiUrl } }),
    },
  };
}

/** One installed for a whole organization has no workspace of its own. */
function asStored({ team, enterprise, bot, isEnterpriseInstall }: Installation): StoredInstallation {
  const id = isEnterpriseInstall ? enterprise?.id : team?.id;
  if (id === undefined || bot === undefined)
    throw new AppError("misconfigured", "Slack installed the app without a bot.");
  return StoredInstallation.parse({ team: id, token: bot.token, bot: bot.userId });
}
