import { setMaxListeners } from "node:events";
import { commands, menus } from "../commands/index.ts";
import type { SlackConfig } from "./config/slack.ts";
import { eraseDueTenants } from "./core/access/tenant-erasure.ts";
import { TurnCancellation } from "./core/agent/cancellation.ts";
import { CompiledPrompts } from "./core/agent/compiled-prompts.ts";
import { SparingOutageLog } from "./core/agent/outage-log.ts";
import { PollingOutageWatch } from "./core/agent/outage-watch.ts";
import { AdminAlerts, ToldAlert } from "./core/delivery/admin-alerts.ts";
import { PlatformLosses } from "./core/delivery/platform-losses.ts";
import { AppError } from "./core/domain/errors.ts";
import type { Persona } from "./core/domain/persona.ts";
import type { Policy } from "./core/domain/policy.ts";
import { handleTurn } from "./core/inbox/handle-turn.ts";
import { QueueingInbox } from "./core/inbox/inbox.ts";
import type { BotEvent } from "./core/ports/bot-events.ts";
import type { Clock } from "./core/ports/clock.ts";
import type { Logger } from "./core/ports/logger.ts";
import type { Platform } from "./core/ports/platform.ts";
import type { AgentPorts, CoreServices } from "./core/ports/services.ts";
import { handleDeadLetter } from "./core/turn/dead-letter.ts";
import type { SessionStorage } from "./platforms/discord/gateway/listener.ts";
import { StoredShard } from "./platforms/discord/gateway/sessions.ts";
import { createDiscordPlatform } from "./platforms/discord/platform.ts";
import { Exchange } from "./platforms/http-api/answers/exchange.ts";
import { HttpApiPlatform } from "./platforms/http-api/platform.ts";
import type { ProxySettings } from "./platforms/shared/proxy-settings.ts";
import { StoredHeard } from "./platforms/slack/backfill/heard-until.ts";
import { type SlackOptions, SlackPlatform } from "./platforms/slack/platform.ts";
import { StoredInstallation } from "./platforms/slack/workspaces/installation.ts";
import { sentences } from "./sentences/sentences.ts";
import { Sealed, sealedRecords } from "./storage/records/sealed-records.ts";
import type { Storage } from "./storage/storage.ts";
import { activeChannels, watchedPlaces } from "./wiring/active-places.ts";
import { readAppHome } from "./wiring/app-home.ts";
import { type AppHttp, appHttpRoutes } from "./wiring/http.ts";
import { isMember, readersOf } from "./wiring/readers.ts";

export interface AppOptions {
  readonly storage: Storage;
  readonly agents: AgentPorts;
  readonly discord?: {
    readonly token: string;
    readonly apiBase?: string;
    readonly guildId?: string | undefined;
    /** False for one that forgets its sessions with this process. */
    readonly resumes?: boolean;
  };
  readonly slack?: (SlackConfig & { readonly apiUrl?: string; readonly authorizeUrl?: string }) | undefined;
  /** The HTTP API, health and metrics; absent: they are not there. */
  readonly http?: { readonly token: string | undefined } | undefined;
  /** On the way to the platforms; absent: there is none. */
  readonly proxy?: ProxySettings | undefined;
  readonly builtInPersonas: readonly Persona[];
  readonly defaultPersona: string;
  readonly admins: ReadonlySet<string>;
  readonly policy: Policy;
  readonly privacyUrl?: string | undefined;
  readonly debounceMs: number;
  readonly logMessageText: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** No platform is left that people could reach: the process should end and be started again. */
  readonly onFatal: (error: AppError) => void;
}

