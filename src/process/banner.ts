import path from "node:path";
import { styleText } from "node:util";
import type { Config } from "../config/config.ts";
import { sentences } from "../sentences/sentences.ts";

const { labels, ...said } = sentences.start;

/** A part of the start: what it is, and whether it is real. */
interface Fact {
  readonly label: string;
  readonly value: string;
  readonly state: "real" | "emulated" | "off";
  /** The setting that makes it real, or turns it on. */
  readonly setting?: string;
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

/** Of a value with a hint beside it: a line fits into 80 columns. */
const VALUE_WIDTH = 30;

type Addresses = Partial<Pick<StartSummary, "page" | "api">>;

/** What runs, and what of it is real. */
export function startSummary(config: Config, { page, api }: Addresses = {}): StartSummary {
  const { letta, discord, slack, databaseUrl, dataDir } = config;
  const folder = path.relative(process.cwd(), dataDir) || ".";
  return {
    page,
    api,
    discord: platformFact(labels.discord, discord.kind, {
      community: said.yourServer,
      setting: "DISCORD_TOKEN",
    }),
    slack: platformFact(labels.slack, slack.kind, {
      community: slackCommunity(slack),
      setting: "SLACK_BOT_TOKEN",
    }),
    letta:
      letta.kind === "real"
        ? { label: labels.letta, value: said.yourServer, state: "real" }
        : { label: labels.letta, value: said.emulated, state: "emulated", setting: "LETTA_BASE_URL" },
    model: modelFact(config),
    database: {
      label: labels.database,
      value: databaseUrl ? said.yourDatabase : said.databaseIn(folder),
      state: "real",
    },
  };
}

/** The same for the page. What is off is no emulation. */
export function startNotices(config: Config): readonly {
  readonly label: string;
  readonly value: string;
  readonly real: boolean;
  readonly set?: string;
}[] {
  const { discord, slack, letta, model, database } = startSummary(config);
  return [discord, slack, letta, model, database].map(({ label, value, state, setting }) => ({
    label,
    value,
    real: state !== "emulated",
    ...(setting !== undefined && { set: setting }),
  }));
}

function platformFact(
  label: string,
  kind: "real" | "off" | "sandbox",
  { community, setting }: { readonly community: string; readonly setting: string },
): Fact {
  if (kind === "real") return { label, value: community, state: "real" };
  if (kind === "off") return { label, value: said.off, state: "off", setting };
  return { label, value: said.emulated, state: "emulated", setting };
}

function slackCommunity(slack: Config["slack"]): string {
  if (slack.kind !== "real" || slack.config.installed.by === "token") return said.yourWorkspace;
  const { transport } = slack.config;
  return said.everyWorkspace(transport.by === "http" ? transport.port : undefined);
}

function modelFact({ letta, endpoint }: Config): Fact {
  const label = labels.model;
  if (letta.kind === "real") return { label, value: said.lettasModel, state: "real" };
  if (endpoint) return { label, value: endpoint.model ?? said.endpointsModel, state: "real" };
  return { label, value: said.noModel, state: "emulated", setting: "OPENAI_BASE_URL" };
}

/** What runs, what of it is real, and what to do next, for the terminal. */
export function banner(
  { page, api, discord, slack, letta, model, database }: StartSummary,
  { colours, port }: { readonly colours: boolean; readonly port: number },
): string {
  const painted = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const signs = {
    real: painted("green", "●"),
    emulated: painted("yellow", "○"),
    off: painted("dim", "·"),
  };
  const line = ({ label, value, state, setting }: Fact) => {
    const begins = `  ${signs[state]} ${label.padEnd(9)}`;
    if (setting === undefined) return `${begins} ${value}`;
    const hint = state === "emulated" ? said.makesReal(setting) : said.turnsOn(setting);
    return `${begins} ${value.padEnd(VALUE_WIDTH)}${painted("dim", `   ${hint}`)}`;
  };
  const facts = [discord, slack, letta, model, database];
  const http: Fact = api
    ? { label: labels.httpApi, value: api, state: "real" }
    : { label: labels.httpApi, value: said.off, state: "off", setting: "API_TOKEN" };
  const isMoved = page !== undefined && port !== 0 && Number(new URL(page).port) !== port;
  const next = page
    ? said.open({ page: painted(["bold", "cyan"], page), taken: isMoved ? port : undefined })
    : [discord, slack].some(({ state }) => state !== "off")
      ? said.mention
      : said.ask(String(api));
  const legend = facts.some(({ state }) => state === "emulated")
    ? [`  ${signs.emulated} ${painted("dim", said.isEmulated)}`]
    : [];
  return [
    "",
    `  ${painted("bold", said.running)}`,
    "",
    ...[...facts, http].map(line),
    "",
    `  ${next}`,
    ...legend,
    `  ${painted("dim", said.hints)}`,
    "",
    "",
  ].join("\n");
}
