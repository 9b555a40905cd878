interface Fact {
  readonly label: string;
  readonly value: string;
  readonly real: boolean;
  /** The variable that makes it real. */
  readonly set?: string;
}

export interface Facts {
  readonly page: string | undefined;
  readonly api: string | undefined;
  readonly discord: Fact;
  readonly slack: Fact | undefined;
  readonly letta: Fact;
  readonly model: Fact;
  readonly database: Fact;
}

/** What runs, what of it is real, and what to do next, for the terminal. */
export function banner({ page, api, discord, slack, letta, model, database }: Facts): string {
  const lines = [discord, ...(slack ? [slack] : []), letta, model, database].map(
    ({ label, value, real, set }) => {
      const hint = set ? `   (${set} ${real ? "turns it on" : "makes it real"})` : "";
      return `  ${real ? "●" : "○"} ${label.padEnd(9)} ${value}${hint}`;
    },
  );
  if (api) lines.push(`  ● ${"HTTP API".padEnd(9)} ${api}`);
  const next = page ? `  Open ${page} and say hello.` : "  Mention the bot in a channel and say hello.";
  return ["", "  Rapport is running.", "", ...lines, "", next, "  Ctrl-C ends it.", "", ""].join("\n");
}
