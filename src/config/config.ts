import path from "node:path";
import { z } from "zod";
import { PersonaKey } from "../core/domain/persona.ts";
import type { Policy } from "../core/domain/policy.ts";
import type { ProxySettings } from "../platforms/shared/proxy-settings.ts";
import { sentences } from "../sentences/sentences.ts";
import { readEnvFile } from "./env-file.ts";
import { type Misnamed, misnamedSettings } from "./misnamed-settings.ts";
import { directUrlOf, lowerCased, NETWORK_VARIABLES, proxyOf } from "./network.ts";
import { POLICY_VARIABLES, policyOf } from "./policy.ts";
import { type SettingFault, SettingsError } from "./setting-faults.ts";
import { address, key, port, text, yes } from "./setting-kinds.ts";
import { SLACK_VARIABLES, type SlackChoice, slackOf } from "./slack.ts";

const { kinds } = sentences.settings;
export const SANDBOX = "sandbox";
/** Longer, and the first word of an answer would come late for everybody. */
const LONGEST_DEBOUNCE_MS = 5_000;
const DEBOUNCE = kinds.debounce(LONGEST_DEBOUNCE_MS);
const API_TOKEN_LENGTH = 16;
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

const Environment = z.object({
  ...NETWORK_VARIABLES,
  DATA_DIR: z.string().default(".rapport"),
  LETTA_BASE_URL: z.union([z.literal(SANDBOX), address]).optional(),
  LETTA_API_KEY: key.optional(),
  LETTA_MODEL: text,
  LETTA_EMBEDDING: text,
  OPENAI_BASE_URL: address,
  OPENAI_API_KEY: key.optional(),
  MODEL: text,
  DISCORD_TOKEN: z
    .string()
    .trim()
    // The bot's id, a time and a signature, as base64: seen at once, before anything connects for ever.
    .regex(/^[\w-]{18,40}\.[\w-]{5,12}\.[\w-]{20,60}$/, kinds.discordToken)
    .optional(),
  DISCORD_GUILD_ID: z
    .string()
    .regex(/^\d{17,20}$/, kinds.serverId)
    .optional(),
  ...SLACK_VARIABLES,
  ...POLICY_VARIABLES,
  PRIVACY_URL: address,
  SANDBOX: yes.default(true),
  DEFAULT_PERSONA: PersonaKey.default("personal_assistant"),
  ADMIN_IDS: z
    .string()
    .regex(/^[\s,]*(?:(?:discord\.\d+|slack\.\w+\.\w+)(?:[\s,]+|$))*$/, kinds.people)
    .default(""),
  BURST_MS: z.coerce
    .number(DEBOUNCE)
    .int(DEBOUNCE)
    .min(0, DEBOUNCE)
    .max(LONGEST_DEBOUNCE_MS, DEBOUNCE)
    .default(150),
  PORT: port.default(4_300),
  API_PORT: port.optional(),
  API_HOST: text,
  API_TOKEN: key.min(API_TOKEN_LENGTH, kinds.secret(API_TOKEN_LENGTH)).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: kinds.oneOf(LOG_LEVELS) }).default("info"),
  LOG_MESSAGE_TEXT: yes.default(false),
});

export interface Config {
  /** Absent: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** The same database without the pooler that `databaseUrl` leads through. */
  readonly databaseDirectUrl: string | undefined;
  readonly dataDir: string;
  readonly letta:
    | { readonly kind: "real"; readonly baseUrl: string; readonly apiKey: string | undefined }
    | { readonly kind: "sandbox" };
  readonly lettaModel: string | undefined;
  readonly lettaEmbedding: string | undefined;
  /** What the sandbox's Letta answers with; absent: the offline responder. */
  readonly endpoint:
    | { readonly baseUrl: string; readonly apiKey: string | undefined; readonly model: string | undefined }
    | undefined;
  readonly discord:
    | { readonly kind: "real"; readonly token: string; readonly guildId: string | undefined }
    /** Off where people are met on another platform only. */
    | { readonly kind: "off" }
    | { readonly kind: "sandbox" };
  readonly slack: SlackChoice;
  readonly defaultPersona: string;
  readonly admins: ReadonlySet<string>;
  readonly policy: Policy;
  readonly privacyUrl: string | undefined;
  readonly debounceMs: number;
  readonly port: number;
  /** Absent: no HTTP API, health and metrics. */
  readonly api: ApiConfig | undefined;
  /** On the way out of this network; absent: there is none. */
  readonly proxy: ProxySettings | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logMessageText: boolean;
}

export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  /** Nobody asked for this very port: when it is taken, another one will do. */
  readonly anyPort: boolean;
  /** Absent: only this machine is answered. */
  readonly token: string | undefined;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** @throws {SettingsError} with one sentence for each bad variable */
export function readConfig(): Config {
  return parseConfig(readEnvironment());
}

/** npm says of itself to whatever it runs. */
export const isRunByNpm = (): boolean => process.env.npm_lifecycle_event !== undefined;

/** Nobody else reads it. A file `.env` in this folder counts where the environment says nothing. */
export function readEnvironment(): Variables {
  for (const [name, value] of Object.entries(readEnvFile())) process.env[name] ??= value;
  return process.env;
}

