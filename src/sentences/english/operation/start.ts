/** What the terminal shows while Rapport starts, once it runs, and when it ends. */
export const start = {
  /** What is being done; three dots follow. */
  steps: {
    starting: "Starting",
    askingDatabase: "Asking the database",
    startingDatabase: "Starting PostgreSQL",
    makingDatabase: "Making a PostgreSQL, once",
    askingLetta: "Asking Letta",
    startingLetta: "Starting the sandbox's Letta",
    connecting: "Connecting the bot",
    finishing: "Finishing what is being answered (Ctrl-C again ends at once)",
  },
  seconds: (seconds: number) => `${seconds} s`,
  ended: "Rapport has ended. Everything is kept.",

  running: "Rapport is running.",
  labels: {
    discord: "Discord",
    slack: "Slack",
    letta: "Letta",
    model: "Model",
    database: "Database",
    httpApi: "HTTP API",
  },
  off: "off",
  emulated: "a sandbox on this machine",
  yourServer: "your server",
  yourWorkspace: "your workspace",
  everyWorkspace: (port: number | undefined) =>
    `every workspace that installs it at /slack/install${port === undefined ? "" : ` (port ${port})`}`,
  lettasModel: "Letta's own",
  endpointsModel: "the model at OPENAI_BASE_URL",
  noModel: "none: a demo answers by rules",
  yourDatabase: "yours",
  databaseIn: (folder: string) => `PostgreSQL in ${folder}`,
  turnsOn: (setting: string) => `${setting} turns it on`,
  makesReal: (setting: string) => `${setting} makes it real`,
  open: ({ page, taken }: { page: string; taken: number | undefined }) =>
    `Open ${page} and say hello.${taken === undefined ? "" : ` (${taken} is taken.)`}`,
  mention: "Mention the bot in a channel and say hello.",
  ask: (api: string) => `Ask at ${api}/api/chat.`,
  isEmulated: "is emulated on this machine.",
  hints: "Settings go into .env; npm run doctor looks at them. Ctrl-C ends it.",

  runsAlready:
    "Rapport runs already with this data, in another terminal or window: use that one, or end it with Ctrl-C. For a second one beside it: DATA_DIR=.rapport-2 npm start",
  nothingEmulated:
    "Nothing is emulated in what was built for production: set DISCORD_TOKEN, Slack's SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or SANDBOX=false with API_PORT. To try Rapport without any of them, clone its repository and run `npm start` there.",
  schemasRefused:
    "What is emulated needs the schemas letta and sandbox, and the user in DATABASE_URL may not make them: grant it CREATE on the database.",
  portTaken: (port: number) => `API_PORT ${port} is taken by another program. Choose another one.`,
  /** Of the second emulated Slack workspace. */
  otherCompany: "Harbour Works",
};
