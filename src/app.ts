import { setMaxListeners } from "node:events";
import { commands, menus } from "../commands/index.ts";
import { type AppHttp, appHttp } from "./app-http.ts";
import { isMember, readersOf } from "./app-readers.ts";
import { createAgentWatch } from "./core/agent-watch.ts";
import type { Agents } from "./core/agents.ts";
import { createAlerts, ToldAlert } from "./core/alerts.ts";
import type { Clock } from "./core/clock.ts";
import { createDispatch } from "./core/dispatch.ts";
import { eraseWhatIsDue } from "./core/erasure.ts";
import { AppError } from "./core/errors.ts";
import { createGivingUp } from "./core/giving-up.ts";
import { createInbox } from "./core/inbox.ts";
import type { Logger } from "./core/logger.ts";
import { createLosses } from "./core/losses.ts";
import type { Notice } from "./core/notice.ts";
import { createOutageLog } from "./core/outage-log.ts";
import type { Parts } from "./core/parts.ts";
import type { Persona } from "./core/persona.ts";
import type { Platform } from "./core/platform.ts";
import type { Policy } from "./core/policy.ts";
import type { ProxySettings } from "./core/proxy.ts";
import { createStops } from "./core/running.ts";
import { readHome } from "./home.ts";
import { discordPlatform } from "./platforms/discord/adapter.ts";
import type { KeptSessions } from "./platforms/discord/listening.ts";
import { StoredShard } from "./platforms/discord/session-keeper.ts";
import { type SlackOptions, slackPlatform } from "./platforms/slack/adapter.ts";
import { StoredHeard } from "./platforms/slack/heard.ts";
import { StoredInstallation } from "./platforms/slack/installation.ts";
import { webPlatform } from "./platforms/web/adapter.ts";
import { Exchange } from "./platforms/web/exchange.ts";
import type { SlackConfig } from "./slack-config.ts";
import { Sealed, sealedRecords } from "./storage/sealed-records.ts";
import type { Storage } from "./storage/storage.ts";

export interface AppOptions {
  readonly storage: Storage;
  readonly agents: Agents;
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
  readonly box: readonly Persona[];
  readonly defaultPersona: string;
  readonly admins: ReadonlySet<string>;
  readonly policy: Policy;
  readonly privacyUrl?: string | undefined;
  readonly burstMs: number;
  readonly logMessageText: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** No platform is left that people could reach: the process should end and be started again. */
  readonly onFatal: (error: AppError) => void;
}

export interface App {
  readonly parts: Parts;
  /** Connects the platforms and begins to answer. */
  start(): Promise<void>;
  /** Takes no more events, lets answers finish within the deadline, leaves the rest to the next start. */
  stop(limits?: { readonly deadlineMs: number; readonly graceMs: number }): Promise<void>;
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Answers requests; whoever wants a port gives it one. */
  readonly http: AppHttp | undefined;
}

/** Direct messages and threads with an answer in this time are looked through for what was said meanwhile. */
const WATCHED_FOR_MS = 7 * 24 * 60 * 60_000;
/** A page of Slack's history tells of many threads at once whether they have news. */
const WATCHED_IN_SLACK = 10_000;
const SWEEP_EVERY_MS = 60 * 60_000;
const STOP_LIMITS = { deadlineMs: 20_000, graceMs: 1_000 };

