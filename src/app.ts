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
import { type DispatchServices, handleTurn } from "./core/inbox/handle-turn.ts";
import { QueueingInbox } from "./core/inbox/inbox.ts";
import type { BotEvent } from "./core/ports/bot-events.ts";
import type { Clock } from "./core/ports/clock.ts";
import type { Logger } from "./core/ports/logger.ts";
import type { Platform } from "./core/ports/platform.ts";
import type { AgentPorts, CoreServices } from "./core/ports/services.ts";
import { handleDeadLetter } from "./core/turn/dead-letter.ts";
import type { SessionStorage } from "./platforms/discord/gateway/listener.ts";
import { StoredShard } from "./platforms/discord/gateway/sessions.ts";
import { DiscordPlatform } from "./platforms/discord/platform.ts";
import { Exchange } from "./platforms/http-api/answers/exchange.ts";
import { HttpApiPlatform } from "./platforms/http-api/platform.ts";
import type { ProxySettings } from "./platforms/shared/proxy-settings.ts";
import { StoredHeard } from "./platforms/slack/backfill/heard-until.ts";
import { SlackPlatform } from "./platforms/slack/platform.ts";
import { sentences } from "./sentences/sentences.ts";
import type { Storage } from "./storage/storage.ts";
import { activeChannels, watchedPlaces } from "./wiring/active-places.ts";
import { readAppHome } from "./wiring/app-home.ts";
import { type AppHttp, appHttpRoutes } from "./wiring/http.ts";
import { isMember, readersOf } from "./wiring/readers.ts";
import { slackInstallation } from "./wiring/slack-installation.ts";

