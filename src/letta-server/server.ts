import { type Clock, systemClock } from "../emulators/kit/clock.ts";
import type { Database } from "../emulators/kit/database.ts";
import { Faults } from "../emulators/kit/faults.ts";
import { answerRequest } from "../emulators/kit/http/exchange.ts";
import { Routes } from "../emulators/kit/http/routes.ts";
import { HttpServer } from "../emulators/kit/http/server.ts";
import { Journal } from "../emulators/kit/journal.ts";
import { type Change, Changes } from "./changes.ts";
import { COVERAGE, type Covered } from "./coverage.ts";
import { lettaService } from "./http/service.ts";
import { controlledModel, type ModelControls } from "./model/controlled.ts";
import type { Model, ModelRequest } from "./model/model.ts";
import { offlineModel } from "./offline/offline-model.ts";
import { routesOf } from "./routes/index.ts";
import { endActiveRuns } from "./store/runs.ts";
import { createSchema } from "./store/schema.ts";
import { Turns } from "./turn/start-turn.ts";
import { abilitiesOf } from "./version.ts";

export interface LettaServer {
  readonly url: string;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Switches that the model obeys. */
  readonly model: ModelControls;
  /** What of Letta this sandbox is able to do, for the page to show. */
  readonly coverage: readonly Covered[];
  /** What models were asked, oldest first; the last two hundred. */
  readonly requestsToModel: readonly ModelRequest[];
  /** Tells of every change from now on; call the result to stop. */
  onChange(listener: (change: Change) => void): () => void;
  /** Drops what is running, as a crash would, and closes the port. The database is the caller's to close. */
  stop(): Promise<void>;
}

export interface LettaServerOptions {
  readonly db: Database;
  readonly clock?: Clock;
  /** The offline responder when there is none. */
  readonly model?: Model;
  readonly port?: number;
  /** 0.16.x; older ones lack routes. */
  readonly version?: string;
  /** Without it: no locks, no background runs, no resuming. Both are real ways of running a server. */
  readonly redis?: boolean;
  /** When set every request but health needs it, as with `--secure`. */
  readonly password?: string;
  /**
   * No other server uses this database: runs that a killed one left are ended at the start. A real server leaves them
   * `running` for ever, and so does this one when nothing is said.
   */
  readonly alone?: boolean;
  /** Told of errors that callers only see as a 500. */
  readonly onCrash?: (error: unknown) => void;
}

/** The real server's; a client that reuses a socket later than this may find it closed. */
const KEEP_ALIVE_MS = 5_000;

/** Starts a Letta server on 127.0.0.1 that keeps everything in schema `letta` of the database. */
export async function startLettaServer(options: LettaServerOptions): Promise<LettaServer> {
  const { db, clock = systemClock, model = offlineModel({ clock }) } = options;
  await createSchema(db);
  if (options.alone) await endActiveRuns(db, new Date(clock.now()));
  const changes = new Changes();
  const workshop = { db, clock, changes, abilities: abilitiesOf(options.version ?? "0.16.7") };
  const controls: ModelControls = { isSlow: false, isFailing: false };
  const turns = new Turns(workshop, {
    model: controlledModel(model, clock, controls),
    redis: options.redis ?? true,
  });
  const journal = new Journal();
  const http = new HttpServer({ keepAliveMs: KEEP_ALIVE_MS });
  const faults = new Faults(http);
  const onCrash = options.onCrash ?? (() => undefined);
  const service = lettaService({
    routes: new Routes(routesOf({ ...workshop, turns }), { strict: false }),
    faults,
    journal,
    clock,
    password: options.password,
    onCrash,
  });
  http.onRequest((request, response) => answerRequest(service, request, response), onCrash);
  const port = await http.listen(options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    journal,
    model: controls,
    coverage: COVERAGE,
    requestsToModel: turns.requests,
    onChange: (listener) => changes.listen(listener),
    stop: async () => {
      await Promise.all([http.stop(), turns.stop()]);
    },
  };
}
