import type { SlackConfig } from "../config/slack.ts";
import type { SlackOptions } from "../platforms/slack/options.ts";
import { StoredInstallation } from "../platforms/slack/workspaces/installation.ts";
import { Sealed, SealedRecords } from "../storage/records/sealed-records.ts";
import type { Storage } from "../storage/storage.ts";

/** How the app is installed in Slack, with what is kept of it sealed. */
export function slackInstallation(
  { installed, authorizeUrl }: Pick<SlackConfig, "installed"> & { readonly authorizeUrl?: string },
  storage: Storage,
): SlackOptions["installed"] {
  if (installed.by === "token") return installed;
  const { clientId, clientSecret, secretKey } = installed;
  const records = storage.records("installation", Sealed);
  const sealed = { records, schema: StoredInstallation, secretKey, purpose: "slack installation" };
  return {
    by: "oauth",
    oauth: { clientId, clientSecret, stateSecret: secretKey, authorizeUrl },
    installations: new SealedRecords(sealed),
  };
}
