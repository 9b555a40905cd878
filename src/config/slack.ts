import { z } from "zod";
import { AppError } from "../core/domain/errors.ts";
import { text } from "./setting-kinds.ts";

const secret = (prefix: string) =>
  z.string().trim().startsWith(prefix, `a token that begins with ${prefix}`).optional();
const SECRET_KEY_LENGTH = 32;

/** Slack's part of the environment. */
export const SLACK_VARIABLES = {
  SLACK_BOT_TOKEN: secret("xoxb-"),
  SLACK_APP_TOKEN: secret("xapp-"),
  SLACK_SIGNING_SECRET: text,
  SLACK_CLIENT_ID: text,
  SLACK_CLIENT_SECRET: text,
  SLACK_PORT: z.coerce
    .number({ error: "a port number" })
    .int()
    .min(1)
    .max(65_535, "a port number up to 65535")
    .default(4_302),
  SLACK_HOST: z.string().trim().min(1).default("127.0.0.1"),
  SLACK_STRICT_GUESTS: z
    .enum(["true", "false"], { error: "true or false" })
    .default("false")
    .transform((value) => value === "true"),
  SECRET_KEY: z
    .string()
    .trim()
    .min(SECRET_KEY_LENGTH, `at least ${SECRET_KEY_LENGTH} characters that nobody can guess`)
    .optional(),
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
 * @throws {AppError} `misconfigured`, naming what is missing
 */
export function slackOf(data: Variables): SlackConfig | undefined {
  if (SWITCHES.every((name) => data[name] === undefined)) return undefined;
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken } = data;
  const strict = data.SLACK_STRICT_GUESTS ? ({ strictGuests: true } as const) : {};
  if (botToken !== undefined) {
    const installed = { by: "token", botToken } as const;
    if (appToken !== undefined) return { installed, transport: { by: "sockets", appToken }, ...strict };
    if (data.SLACK_SIGNING_SECRET === undefined)
      throw missing(["SLACK_APP_TOKEN"], "or, to be called by HTTP, SLACK_SIGNING_SECRET");
    return { installed, transport: httpOf(data, data.SLACK_SIGNING_SECRET), ...strict };
  }
  if (appToken !== undefined) throw missing(["SLACK_BOT_TOKEN"]);
  const { SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SECRET_KEY } = data;
  if (!(SLACK_SIGNING_SECRET && SLACK_CLIENT_ID && SLACK_CLIENT_SECRET && SECRET_KEY)) {
    const needed = { SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SECRET_KEY };
    const names = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
    throw missing(names, "or, for one workspace alone, SLACK_BOT_TOKEN");
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

function missing(names: readonly string[], otherwise = ""): AppError {
  const also = otherwise === "" ? "" : ` (${otherwise})`;
  return new AppError(
    "misconfigured",
    `Slack is set in part: ${names.join(", ")} ${names.length > 1 ? "are" : "is"} missing${also}.`,
  );
}
