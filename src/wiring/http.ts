import type { AppError } from "../core/domain/errors.ts";
import type { AgentHealth } from "../core/ports/agent/health.ts";
import type { BotEvent } from "../core/ports/bot-events.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Platform } from "../core/ports/platform.ts";
import { Metrics } from "../http/metrics.ts";
import { type HttpRoutes, httpRoutes } from "../http/routes.ts";
import * as web from "../platforms/http-api/operations.ts";
import type { Storage } from "../storage/storage.ts";

/** The app's side of HTTP: whoever wants a port gives it one. */
export interface AppHttp {
  readonly routes: HttpRoutes;
  /** Lets those go who wait for an answer: it comes all the same, and they can ask for it. */
  release(): void;
}

/** API, health and metrics of the running app, in one handler. */
export function appHttpRoutes({
  storage,
  health,
  platforms,
  reasonLost,
  listen,
  api,
  token,
  clock,
  log,
}: {
  readonly storage: Storage;
  readonly health: AgentHealth;
  readonly platforms: ReadonlyMap<string, Platform>;
  /** Why a platform is lost for good; undefined for one that is not. */
  readonly reasonLost: (platform: string) => AppError | undefined;
  readonly listen: (listener: (botEvent: BotEvent) => void) => void;
  readonly api: HttpRoutes;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}): HttpRoutes {
  const states = () => [...platforms].map(([name, { connected }]) => [name, connected] as const);
  async function isThere(name: string, isConnected: boolean): Promise<boolean> {
    const lost = reasonLost(name);
    if (lost) throw lost;
    return isConnected;
  }
  const metrics = new Metrics({ lanes: () => storage.queueStats(), platforms: () => new Map(states()) });
  listen((botEvent) => metrics.notice(botEvent));
  return httpRoutes({
    api,
    described: web,
    token,
    checks: () => ({
      database: () => storage.checkWritable(),
      letta: () => health.ping(),
      ...Object.fromEntries(states().map(([name, isConnected]) => [name, () => isThere(name, isConnected)])),
    }),
    closed: () =>
      [...platforms].flatMap(([part, { pausedRoutes = [] }]) =>
        pausedRoutes.map((each) => ({ part, ...each })),
      ),
    metrics,
    clock,
    log: log.child({ part: "http" }),
  });
}
