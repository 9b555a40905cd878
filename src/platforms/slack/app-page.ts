const APPS = "https://api.slack.com/apps";

/** Where an app is set up. An app-level token tells which one: `xapp-1-A0123456789-…`. */
export function appPage(appToken: string | undefined): string {
  const app = /^xapp-\d-(A[A-Z0-9]+)-/.exec(appToken ?? "")?.[1];
  return app === undefined ? APPS : `${APPS}/${app}`;
}