/** The only wiring: the process, the sandbox and the tests all come through here. */
export function createApp(options: AppOptions): App {
  const { storage, agents, clock, log, admins } = options;
  const listeners = new Set<(notice: Notice) => void>();
  const platforms = new Map<string, Platform>();
  const { lanes, outages } = storage;
  const watch = createAgentWatch({ agents, outages, lanes, clock, log });
  const parts: Parts = {
    agents,
    watch,
    outageLog: createOutageLog({ clock, log }),
    bindings: storage.bindings,
    settings: storage.settings,
    personas: storage.personas,
    agentRecords: storage.agents,
    tenants: storage.tenants,
    lateAnswers: storage.lateAnswers,
    readersOf: (place) => readersOf(platforms, place, log),
    isMember: (place, person) => isMember(platforms, place, { person, log }),
    lanes: storage.lanes,
    turns: storage.turns,
    provenance: storage.provenance,
    usage: storage.usage,
    clock,
    log,
    notify: (notice) => {
      for (const listener of listeners) listener(notice);
    },
    logMessageText: options.logMessageText,
    burstMs: options.burstMs,
    box: options.box,
    defaultPersona: options.defaultPersona,
    policy: options.policy,
    privacyUrl: options.privacyUrl,
    isNobodys: ({ platform, tenant }) => platforms.get(platform)?.nobodysTenant === tenant,
    subjectsAt: async (place, typed) => (await platforms.get(place.platform)?.subjects?.(place, typed)) ?? [],
    namesAt: async (place) => {
      const [there, met] = await Promise.all([
        platforms.get(place.platform)?.namesAt?.(place),
        // Those who write to the bot directly are no company of each other's.
        place.kind === "direct" ? [] : storage.peopleMet(place),
      ]);
      const { taken = [], ...limits } = there ?? { refusedParts: [], maxLength: Number.POSITIVE_INFINITY };
      return { ...limits, taken: [...taken, ...met] };
    },
    isAdmin: (person) => admins.has(person),
  };
  if (!options.box.some(({ key }) => key === options.defaultPersona)) {
    const keys = options.box.map(({ key }) => key).join(", ");
    throw new AppError("misconfigured", `DEFAULT_PERSONA should be one of ${keys}.`);
  }

  const losses = createLosses({
    platforms,
    // What nobody gives a port nobody can call.
    isReached: (name) => name !== webApi.name || options.http !== undefined,
    lanes,
    notify: parts.notify,
    clock,
    log,
    end: options.onFatal,
  });

  if (options.discord) {
    const discord = discordPlatform({
      ...options.discord,
      proxy: options.proxy,
      commands,
      menus,
      clock,
      log: log.child({ platform: "discord" }),
      lock: (name) => storage.tryLock(name),
      active: () => activeChannels(parts, "discord"),
      sessions: options.discord.resumes === false ? undefined : gatewaySessions(storage),
      onLost: (loss) => losses.lost("discord", loss),
    });
    platforms.set(discord.name, discord);
  }

  if (options.slack) {
    const slack = slackPlatform({
      ...options.slack,
      proxy: options.proxy,
      installed: slackInstallation(options.slack, storage),
      commands,
      menus,
      clock,
      log: log.child({ platform: "slack" }),
      readHome: readHome(parts),
      watched: () => watchedPlaces(parts, "slack", WATCHED_IN_SLACK),
      heard: storage.records("heard", StoredHeard),
      onLost: (loss) => losses.lost("slack", loss),
    });
    platforms.set(slack.name, slack);
  }

  const listen = (listener: (notice: Notice) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  listen(createAlerts({ admins, platforms, told: storage.records("alert", ToldAlert), clock, log }));
  const releasing = new AbortController();
  // Always there: what was asked of it before is answered, also when nobody listens to requests any more.
  const webApi = webPlatform({
    parts,
    exchanges: storage.records("exchange", Exchange),
    onNotice: listen,
    leaving: releasing.signal,
  });
  platforms.set(webApi.name, webApi);

  const inbox = createInbox(parts, commands);
  const running = createStops(parts);
  const dispatch = createDispatch({ ...parts, commands, platforms, running, refusing });

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
      await storage.sweep(retentionDays).catch((err: unknown) => log.warn({ err }, "could not sweep"));
      await eraseWhatIsDue(parts, storage.tenantData).catch((err: unknown) =>
        log.warn({ err }, "could not look for what is to be erased"),
      );
      await clock.sleep(SWEEP_EVERY_MS, stopping.signal);
    }
  }

  return {
    parts,
    onNotice: listen,
    http: options.http && {
      routes: appHttp({
        ...options,
        ...options.http,
        api: webApi.routes,
        platforms,
        reasonLost: losses.reason,
        listen,
      }),
      release: () => releasing.abort(),
    },
    async start() {
      // Sinks work before a platform is connected: turns of an earlier process go on at once.
      const served = [...platforms.keys()];
      await watch.start();
      await storage.lanes.start(dispatch, createGivingUp({ ...parts, platforms, running }), served);
      // Side by side: one that is away keeps nobody waiting on another.
      await Promise.all(
        [...platforms.values()].map((platform) => losses.start(platform, platform.start(inbox))),
      );
      sweeping = sweepNowAndThen();
    },
    async stop(limits = STOP_LIMITS) {
      stopping.abort();
      for (const platform of platforms.values()) await platform.stop();
      await storage.lanes.stop(limits);
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

/** Longer than in servers, which tell what is new: of direct messages nobody does. */
const TALKED_FOR_MS = 30 * 24 * 60 * 60_000;
/** More than anybody has: all that is answered is looked through. */
const ALL_PLACES = 1_000_000;

async function activeChannels({ turns, clock }: Parts, platform: string) {
  return turns.recentPlaces({ platform, since: clock.now() - TALKED_FOR_MS, limit: ALL_PLACES });
}

const gatewaySessions = (storage: Storage): KeptSessions => ({
  records: storage.records("gateway", StoredShard),
  claim: (name) => storage.tryLock(name),
});

async function watchedPlaces({ turns, clock }: Parts, platform: string, limit: number) {
  const since = clock.now() - WATCHED_FOR_MS;
  return turns.recentPlaces({ platform, since, limit });
}