export interface AppOptions {
  readonly storage: Storage;
  readonly agents: AgentPorts;
  readonly discord?: {
    readonly token: string;
    readonly apiBase?: string;
    readonly guildId?: string | undefined;
    readonly webhookPostsAMinute?: number | undefined;
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

/** A page of Slack's history tells of many threads at once whether they have news. */
const WATCHED_IN_SLACK = 10_000;
const SWEEP_EVERY_MS = 60 * 60_000;
const STOP_LIMITS = { deadlineMs: 20_000, graceMs: 1_000 };

/** The only wiring: the process, the sandbox and the tests all come through here. */
export class App {
  readonly services: CoreServices;
  /** Answers requests; whoever wants a port gives it one. */
  readonly http: AppHttp | undefined;
  readonly #options: AppOptions;
  readonly #listeners = new Set<(botEvent: BotEvent) => void>();
  readonly #platforms = new Map<string, Platform>();
  readonly #watch: PollingOutageWatch;
  readonly #losses: PlatformLosses;
  readonly #inbox: QueueingInbox;
  readonly #dispatchServices: DispatchServices;
  readonly #stopping = new AbortController();
  #sweeping: Promise<void> | undefined;

  /** Bound, since it is handed on by itself. Gives what ends it. */
  readonly onBotEvent = (listener: (botEvent: BotEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  constructor(options: AppOptions) {
    const { storage, agents, admins, clock, log } = options;
    const { turnQueue, outages } = storage;
    const platforms = this.#platforms;
    this.#options = options;
    this.#watch = new PollingOutageWatch({ health: agents.health, outages, lanes: turnQueue, clock, log });
    this.services = this.#coreServices(options);
    if (!options.builtInPersonas.some(({ key }) => key === options.defaultPersona)) {
      const keys = options.builtInPersonas.map(({ key }) => key);
      throw new AppError("misconfigured", sentences.settings.noSuchPersona(keys));
    }
    this.#losses = new PlatformLosses({
      platforms,
      // What nobody gives a port nobody can call.
      isReached: (name) => name !== webApi.name || options.http !== undefined,
      lanes: turnQueue,
      notify: this.services.emit,
      clock,
      log,
      end: options.onFatal,
    });
    if (options.discord) this.#add(this.#discord(options.discord));
    if (options.slack) this.#add(this.#slack(options.slack));
    const told = storage.records("alert", ToldAlert);
    const alerts = new AdminAlerts({ admins, platforms, told, clock, log });
    this.onBotEvent((botEvent) => alerts.hear(botEvent));
    const releasing = new AbortController();
    // Always there: what was asked of it before is answered, also when nobody listens to requests any more.
    const webApi = new HttpApiPlatform({
      services: this.services,
      exchanges: storage.records("exchange", Exchange),
      onBotEvent: this.onBotEvent,
      leaving: releasing.signal,
    });
    this.#add(webApi);
    this.#inbox = new QueueingInbox(this.services, commands);
    this.#dispatchServices = {
      ...this.services,
      commands,
      platforms,
      cancellation: new TurnCancellation(this.services),
      refusing: (platform) => this.#refusing(platform),
    };
    this.http = options.http && {
      routes: appHttpRoutes({
        ...options,
        ...options.http,
        health: agents.health,
        api: webApi.routes,
        platforms,
        reasonLost: (platform) => this.#losses.reason(platform),
        listen: this.onBotEvent,
      }),
      release: () => releasing.abort(),
    };
  }

  /** Connects the platforms and begins to answer. */
  async start(): Promise<void> {
    // Sinks work before a platform is connected: turns of an earlier process go on at once.
    const served = [...this.#platforms.keys()];
    await this.#watch.start();
    await this.#options.storage.turnQueue.start(
      (turn) => handleTurn(this.#dispatchServices, turn),
      (lane) => handleDeadLetter(this.#dispatchServices, lane),
      served,
    );
    // Side by side: one that is away keeps nobody waiting on another.
    await Promise.all(
      [...this.#platforms.values()].map((platform) =>
        this.#losses.start(platform, platform.start(this.#inbox)),
      ),
    );
    this.#sweeping = this.#sweepNowAndThen();
  }

  /** Takes no more events, lets answers finish within the deadline, leaves the rest to the next start. */
  async stop(limits: { readonly deadlineMs: number; readonly graceMs: number } = STOP_LIMITS): Promise<void> {
    this.#stopping.abort();
    for (const platform of this.#platforms.values()) await platform.stop();
    await this.#options.storage.turnQueue.stop(limits);
    await this.#watch.stop();
    for (const platform of this.#platforms.values()) await platform.close();
    await this.#sweeping;
  }

  #coreServices({ storage, agents, admins, clock, log, ...options }: AppOptions): CoreServices {
    const platforms = this.#platforms;
    const prompts = new CompiledPrompts({
      provisioning: agents.provisioning,
      agentRecords: storage.agents,
      bindings: storage.bindings,
      clock,
      log,
    });
    return {
      ...agents,
      prompts,
      outageWatch: this.#watch,
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
        for (const listener of this.#listeners) listener(botEvent);
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
  }

  #add(platform: Platform): void {
    this.#platforms.set(platform.name, platform);
  }

  #discord(options: NonNullable<AppOptions["discord"]>): Platform {
    const { storage, proxy, clock, log } = this.#options;
    return new DiscordPlatform({
      ...options,
      proxy,
      commands,
      menus,
      clock,
      log: log.child({ platform: "discord" }),
      lock: (name) => storage.tryProcessLock(name),
      activeChannels: () => activeChannels(this.services, "discord"),
      sessions: options.resumes === false ? undefined : gatewaySessions(storage),
      onLost: (loss) => this.#losses.lost("discord", loss),
    });
  }

  #slack(options: NonNullable<AppOptions["slack"]>): Platform {
    const { storage, proxy, clock, log } = this.#options;
    return new SlackPlatform({
      ...options,
      proxy,
      installed: slackInstallation(options, storage),
      commands,
      menus,
      clock,
      log: log.child({ platform: "slack" }),
      readAppHome: readAppHome(this.services),
      activeChannels: () => watchedPlaces(this.services, "slack", WATCHED_IN_SLACK),
      heard: storage.records("heard", StoredHeard),
      onLost: (loss) => this.#losses.lost("slack", loss),
    });
  }

  /** Every turn under way listens: more than ten are no leak. */
  #refusing(platform: string): AbortSignal {
    const signal = this.#losses.refusing(platform);
    setMaxListeners(0, signal);
    return signal;
  }

  async #sweepNowAndThen(): Promise<void> {
    const { storage, policy, clock, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      await storage
        .sweep(policy.retentionDays)
        .catch((err: unknown) => log.warn({ err }, "could not sweep old records"));
      await eraseDueTenants(this.services, storage.tenantData).catch((err: unknown) =>
        log.warn({ err }, "could not erase the tenants that are due"),
      );
      await clock.sleep(SWEEP_EVERY_MS, this.#stopping.signal);
    }
  }
}

const gatewaySessions = (storage: Storage): SessionStorage => ({
  records: storage.records("gateway", StoredShard),
  claim: (name) => storage.tryProcessLock(name),
});
