import path from "node:path";
import { styleText } from "node:util";
import type { Config } from "../config/config.ts";

interface Fact {
  readonly label: string;
  readonly value: string;
  readonly real: boolean;
  /** The variable that makes it real, or turns it on. */
  readonly set?: string;
}

interface StartSummary {
  readonly page: string | undefined;
  readonly api: string | undefined;
  readonly discord: Fact;
  readonly slack: Fact;
  readonly letta: Fact;
  readonly model: Fact;
  readonly database: Fact;
}

const OFF = "off";
/** Of a value with a hint beside it: a line fits into 80 columns. */
const VALUE_WIDTH = 30;

type Addresses = Partial<Pick<StartSummary, "page" | "api">>;

/** What runs, and what of it is real. */
export function startSummary(config: Config, { page, api }: Addresses = {}): StartSummary {
  const { letta, discord, slack, databaseUrl, dataDir } = config;
  return {
    page,
    api,
    discord: platformFact("Discord", discord.kind, { community: "your server", set: "DISCORD_TOKEN" }),
    slack: platformFact("Slack", slack.kind, { community: slackCommunity(slack), set: "SLACK_BOT_TOKEN" }),
    letta:
      letta.kind === "real"
        ? { label: "Letta", value: "your server", real: true }
        : { label: "Letta", value: "a sandbox on this machine", real: false, set: "LETTA_BASE_URL" },
    model: modelFact(config),
    database: databaseUrl
      ? { label: "Database", value: "yours", real: true }
      : {
          label: "Database",
          value: `PostgreSQL in ${path.relative(process.cwd(), dataDir) || "."}`,
          real: true,
        },
  };
}

/** The same for the page. */
export function startNotices(config: Config): readonly Fact[] {
  const { discord, slack, letta, model, database } = startSummary(config);
  return [discord, slack, letta, model, database];
}

function platformFact(
  label: string,
  kind: "real" | "off" | "sandbox",
  { community, set }: { readonly community: string; readonly set: string },
): Fact {
  if (kind === "real") return { label, value: community, real: true };
  if (kind === "off") return { label, value: OFF, real: true, set };
  return { label, value: "a sandbox on this machine", real: false, set };
}

function slackCommunity(slack: Config["slack"]): string {
  if (slack.kind !== "real" || slack.config.installed.by === "token") return "your workspace";
  const { transport } = slack.config;
  const at = transport.by === "http" ? ` (port ${transport.port})` : "";
  return `every workspace that installs it at /slack/install${at}`;
}

function modelFact({ letta, endpoint }: Config): Fact {
  const label = "Model";
  if (letta.kind === "real") return { label, value: "Letta's own", real: true };
  if (endpoint) return { label, value: endpoint.model ?? "the model at OPENAI_BASE_URL", real: true };
  return { label, value: "none: a demo answers by rules", real: false, set: "OPENAI_BASE_URL" };
}

/** What runs, what of it is real, and what to do next, for the terminal. */
export function banner(
  { page, api, discord, slack, letta, model, database }: StartSummary,
  { colours, port }: { readonly colours: boolean; readonly port: number },
): string {
  const painted = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const line = ({ label, value, real, set }: Fact) => {
    const sign = value === OFF ? painted("dim", "·") : real ? painted("green", "●") : painted("yellow", "○");
    const verb = real ? "turns it on" : "makes it real";
    const hint = set ? painted("dim", `   ${set} ${verb}`) : "";
    return `  ${sign} ${label.padEnd(9)} ${set ? value.padEnd(VALUE_WIDTH) : value}${hint}`;
  };
  const facts = [discord, slack, letta, model, database];
  const http = {
    label: "HTTP API",
    value: api ?? OFF,
    real: true,
    ...(api === undefined && { set: "API_TOKEN" }),
  };
  const moved = page && port !== 0 && Number(new URL(page).port) !== port ? ` (${port} is taken.)` : "";
  const next = page
    ? `Open ${painted(["bold", "cyan"], page)} and say hello.${moved}`
    : [discord, slack].some(({ value }) => value !== OFF)
      ? "Mention the bot in a channel and say hello."
      : `Ask at ${api}/api/chat.`;
  const emulated = facts.some(({ real }) => !real);
  const legend = emulated
    ? [`  ${painted("yellow", "○")} ${painted("dim", "is emulated on this machine.")}`]
    : [];
  return [
    "",
    `  ${painted("bold", "Rapport is running.")}`,
    "",
    ...[...facts, http].map(line),
    "",
    `  ${next}`,
    ...legend,
    `  ${painted("dim", "Settings go into .env; npm run doctor looks at them. Ctrl-C ends it.")}`,
    "",
    "",
  ].join("\n");
}
