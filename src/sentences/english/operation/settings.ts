import { listed } from "../grammar.ts";

const GUESSED_BY_NOBODY = "characters that nobody can guess";

/** What is wrong with a setting, and what it should hold. None of them repeats the value: it may be a secret. */
export const settings = {
  shouldBe: (name: string, what: string) => `${name} should be ${what}.`,
  misnamed: ({ name, meant }: { name: string; meant: string }) =>
    `${name} in .env is not a setting of Rapport. Did you mean ${meant}?`,
  /** What a setting should be, by its kind. */
  kinds: {
    debounce: (mostMs: number) => `milliseconds, from 0 to ${mostMs}`,
    discordToken:
      "a bot token, three parts with dots between: copy it from Discord's developer portal → your application → Bot → Reset Token",
    serverId: "a server's id, 17 to 20 digits",
    people: "discord.<user id> or slack.<workspace id>.<user id>, several of them separated by commas",
    secret: (characters: number) => `at least ${characters} ${GUESSED_BY_NOBODY}`,
    oneOf: (words: readonly string[]) => listed(words, "or"),
    databaseAddress: "an address that begins with postgresql://",
    proxyAddress: "an address like http://proxy.example.org:3128",
    webAddress: "an address that begins with http:// or https://",
    count: "a whole number, 0 for no limit",
    portUpTo: (most: number) => `a port number up to ${most}`,
    key: "a key of plain letters, digits and signs without blanks: copy it anew",
    token: (prefix: string) => `a token that begins with ${prefix}`,
  },
  noSuchPersona: (keys: readonly string[]) => `DEFAULT_PERSONA should be one of ${keys.join(", ")}.`,
  noModel: (setting: string) =>
    `${setting} is set, but nothing that answers: LETTA_BASE_URL should be the address of your Letta server, or OPENAI_BASE_URL that of a model for the built-in one. To see the offline demo there, set LETTA_BASE_URL=sandbox.`,
  apiTokenMissing: (characters: number) =>
    `API_HOST lets other machines in, so API_TOKEN should be set: at least ${characters} ${GUESSED_BY_NOBODY}.`,
  nobodyReachesUs:
    "Nobody can reach Rapport: set DISCORD_TOKEN for Discord, SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack, or API_TOKEN for the HTTP API.",
  directUrlAlone:
    "DATABASE_DIRECT_URL is set without DATABASE_URL: set DATABASE_URL to the pooler, or to the same address.",
  slackIncomplete: (missing: readonly string[], instead?: string) =>
    `Slack is set in part: ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} missing${instead === undefined ? "" : ` (${instead})`}.`,
  orCalledByHttp: "or, to be called by HTTP, SLACK_SIGNING_SECRET",
  orOneWorkspace: "or, for one workspace alone, SLACK_BOT_TOKEN",

  /** The files in `personas/`. */
  personas: {
    none: (folder: string) => `There are no personas in ${folder}.`,
    file: (name: string, faults: string) => `personas/${name}: ${faults}`,
    frontMatter: "its front matter is no YAML.",
    fileName: (what: string) => `its file name should be ${what}.`,
    instructions: (what: string) => `the instructions below the front matter: ${what}.`,
    missing: (field: string) => `\`${field}\` is missing.`,
    field: (field: string, what: string) => `\`${field}\`: ${what}.`,
  },
};
