import { existsSync } from "node:fs";
import { App, type AppOptions } from "./app.ts";
import { type ApiConfig, type Config, isRunByNpm, misnamedInFile, readConfig } from "./config/config.ts";
import { warnOfNames } from "./config/misnamed-settings.ts";
import { recordingOutages } from "./core/agent/outage-watch.ts";
import { AppError } from "./core/domain/errors.ts";
import type { Logger } from "./core/ports/logger.ts";
import type { AgentPorts } from "./core/ports/services.ts";
import { listen } from "./http/server.ts";
import { lettaAgents } from "./letta/letta-agents.ts";
import { banner, startSummary } from "./process/banner.ts";
import { systemClock } from "./process/clock.ts";
import { isTaken, onFreePort } from "./process/free-port.ts";
import { createLog } from "./process/log.ts";
import { onNpmExit } from "./process/npm-exit.ts";
import { useProxy } from "./process/proxy.ts";
import { Terminal } from "./process/terminal.ts";
import { sentences } from "./sentences/sentences.ts";
import { startEmbedded } from "./storage/embedded/embedded-server.ts";
import { openStorage, type Storage } from "./storage/storage.ts";
import { readBuiltInPersonas } from "./wiring/built-in-personas.ts";
import type { AppHttp } from "./wiring/http.ts";
import { type OwnLetta, startLettaServerOn } from "./wiring/letta-server.ts";
import { checkModel } from "./wiring/model-endpoint.ts";
import type { Emulators } from "./wiring/playground.ts";

/*
 * The process: settings, then the parts, then the app. Everything that was started is stopped in reverse on SIGTERM,
 * Ctrl-C or a fatal error; a second signal ends the process at once.
 */

const { steps } = sentences.start;

const FORCED = 130;
/** npm hands Ctrl-C on to a process that the terminal has told already: what comes so soon is the same one. */
const SAME_SIGNAL_MS = 1_000;
/** How long somebody who will not wait for answers still waits for the database to stop. */
const FORCED_WITHIN_MS = 5_000;

interface Stoppable {
  readonly name: string;
  stop(): Promise<unknown>;
}

const started: Stoppable[] = [];

interface ProcessContext {
  readonly config: Config;
  readonly log: Logger;
  /** Where a person reads along; absent: nobody does. */
  readonly terminal: Terminal | undefined;
}

async function main({ config, log, terminal }: ProcessContext): Promise<void> {
  if (config.proxy) useProxy(config.proxy);
  const playground = emulatesPlatform(config) ? await loadPlayground() : undefined;
  // Read before anything is started, since it may be wrong.
  const builtInPersonas = readBuiltInPersonas();
  terminal?.doing(databaseStep(config));
  const url = config.databaseUrl ?? (await startDatabase(config, log));
  const storage = await openStorage({ url, directUrl: config.databaseDirectUrl, log });
  started.push({ name: "storage", stop: () => storage.close() });

  if (playground) await claimSandbox(storage);
  terminal?.doing(config.letta.kind === "real" ? steps.askingLetta : steps.startingLetta);
  const { agents, letta } = await connectAgents(config, storage, log);
  const platforms = playground ? await startPlatforms(playground, config, storage) : NONE;
  const app = new App({
    storage,
    agents,
    ...discordOptions(config, platforms),
    slack: slackOptions(config, platforms),
    http: config.api,
    proxy: config.proxy,
    builtInPersonas,
    defaultPersona: config.defaultPersona,
    admins: config.admins,
    policy: config.policy,
    privacyUrl: config.privacyUrl,
    debounceMs: config.debounceMs,
    logMessageText: config.logMessageText,
    clock: systemClock,
    log,
    onFatal: (error) => void end({ log, terminal }, error),
  });
  started.push({ name: "app", stop: () => app.stop() });
  terminal?.doing(steps.connecting);
  // Before the platforms: while one of them is away, `/readyz` says which.
  const apiUrl = config.api && app.http && (await startHttp(config.api, app.http));
  await app.start();
  const page = await playground?.startPage(config, app, { ...platforms, letta });
  if (page) started.push({ name: "page", stop: () => page.stop() });
  if (ending !== undefined) return;
  terminal?.done();
  const facts = startSummary(config, { page: page?.url, api: apiUrl });
  const said = banner(facts, { colours: terminal?.colours ?? false, port: config.port });
  // Where nobody reads along, standard output holds the log alone, a JSON object a line.
  if (terminal) terminal.write(said);
  else process.stderr.write(said);
  if (config.letta.kind === "sandbox" && config.endpoint) await checkModel(config, log);
}

function databaseStep({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl !== undefined) return steps.askingDatabase;
  return existsSync(dataDir) ? steps.startingDatabase : steps.makingDatabase;
}

async function startDatabase({ dataDir }: Config, log: Logger): Promise<string> {
  const database = await startEmbedded({ dir: dataDir, log });
  started.push({ name: "database", stop: () => database.stop() });
  return database.url;
}

const emulatesPlatform = ({ discord, slack }: Config): boolean =>
  discord.kind === "sandbox" || slack.kind === "sandbox";

/** Its servers are in one process's memory and kept now and then: a second one would keep over what the first kept. */
async function claimSandbox(storage: Storage): Promise<void> {
  const lock = await storage.tryProcessLock("sandbox");
  if (!lock) throw new AppError("misconfigured", sentences.start.runsAlready);
  started.push({ name: "sandbox's lock", stop: () => lock.release() });
}

interface Connected {
  readonly agents: AgentPorts;
  /** Absent when Letta is a real one. */
  readonly letta?: OwnLetta["lettaServer"] | undefined;
}