/** What the file `.env` names so that nobody reads it, but for what is somebody else's. */
export function misnamedInFile(): readonly Misnamed[] {
  const known = Object.keys(Environment.shape);
  const otherSpellings = Object.keys(lowerCased({})).map((name) => name.toLowerCase());
  const names = Object.keys(readEnvFile()).filter((name) => !otherSpellings.includes(name));
  return misnamedSettings(names, known);
}

/**
 * An empty value means the same as none.
 *
 * @throws {SettingsError} with one sentence for each bad variable
 */
export function parseConfig(environment: Variables): Config {
  const given = Object.fromEntries(
    Object.entries({ ...lowerCased(environment), ...environment }).filter(
      ([, value]) => value?.trim() !== "",
    ),
  );
  const { success, data, error } = Environment.safeParse(given);
  if (!success) {
    const faults = error.issues.map(({ path: [name], message }) => ({
      settings: [String(name)],
      sentence: sentences.settings.shouldBe(String(name), message),
    }));
    throw new SettingsError(faults, { cause: error });
  }
  const faults: SettingFault[] = [];
  const part = <T>(of: (data: Environment) => T): T | undefined => {
    try {
      return of(data);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const databaseDirectUrl = part(directUrlOf);
  const letta = part(lettaOf);
  const slack = part(slackChoiceOf);
  const api = part(apiOf);
  if (!letta || !slack || faults.length > 0) throw new SettingsError(faults);
  return {
    databaseUrl: data.DATABASE_URL,
    databaseDirectUrl,
    dataDir: path.resolve(data.DATA_DIR),
    letta,
    lettaModel: data.LETTA_MODEL,
    lettaEmbedding: data.LETTA_EMBEDDING,
    endpoint: endpointOf(data),
    discord: discordOf(data),
    slack,
    defaultPersona: data.DEFAULT_PERSONA,
    admins: new Set(data.ADMIN_IDS.split(/[\s,]+/).filter(Boolean)),
    policy: policyOf(data),
    privacyUrl: data.PRIVACY_URL,
    debounceMs: data.BURST_MS,
    port: data.PORT,
    api,
    proxy: proxyOf(data),
    logLevel: data.LOG_LEVEL,
    logMessageText: data.LOG_MESSAGE_TEXT,
  };
}

type Environment = z.infer<typeof Environment>;

/** The offline responder is a demonstration: it talks to a real community only when asked to. */
function lettaOf(data: Environment): Config["letta"] {
  const { LETTA_BASE_URL, LETTA_API_KEY, OPENAI_BASE_URL } = data;
  if (LETTA_BASE_URL && LETTA_BASE_URL !== SANDBOX) {
    return { kind: "real", baseUrl: LETTA_BASE_URL, apiKey: LETTA_API_KEY };
  }
  const platform = realPlatform(data);
  const real = platform ?? (data.SANDBOX ? undefined : "SANDBOX=false");
  if (real && !OPENAI_BASE_URL && LETTA_BASE_URL !== SANDBOX) {
    const settings = [platform ?? "SANDBOX", "LETTA_BASE_URL", "OPENAI_BASE_URL"];
    throw new SettingsError([{ settings, sentence: sentences.settings.noModel(real) }]);
  }
  return { kind: SANDBOX };
}

function discordOf(data: Environment): Config["discord"] {
  const { DISCORD_TOKEN: token, DISCORD_GUILD_ID: guildId } = data;
  if (token) return { kind: "real", token, guildId };
  return emulates(data) ? { kind: SANDBOX } : { kind: "off" };
}

function slackChoiceOf(data: Environment): Config["slack"] {
  const config = slackOf(data);
  if (config) return { kind: "real", config };
  return emulates(data) ? { kind: SANDBOX } : { kind: "off" };
}

/** Without real people there are emulated ones, unless nobody wants them. */
const emulates = (data: Environment) => data.SANDBOX && realPlatform(data) === undefined;

/** The variable that connects us to real people, if any does. */
const realPlatform = ({ DISCORD_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET }: Environment) =>
  (DISCORD_TOKEN && "DISCORD_TOKEN") ??
  (SLACK_BOT_TOKEN && "SLACK_BOT_TOKEN") ??
  (SLACK_SIGNING_SECRET && "SLACK_SIGNING_SECRET");

function endpointOf({ OPENAI_BASE_URL, OPENAI_API_KEY, MODEL }: Environment): Config["endpoint"] {
  return OPENAI_BASE_URL ? { baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, model: MODEL } : undefined;
}

const API_PORT = 4_301;
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

const WAYS_TO_US = ["DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "API_TOKEN"] as const;

/** Beside an emulated Discord it is there to be tried; beside a real one somebody has to want it. */
function apiOf(data: Environment): Config["api"] {
  const { API_PORT: port, API_HOST, API_TOKEN: token } = data;
  const host = API_HOST ?? "127.0.0.1";
  if (!token && !LOOPBACK.has(host)) {
    const sentence = sentences.settings.apiTokenMissing(API_TOKEN_LENGTH);
    throw new SettingsError([{ settings: ["API_HOST", "API_TOKEN"], sentence }]);
  }
  if (!emulates(data) && port === undefined && token === undefined) {
    if (realPlatform(data)) return undefined;
    throw new SettingsError([{ settings: WAYS_TO_US, sentence: sentences.settings.nobodyReachesUs }]);
  }
  return { host, port: port ?? API_PORT, anyPort: port === undefined && token === undefined, token };
}
