import type { Config } from "../../config/config.ts";
import type { SlackConfig } from "../../config/slack.ts";
import type { CheckReport } from "./run-check.ts";

/** Nothing that is said holds a secret; should an error of somebody else's hold one, it is taken out here. */
export function withoutSecrets({ name, findings }: CheckReport, config: Config | undefined): CheckReport {
  const secrets = config ? secretsOf(config) : [];
  const clean = (text: string) => secrets.reduce((sum, secret) => sum.replaceAll(secret, "…"), text);
  return { name, findings: findings.map(({ state, text }) => ({ state, text: clean(text) })) };
}

function secretsOf({
  databaseUrl,
  databaseDirectUrl,
  letta,
  discord,
  slack,
  endpoint,
  api,
  proxy,
}: Config): readonly string[] {
  const all = [
    ...[databaseUrl, databaseDirectUrl, proxy?.http, proxy?.https].flatMap((url) =>
      url === undefined ? [] : secretsIn(url),
    ),
    letta.kind === "real" ? letta.apiKey : undefined,
    endpoint?.apiKey,
    discord.kind === "real" ? discord.token : undefined,
    ...(slack.kind === "real" ? slackSecrets(slack.config) : []),
    api?.token,
  ];
  return all.filter((secret) => secret !== undefined).filter((secret) => secret !== "");
}

function secretsIn(url: string): readonly string[] {
  const { password } = new URL(url);
  if (password === "") return [];
  return [url, password, decodeURIComponent(password)];
}

const slackSecrets = ({ installed, transport }: SlackConfig): readonly string[] => [
  ...(installed.by === "token" ? [installed.botToken] : [installed.clientSecret, installed.secretKey]),
  transport.by === "sockets" ? transport.appToken : transport.signingSecret,
];