async function connectAgents(config: Config, storage: Storage, log: Logger): Promise<Connected> {
  const { letta, lettaModel: model, lettaEmbedding: embedding } = config;
  if (letta.kind === "real") {
    const agents = lettaAgents({ ...letta, model, embedding, clock: systemClock, log });
    await recordingOutages(agents.health, storage.outages, () => agents.health.check());
    return { agents };
  }
  // What ran in the one of an earlier process ended with that.
  await storage.outages.begin({ gone: true });
  // Who emulates a platform has claimed the data.
  const { endpoint } = config;
  const { lettaServer, apiKey } = await startLettaServerOn(storage, systemClock, {
    endpoint,
    alone: emulatesPlatform(config),
  });
  started.push({ name: "sandbox's Letta", stop: () => lettaServer.stop() });
  return {
    agents: lettaAgents({ baseUrl: lettaServer.url, apiKey, clock: systemClock, log }),
    letta: lettaServer,
  };
}

/** Where nothing is emulated. */
const NONE: Emulators = { discord: undefined, slack: undefined, botTokens: undefined };

const importPlayground = () => import("./wiring/playground.ts");
type Playground = Awaited<ReturnType<typeof importPlayground>>;

/** Only where somebody wants it: what was built for production has neither emulators nor page. */
async function loadPlayground(): Promise<Playground> {
  try {
    return await importPlayground();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    throw nothingEmulated(error);
  }
}

const nothingEmulated = (cause: unknown) =>
  new AppError("misconfigured", sentences.start.nothingEmulated, { cause });

async function startPlatforms(playground: Playground, config: Config, storage: Storage): Promise<Emulators> {
  const emulators = await playground.startEmulators(config, storage);
  const { discord, slack } = emulators;
  if (discord) started.push({ name: "sandbox's Discord", stop: () => discord.stop() });
  if (slack) started.push({ name: "sandbox's Slack", stop: () => slack.stop() });
  return emulators;
}

function discordOptions({ discord }: Config, emulated: Emulators) {
  if (discord.kind === "real") return { discord: { token: discord.token, guildId: discord.guildId } };
  const sandbox = emulated.discord;
  return sandbox ? { discord: { token: sandbox.token, apiBase: sandbox.url, resumes: false } } : {};
}

function slackOptions({ slack }: Config, { slack: sandbox, botTokens }: Emulators): AppOptions["slack"] {
  if (slack.kind === "real") return slack.config;
  if (!sandbox || !botTokens) return undefined;
  return {
    installed: { by: "token", ...botTokens },
    transport: { by: "sockets", appToken: sandbox.appToken },
    apiUrl: sandbox.url,
  };
}

/** Stopped before the app is: nobody asks a bot that is being stopped. */
async function startHttp(config: ApiConfig, { routes, release }: AppHttp): Promise<string> {
  const { host, port, anyPort } = config;
  const open = (at: number) => listen({ routes, host, port: at, release });
  const server = await (anyPort ? onFreePort(port, open) : open(port)).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    throw new AppError("misconfigured", sentences.start.portTaken(port), { cause: error });
  });
  started.push({ name: "http", stop: () => server.stop() });
  return server.url;
}

let ending: Promise<void> | undefined;

/** Stops everything in reverse order, then ends the process; with an error, as failed. */
function end({ log, terminal }: Pick<ProcessContext, "log" | "terminal">, error?: unknown): Promise<void> {
  ending ??= (async () => {
    terminal?.done();
    if (error !== undefined) explain(log, error);
    else terminal?.doing(steps.finishing);
    for (const { name, stop } of started.toReversed()) {
      await stop().catch((err: unknown) => log.error({ err, part: name }, "could not stop cleanly"));
    }
    terminal?.done();
    if (error === undefined) terminal?.write(`  ${sentences.start.ended}\n`);
    process.exit(error === undefined ? 0 : 1);
  })();
  return ending;
}

/** By a signal, by the terminal that closes, or when npm was killed. */
function endOnSignal(surroundings: ProcessContext): void {
  let toldAt: number | undefined;
  const told = () => {
    if (toldAt !== undefined && performance.now() - toldAt < SAME_SIGNAL_MS) return;
    if (toldAt !== undefined) return void endAtOnce();
    toldAt = performance.now();
    void end(surroundings);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, told);
  // Nobody reads any more what is written to a terminal that was closed.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  // What npm does not run outlives who began it.
  if (isRunByNpm()) onNpmExit(told);
}

/** The rest is found by the next start; but a server of ours should not stay behind, with nobody who uses it. */
async function endAtOnce(): Promise<void> {
  setTimeout(() => process.exit(FORCED), FORCED_WITHIN_MS).unref();
  await started
    .find(({ name }) => name === "database")
    ?.stop()
    .catch(() => undefined);
  process.exit(FORCED);
}

function run(): void {
  const { stdout } = process;
  const terminal = stdout.isTTY ? new Terminal(stdout, { moves: stdout.hasColors() }) : undefined;
  // In the place of what the step before the start has written there.
  terminal?.doing(steps.starting);
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    terminal?.done();
    const log = createLog({ level: "info", terminal });
    warnOfNames(misnamedInFile(), log);
    explain(log, error);
    process.exit(1);
  }
  const log = createLog({ level: config.logLevel, terminal, texts: config.logMessageText });
  const surroundings = { config, log, terminal };
  warnOfNames(misnamedInFile(), log);
  endOnSignal(surroundings);
  process.on("unhandledRejection", (error) => void end(surroundings, error));
  main(surroundings).catch((error: unknown) => end(surroundings, error));
}

run();

/** What somebody can mend gets a sentence; everything else is for the log. */
function explain(log: Logger, error: unknown): void {
  if (error instanceof AppError)
    process.stderr.write(`\n  ${error.userMessage.replaceAll("\n", "\n  ")}\n\n`);
  else log.error({ err: error }, "cannot go on");
}
