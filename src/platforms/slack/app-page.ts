/** What to do where an app is set up, for those who set it up: the start and the doctor say the same. */

export const BAD_BOT_TOKEN =
  "SLACK_BOT_TOKEN should be the Bot User OAuth Token (xoxb-…) of an app that is installed in your workspace: Slack does not know this one.";

export const BAD_APP_TOKEN =
  "SLACK_APP_TOKEN should be an app-level token (xapp-…) with the scope connections:write: Slack did not let me connect.";

const APPS = "https://api.slack.com/apps";

/** Where an app is set up. An app-level token tells which one: `xapp-1-A0123456789-…`. */
export function appPage(appToken: string | undefined): string {
  const app = /^xapp-\d-(A[A-Z0-9]+)-/.exec(appToken ?? "")?.[1];
  return app === undefined ? APPS : `${APPS}/${app}`;
}
