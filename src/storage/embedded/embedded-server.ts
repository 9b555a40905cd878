import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../core/domain/errors.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { sentences } from "../../sentences/sentences.ts";
import {
  type Cluster,
  initialiseOnce,
  lastLogLines,
  lastPort,
  prepareCluster,
  prepareFolder,
  startServer,
  stopServer,
} from "./cluster.ts";
import { embeddedServerError, folderError } from "./errors.ts";
import { ServerLease } from "./server-lease.ts";
import { withStartLock } from "./start-lock.ts";

/** A killed server leaves processes behind that keep a new one from starting until they are gone. */
const START_WITHIN_MS = 20_000;
const TRY_EVERY_MS = 200;
const REVIVE_AGAIN_MS = 5_000;

export interface EmbeddedServer {
  readonly url: string;
  /** Where its data is: another folder than was asked for, when its user may not enter that one. */
  readonly dir: string;
  /** It ran already: another process started it, or one that was killed. */
  readonly adopted: boolean;
  /** Leaves the server, and stops it unless another process uses it. Close what is connected to it before. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL of our own, in a folder.
 *
 * Whoever starts finds the server running and joins it, or starts it, or makes it first. It belongs to nobody: it
 * lives on when a process is killed, several processes may share it, and the last one that leaves in good order
 * stops it. When it dies while it is used, the first who notices starts it again, on the same port.
 */
export async function startEmbedded(options: { dir: string; log: Logger }): Promise<EmbeddedServer> {
  const { log } = options;
  try {
    const dir = prepareFolder(options.dir);
    const lock = path.join(dir, "start.lock");
    const { cluster, keeper, adopted } = await withStartLock(lock, async () => {
      const prepared = await prepareCluster(dir);
      return { cluster: prepared, ...(await joinOrStart(prepared)) };
    });
    log.info({ dir: cluster.dir, port: keeper.port, adopted }, "embedded database is up");
    return use({ cluster, lock, log, keeper, adopted });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw (
      folderError(options.dir, error) ??
      embeddedServerError(error instanceof Error ? error.message : String(error), error)
    );
  }
}

async function joinOrStart(cluster: Cluster): Promise<{ keeper: ServerLease; adopted: boolean }> {
  const giveUpAt = performance.now() + START_WITHIN_MS;
  let adopted = true;
  for (;;) {
    const keeper = await ServerLease.acquire(cluster);
    if (keeper) return { keeper, adopted };
    await initialiseOnce(cluster);
    try {
      await startServer(cluster, await freePort(lastPort(cluster)));
      adopted = false;
    } catch (cause) {
      if (performance.now() > giveUpAt)
        throw embeddedServerError(sentences.embeddedDatabase.why.itSays(lastLogLines(cluster)), cause);
      await sleep(TRY_EVERY_MS);
    }
  }
}

function use(running: {
  cluster: Cluster;
  lock: string;
  log: Logger;
  keeper: ServerLease;
  adopted: boolean;
}): EmbeddedServer {
  const { cluster, lock, log, adopted } = running;
  const { url, port } = running.keeper;
  const stopping = new AbortController();
  let keeper = running.keeper;
  let reviving: Promise<void> = Promise.resolve();

  const revive = async () => {
    while (!stopping.signal.aborted) {
      try {
        keeper = (await withStartLock(lock, () => joinOrStart(cluster))).keeper;
        watch();
        if (keeper.port !== port) log.error({ port, now: keeper.port }, "embedded database changed its port");
        else log.info({ port }, "embedded database is back");
        return;
      } catch (error) {
        log.error({ err: error }, "embedded database cannot be started again");
        await sleep(REVIVE_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const watch = () => {
    keeper.onLost(() => {
      log.warn({ port }, "embedded database went away");
      reviving = revive();
    });
  };
  watch();

  return {
    url,
    dir: cluster.dir,
    adopted,
    stop: async () => {
      stopping.abort();
      await reviving;
      await withStartLock(lock, async () => {
        const { last } = await keeper.release();
        if (last) await stopServer(cluster);
      });
    },
  };
}

/** The wanted port if nobody has it, else any. */
async function freePort(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && (await canListen(wanted)) !== undefined) return wanted;
  const port = await canListen(0);
  if (port === undefined) throw new Error("no port is free on 127.0.0.1");
  return port;
}

function canListen(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}