export interface App {
  readonly services: CoreServices;
  /** Connects the platforms and begins to answer. */
  start(): Promise<void>;
  /** Takes no more events, lets answers finish within the deadline, leaves the rest to the next start. */
  stop(limits?: { readonly deadlineMs: number; readonly graceMs: number }): Promise<void>;
  onBotEvent(listener: (botEvent: BotEvent) => void): () => void;
  /** Answers requests; whoever wants a port gives it one. */
  readonly http: AppHttp | undefined;
}
/** A page of Slack's history tells of many threads at once whether they have news. */
const WATCHED_IN_SLACK = 10_000;
const SWEEP_EVERY_MS = 60 * 60_000;
const STOP_LIMITS = { deadlineMs: 20_000, graceMs: 1_000 };

/** The only wiring: the process, the sandbox and the tests all come through here. */
export function createApp(options: AppOptions): App {
  const { storage, agents, clock, log, admins } = options;
  const listeners = new Set<(botEvent: BotEvent) => void>();
  const platforms = new Map<string, Platform>();
  const { turnQueue, outages } = storage;
  const watch = new PollingOutageWatch({ health: agents.health, outages, lanes: turnQueue, clock, log });
  const prompts = new CompiledPrompts({
    agentRecords: storage.agents,
    bindings: storage.bindings,
    provisioning: agents.provisioning,
    clock,
    log,
  });
  const services: CoreServices = {
    ...agents,
    prompts,
    outageWatch: watch,
    outageLog: new SparingOutageLog({ clock, log }),
    bindings: storage.bindings,
    settings: storage.settings,
    personas: storage.personas,
    agentRecords: storage.agents,
    tenants: storage.tenants,
    lateAnswers: storage.lateAnswers,
    readersOf: (place) => readersOf(platforms, place, log),
    isMember: (place, person) => isMember(platforms, place, { person, log }),
    turnQueue: storage.turnQueue,
    turns: storage.turns,
    provenance: storage.provenance,
    usage: storage.usage,
    clock,
    log,
    emit: (botEvent) => {
      for (const listener of listeners) listener(botEvent);
    },
    logMessageText: options.logMessageText,
    debounceMs: options.debounceMs,
    builtInPersonas: options.builtInPersonas,
    defaultPersona: options.defaultPersona,
    policy: options.policy,
    privacyUrl: options.privacyUrl,
    isUnmanagedTenant: ({ platform, tenant }) => platforms.get(platform)?.unmanagedTenant === tenant,
    findSubjects: async (place, typed) =>
      (await platforms.get(place.platform)?.findSubjects?.(place, typed)) ?? [],
    nameRestrictions: async (place) => {
      const [there, met] = await Promise.all([
        platforms.get(place.platform)?.nameRestrictions?.(place),
        // Those who write to the bot directly are no company of each other's.
        place.kind === "direct" ? [] : storage.recentPeople(place),
      ]);
      const { taken = [], ...limits } = there ?? { refusedParts: [], maxLength: Number.POSITIVE_INFINITY };
      return { ...limits, taken: [...taken, ...met] };
    },
    isAdmin: (person) => admins.has(person),
  };
  if (!options.builtInPersonas.some(({ key }) => key === options.defaultPersona)) {
    const keys = options.builtInPersonas.map(({ key }) => key);
    throw new AppError("misconfigured", sentences.settings.noSuchPersona(keys));
  }

  const losses = new PlatformLosses({
    platforms,
    // What nobody gives a port nobody can call.
    isReached: (name) => name !== webApi.name || options.http !== undefined,
    lanes: turnQueue,
    notify: services.emit,
    clock,
    log,
    end: options.onFatal,
  });

  if (options.discord) {
    const discord = createDiscordPlatform({
      ...options.discord,
      proxy: options.proxy,
      commands,
      menus,
      clock,
      log: log.child({ platform: "discord" }),
      lock: (name) => storage.tryProcessLock(name),
      activeChannels: () => activeChannels(services, "discord"),
      sessions: options.discord.resumes === false ? undefined : gatewaySessions(storage),
      onLost: (loss) => losses.lost("discord", loss),
    });
    platforms.set(discord.name, discord);
  }

  if (options.slack) {
    const slack = new SlackPlatform({
      ...options.slack,
      proxy: options.proxy,
      installed: slackInstallation(options.slack, storage),
      commands,
      menus,
      clock,
      log: log.child({ platform: "slack" }),
      readAppHome: readAppHome(services),
      activeChannels: () => watchedPlaces(services, "slack", WATCHED_IN_SLACK),
      heard: storage.records("heard", StoredHeard),
      onLost: (loss) => losses.lost("slack", loss),
    });
    platforms.set(slack.name, slack);
  }

  const listen = (listener: (botEvent: BotEvent) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const told = storage.records("alert", ToldAlert);
  const alerts = new AdminAlerts({ admins, platforms, told, clock, log });
  listen((botEvent) => alerts.hear(botEvent));
  const releasing = new AbortController();
  // Always there: what was asked of it before is answered, also when nobody listens to requests any more.
  const webApi = new HttpApiPlatform({
    services: services,
    exchanges: storage.records("exchange", Exchange),
    onBotEvent: listen,
    leaving: releasing.signal,
  });
  platforms.set(webApi.name, webApi);

  const inbox = new QueueingInbox(services, commands);
  const cancellation = new TurnCancellation(services);
  const dispatchServices = { ...services, commands, platforms, cancellation, refusing };

  /** Every turn under way listens: more than ten are no leak. */
  function refusing(platform: string): AbortSignal {
    const signal = losses.refusing(platform);
    setMaxListeners(0, signal);
    return signal;
  }
  const stopping = new AbortController();
  let sweeping: Promise<void> | undefined;

  async function sweepNowAndThen(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { retentionDays } = options.policy;
      await storage
        .sweep(retentionDays)
        .catch((err: unknown) => log.warn({ err }, "could not sweep old records"));
      await eraseDueTenants(services, storage.tenantData).catch((err: unknown) =>
        log.warn({ err }, "could not erase the tenants that are due"),
      );
      await clock.sleep(SWEEP_EVERY_MS, stopping.signal);
    }
  }

  return {
    services,
    onBotEvent: listen,
    http: options.http && {
      routes: appHttpRoutes({
        ...options,
        ...options.http,
        health: agents.health,
        api: webApi.routes,
        platforms,
        reasonLost: (platform) => losses.reason(platform),
        listen,
      }),
      release: () => releasing.abort(),
    },
    async start() {
      // Sinks work before a platform is connected: turns of an earlier process go on at once.
      const served = [...platforms.keys()];
      await watch.start();
      await storage.turnQueue.start(
        (turn) => handleTurn(dispatchServices, turn),
        (lane) => handleDeadLetter(dispatchServices, lane),
        served,
      );
      // Side by side: one that is away keeps nobody waiting on another.
      await Promise.all(
        [...platforms.values()].map((platform) => losses.start(platform, platform.start(inbox))),
      );
      sweeping = sweepNowAndThen();
    },
    async stop(limits = STOP_LIMITS) {
      stopping.abort();
      for (const platform of platforms.values()) await platform.stop();
      await storage.turnQueue.stop(limits);
      await watch.stop();
      for (const platform of platforms.values()) await platform.close();
      await sweeping;
    },
  };
}

function slackInstallation(
  { installed, authorizeUrl }: NonNullable<AppOptions["slack"]>,
  storage: Storage,
): SlackOptions["installed"] {
  if (installed.by === "token") return installed;
  const { clientId, clientSecret, secretKey } = installed;
  const records = storage.records("installation", Sealed);
  const sealed = { records, schema: StoredInstallation, secretKey, purpose: "slack installation" };
  return {
    by: "oauth",
    oauth: { clientId, clientSecret, stateSecret: secretKey, authorizeUrl },
    installations: sealedRecords(sealed),
  };
}

const gatewaySessions = (storage: Storage): SessionStorage => ({
  records: storage.records("gateway", StoredShard),
  claim: (name) => storage.tryProcessLock(name),
});
