const MANIFEST = "put what `npm run -s manifest` prints into App Manifest";

/** What the start and the doctor tell those who set the bot up in Slack. */
export const slackChecks = {
  badBotToken:
    "SLACK_BOT_TOKEN should be the Bot User OAuth Token (xoxb-…) of an app that is installed in your workspace: Slack does not know this one.",
  badAppToken:
    "SLACK_APP_TOKEN should be an app-level token (xapp-…) with the scope connections:write: Slack did not let me connect.",
  unreachable:
    "Slack cannot be reached from here: look at this machine's network, and at HTTPS_PROXY where there is one. Nothing is said of the tokens.",
  removed:
    "SLACK_BOT_TOKEN is no longer good: the app was removed from the workspace, or its token revoked. Install the app there again, set the new token, and start me.",
  notHttps: (url: string) =>
    `Slack calls https addresses alone, and ${url} is none: npm run -s manifest -- https://rapport.example.org`,
  portTaken: "SLACK_PORT should be a port that nothing else listens on.",

  tokenOf: ({ user, team, host }: { user: string; team: string; host: string }) =>
    `The token is that of @${user} in ${team} (${host}).`,
  invite: (user: string) => `Invite it to a channel there with /invite @${user}`,
  eventsUnknown: `Slack does not tell which events the app hears: after an upgrade ${MANIFEST} again.`,
  lacksScopes: ({
    scopes,
    agentScope,
    page,
  }: {
    scopes: readonly string[];
    /** Given where it is among them. */
    agentScope: string | undefined;
    page: string;
  }) =>
    `It lacks the scopes ${scopes.join(", ")}${agentScope === undefined ? "" : ` (without ${agentScope} it is no agent, and its direct messages are bare)`}: ${MANIFEST} at ${page}, then Install App → Reinstall.`,
  allScopes: "It is an agent, and has all the scopes that it needs.",
  lacksOptional: ({
    scopes,
    page,
  }: {
    scopes: readonly { readonly scope: string; readonly lost: string }[];
    page: string;
  }) =>
    `It lacks ${scopes.map(({ scope, lost }) => `${scope} (lost: ${lost})`).join(" and ")}: Install App → Reinstall at ${page}.`,
  losses: {
    names: "each persona's own name and face",
    publicChannels: "answers in public channels that it was not invited to",
  },
  clock: (seconds: number) =>
    `This machine's clock and Slack's differ by ${seconds} s: let this one keep time by NTP.`,
  makeAppToken: (reason: string, page: string) => `${reason} Make one under Basic Information at ${page}.`,
  socketMode: "Its app-level token opens Socket Mode.",
  installable: "Any workspace can install it, at /slack/install of your address.",
  badClientId:
    "SLACK_CLIENT_ID should be two numbers with a full stop between them: see Basic Information of your app.",
  listens: (at: string) => `Slack's calls are listened for at ${at}, and their signatures checked.`,
  badSigningSecret:
    "SLACK_SIGNING_SECRET should be 32 digits and letters from a to f: see Basic Information of your app.",
  address: (at: string) => `Your https address should lead to ${at}: Slack calls /slack/events there.`,
};
