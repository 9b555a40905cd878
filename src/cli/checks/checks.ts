import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { commands, menus } from "../../../commands/index.ts";
import type { Config } from "../../config/config.ts";
import type { Misnamed } from "../../config/misnamed-settings.ts";
import { SLACK_VARIABLES } from "../../config/slack.ts";
import type { CheckResult } from "../../core/domain/check-result.ts";
import type { Persona } from "../../core/domain/persona.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { checkLetta } from "../../letta/checks.ts";
import { checkDiscord } from "../../platforms/discord/checks/check-discord.ts";
import { checkSlack } from "../../platforms/slack/checks.ts";
import { checkProxy } from "../../process/proxy.ts";
import { sentences } from "../../sentences/sentences.ts";
import { checkDatabase } from "../../storage/checks/check-database.ts";
import { startEmbedded } from "../../storage/embedded/embedded-server.ts";
import { checkModelEndpoint } from "../../wiring/model-endpoint.ts";
import type { Check } from "./run-check.ts";

const { doctor: said } = sentences;

export interface DoctorInput {
  /** What the sound settings make; absent when they make nothing. */
  readonly config: Config | undefined;
  /** What is wrong with the settings. */
  readonly faults: readonly string[];
  /** The settings that this is about: what they set is not looked at. */
  readonly faulty?: readonly string[];
  /** The lines of .env, counted from 1, that are no settings. */
  readonly strayLines?: readonly number[];
  /** What stands in .env under a name that nobody reads. */
  readonly misnamed?: readonly Misnamed[];
  readonly nodeVersion: string;
  readBuiltInPersonas(): readonly Persona[];
  readonly clock: Clock;
  /** Another Discord than the real one. */
  readonly discordApiBase?: string;
  /** Another Slack than the real one. */
  readonly slackApiUrl?: string;
}

/** Everything that Rapport needs with these settings, in the order in which a start needs it. */
export function checksFor(input: DoctorInput): readonly Check[] {
  const { config } = input;
  const proxy = config?.proxy;
  return [
    { name: "Node", run: () => [node(input.nodeVersion)] },
    { name: "Settings", run: () => settings(input) },
    ...(config
      ? [
          ...(proxy ? [{ name: "Proxy", run: () => checkProxy(proxy) }] : []),
          { name: "Database", run: () => database(config, input.clock) },
          { name: "Letta", run: () => letta(config, input) },
          ...(config.letta.kind === "sandbox" ? [{ name: "Model", run: () => model(config, input) }] : []),
          { name: "Discord", run: () => discord(config, input) },
          { name: "Slack", run: () => slack(config, input) },
        ]
      : []),
  ];
}

/** The oldest that package.json allows. */
const OLDEST = [20, 19] as const;

function node(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld
    ? { state: "error", text: said.oldNode({ version, oldest: OLDEST.join(".") }) }
    : { state: "ok", text: said.node(version) };
}

function* settings({
  config,
  faults,
  misnamed = [],
  strayLines = [],
  readBuiltInPersonas,
}: DoctorInput): Generator<CheckResult> {
  for (const text of faults) yield { state: "error", text };
  for (const line of strayLines) yield { state: "error", text: said.strayLine(line) };
  for (const each of misnamed) yield { state: "warning", text: sentences.settings.misnamed(each) };
  if (faults.length + strayLines.length === 0) yield { state: "ok", text: said.settings };
  const builtIn = readBuiltInPersonas();
  const chosen = builtIn.find(({ key }) => key === config?.defaultPersona);
  if (config && !chosen) {
    const keys = builtIn.map(({ key }) => key);
    yield { state: "error", text: sentences.settings.noSuchPersona(keys) };
  } else if (chosen) {
    yield { state: "ok", text: said.personas({ count: builtIn.length, chosen: chosen.name }) };
  }
}

async function* database(
  { databaseUrl, databaseDirectUrl: directUrl, dataDir, ...others }: Config,
  clock: Clock,
): AsyncGenerator<CheckResult> {
  if (databaseUrl !== undefined) {
    const emulates = (part: { readonly kind: string }) => part.kind === "sandbox";
    const ofLetta = emulates(others.letta) ? ["letta"] : [];
    const ofPlatforms = emulates(others.discord) || emulates(others.slack) ? ["sandbox"] : [];
    yield* checkDatabase({ url: databaseUrl, directUrl }, clock, [...ofLetta, ...ofPlatforms]);
    return;
  }
  const folder = path.relative(process.cwd(), dataDir) || ".";
  if (!existsSync(dataDir)) {
    yield { state: "info", text: said.databaseToBeMade(folder) };
    return;
  }
  const server = await startEmbedded({ dir: dataDir, log: SILENT_LOG });
  try {
    const place = server.dir === realpathSync(dataDir) ? folder : server.dir;
    yield { state: "ok", text: said.embedded(place, server.adopted) };
    yield* checkDatabase({ url: server.url }, clock);
  } finally {
    await server.stop();
  }
}

async function* letta(
  { letta: server, lettaModel: model, lettaEmbedding }: Config,
  input: DoctorInput,
): AsyncGenerator<CheckResult> {
  if (server.kind === "real") yield* checkLetta({ ...server, model, embedding: lettaEmbedding });
  else yield notConnected(input, { emulated: true, settings: ["LETTA_BASE_URL"] });
}

async function* model({ endpoint }: Config, input: DoctorInput): AsyncGenerator<CheckResult> {
  const names = ["OPENAI_BASE_URL", "OPENAI_API_KEY"];
  const faulty = endpoint ? [] : faultyAmong(input, names);
  if (faulty.length > 0) yield { state: "info", text: said.notLookedAt(faulty) };
  else yield* checkModelEndpoint(endpoint);
}

async function* discord({ discord: bot, proxy }: Config, input: DoctorInput): AsyncGenerator<CheckResult> {
  const { clock, discordApiBase } = input;
  if (bot.kind === "real") {
    const { token, guildId } = bot;
    yield* checkDiscord({
      token,
      guildId,
      apiBase: discordApiBase,
      proxy,
      commands,
      menus,
      clock,
      log: SILENT_LOG,
    });
  } else yield notConnected(input, { emulated: bot.kind === "sandbox", settings: ["DISCORD_TOKEN"] });
}

async function* slack({ slack: app }: Config, input: DoctorInput): AsyncGenerator<CheckResult> {
  const { clock, slackApiUrl: apiUrl } = input;
  if (app.kind === "real") yield* checkSlack({ ...app.config, apiUrl, clock });
  else {
    const emulated = app.kind === "sandbox";
    const names = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"];
    yield notConnected(input, { emulated, settings: names, others: Object.keys(SLACK_VARIABLES) });
  }
}

/**
 * Once people are met on one real platform, the others are there for real or not at all. What somebody has set, and not
 * rightly, is neither emulated nor off.
 */
function notConnected(
  input: DoctorInput,
  {
    emulated,
    settings: names,
    others = [],
  }: {
    readonly emulated: boolean;
    readonly settings: readonly string[];
    readonly others?: readonly string[];
  },
): CheckResult {
  const faulty = faultyAmong(input, [...new Set([...names, ...others])]);
  if (faulty.length > 0) return { state: "info", text: said.notLookedAt(faulty) };
  return { state: "info", text: emulated ? said.emulated(names) : said.off(names) };
}

const faultyAmong = ({ faulty = [] }: DoctorInput, names: readonly string[]): readonly string[] =>
  names.filter((name) => faulty.includes(name));

const silence = () => undefined;
/** The list says all there is to say. */
const SILENT_LOG: Logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  child: () => SILENT_LOG,
};
