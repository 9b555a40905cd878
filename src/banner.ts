import path from "node:path";
import type { Config } from "./config.ts";

interface Fact {
  readonly label: string;
  readonly value: string;
  readonly real: boolean;
  /** The variable that makes it real, or turns it on. */
  readonly set?: string;
}

interface Facts {
  readonly page: string | undefined;
  readonly api: string | undefined;
  readonly discord: Fact;
  readonly slack: Fact;
  readonly letta: Fact;
  readonly model: Fact;
  readonly database: Fact;
}

type Addresses = Partial<Pick<Facts, "page" | "api">>;

/** What runs, and what of it is real. */
export function factsOf(config: Config, { page, api }: Addresses = {}): Facts {
  const { letta, discord, slack, databaseUrl, dataDir } = config;
  return {
    page,
    api,
    discord: platformFact("Discord", discord.kind, { community: "your server", set: "DISCORD_TOKEN" }),
    slack: platformFact("Slack", slack.kind, { community: "your workspace", set: "SLACK_BOT_TOKEN" }),
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
export function noticesOf(config: Config): readonly Fact[] {
  const { discord, slack, letta, model, database } = factsOf(config);
  return [discord, slack, letta, model, database];
}

function platformFact(
  label: string,
  kind: "real" | "off" | "sandbox",
  { community, set }: { readonly community: string; readonly set: string },
): Fact {
  if (kind === "real") return { label, value: community, real: true };
  if (kind === "off") return { label, value: "off", real: true, set };
  return { label, value: "a sandbox on this machine", real: false, set };
}

function modelFact({ letta, endpoint }: Config): Fact {
  const label = "Model";
  if (letta.kind === "real") return { label, value: "Letta's own", real: true };
  if (endpoint) return { label, value: endpoint.model ?? "the model at OPENAI_BASE_URL", real: true };
  return { label, value: "none, an offline demo answers by rules", real: false, set: "OPENAI_BASE_URL" };
}

/** What runs, what of it is real, and what to do next, for the terminal. */
export function banner({ page, api, discord, slack, letta, model, database }: Facts): string {
  const lines = [discord, slack, letta, model, database].map(({ label, value, real, set }) => {
    const hint = set ? `   (${set} ${real ? "turns it on" : "makes it real"})` : "";
    return `  ${real ? "●" : "○"} ${label.padEnd(9)} ${value}${hint}`;
  });
  if (api) lines.push(`  ● ${"HTTP API".padEnd(9)} ${api}`);
  const next = page ? `  Open ${page} and say hello.` : "  Mention the bot in a channel and say hello.";
  return ["", "  Rapport is running.", "", ...lines, "", next, "  Ctrl-C ends it.", "", ""].join("\n");
}
