import { z } from "zod";
import { sentences } from "../sentences/sentences.ts";
import { SettingsError } from "./setting-faults.ts";
import { knownPort, text, yes } from "./setting-kinds.ts";

const { kinds, orCalledByHttp, orOneWorkspace, slackIncomplete } = sentences.settings;

const secret = (prefix: string) => z.string().trim().startsWith(prefix, kinds.token(prefix)).optional();
const SECRET_KEY_LENGTH = 32;

/** Slack's part of the environment. */
export const SLACK_VARIABLES = {
  SLACK_BOT_TOKEN: secret("xoxb-"),
  SLACK_APP_TOKEN: secret("xapp-"),
  SLACK_SIGNING_SECRET: text,
  SLACK_CLIENT_ID: text,
  SLACK_CLIENT_SECRET: text,
  SLACK_PORT: knownPort.default(4_302),
  SLACK_HOST: z.string().trim().min(1).default("127.0.0.1"),
  SLACK_STRICT_GUESTS: yes.default(false),
  SECRET_KEY: z.string().trim().min(SECRET_KEY_LENGTH, kinds.secret(SECRET_KEY_LENGTH)).optional(),
} as const;
const Variables = z.object(SLACK_VARIABLES);
type Variables = z.infer<typeof Variables>;

/** One workspace by its token, or all that install the app; over sockets, or called by Slack. */
export interface SlackConfig {
  readonly installed:
    | { readonly by: "token"; readonly botToken: string; readonly more?: readonly string[] }
    | {
        readonly by: "oauth";
        readonly clientId: string;
        readonly clientSecret: string;
        readonly secretKey: string;
      };
  readonly transport:
    | { readonly by: "sockets"; readonly appToken: string }
    | { readonly by: "http"; readonly signingSecret: string; readonly port: number; readonly host: string };
  /** Public channels that guests read are places of their own. */
  readonly strictGuests?: true;
}

/** Off where people are met on another platform only. */
export type SlackChoice =
  | { readonly kind: "real"; readonly config: SlackConfig }
  | { readonly kind: "off" }
  | { readonly kind: "sandbox" };

const SWITCHES = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "SLACK_CLIENT_ID",
  "SLACK_CLIENT_SECRET",
] as const satisfies readonly (keyof Variables)[];

/**
 * Undefined when nothing of Slack is set.
 *
 * @throws {SettingsError} naming what is missing
 */
export function slackOf(data: Variables): SlackConfig | undefined {
  if (SWITCHES.every((name) => data[name] === undefined)) return undefined;
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken } = data;
  const strict = data.SLACK_STRICT_GUESTS ? ({ strictGuests: true } as const) : {};
  if (botToken !== undefined) {
    const installed = { by: "token", botToken } as const;
    if (appToken !== undefined) return { installed, transport: { by: "sockets", appToken }, ...strict };
    if (data.SLACK_SIGNING_SECRET === undefined)
      throw missing(["SLACK_APP_TOKEN"], { setting: "SLACK_SIGNING_SECRET", sentence: orCalledByHttp });
    return { installed, transport: httpOf(data, data.SLACK_SIGNING_SECRET), ...strict };
  }
  if (appToken !== undefined) throw missing(["SLACK_BOT_TOKEN"]);
  const { SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SECRET_KEY } = data;
  if (!(SLACK_SIGNING_SECRET && SLACK_CLIENT_ID && SLACK_CLIENT_SECRET && SECRET_KEY)) {
    const needed = { SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SECRET_KEY };
    const names = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
    throw missing(names, { setting: "SLACK_BOT_TOKEN", sentence: orOneWorkspace });
  }
  return {
    installed: {
      by: "oauth",
      clientId: SLACK_CLIENT_ID,
      clientSecret: SLACK_CLIENT_SECRET,
      secretKey: SECRET_KEY,
    },
    transport: httpOf(data, SLACK_SIGNING_SECRET),
    ...strict,
  };
}

const httpOf = ({ SLACK_PORT: port, SLACK_HOST: host }: Variables, signingSecret: string) =>
  ({ by: "http", signingSecret, port, host }) as const;

/** `instead`: another setting that would do. */
const missing = (
  names: readonly string[],
  instead?: { readonly setting: string; readonly sentence: string },
): SettingsError =>
  new SettingsError([
    {
      settings: instead ? [...names, instead.setting] : names,
      sentence: slackIncomplete(names, instead?.sentence),
    },
  ]);
