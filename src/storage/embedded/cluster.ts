import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { sentences } from "../../sentences/sentences.ts";
import { type Binaries, binariesIn, findBinaries } from "./binaries.ts";
import { embeddedServerError } from "./errors.ts";
import { giveTo, type Owner, requireWayTo, serverOwner } from "./owner.ts";
import { copyPrograms, dataFolder, makeTraversable } from "./shared-folders.ts";

const { why } = sentences.embeddedDatabase;
const run = promisify(execFile);

const START_SECONDS = 20;
const STOP_SECONDS = 20;

/** The files of one embedded server, and the programs that make, start and stop it. */
export interface Cluster {
  readonly dir: string;
  readonly data: string;
  readonly log: string;
  readonly password: string;
  readonly owner: Owner;
  readonly binaries: Binaries;
}

/** `folder` as prepareFolder gave it; the caller holds the start lock. */
export async function prepareCluster(folder: string): Promise<Cluster> {
  const dir = await dataFolder(await serverOwner(path.join(folder, "pg")), folder);
  const data = path.join(dir, "pg");
  const cluster = {
    dir,
    data,
    log: path.join(dir, "pg.log"),
    password: keptPassword(dir),
    owner: await serverOwner(data),
    binaries: findBinaries(),
  };
  await requireWayTo(cluster.owner, dir);
  return withPrograms(cluster);
}

export function prepareFolder(folder: string): string {
  return realpathSync(makeTraversable(folder));
}

/** Made once, and complete as soon as it is there. */
function keptPassword(dir: string): string {
  const file = path.join(dir, "pg.password");
  if (!existsSync(file)) {
    const fresh = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(fresh, randomBytes(24).toString("base64url"), { mode: 0o600 });
    try {
      linkSync(fresh, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(fresh);
    }
  }
  return readFileSync(file, "utf8").trim();
}

/** With programs that the server's user may run. Says why nothing will work, where PostgreSQL would say something obscure. */
async function withPrograms(cluster: Cluster): Promise<Cluster> {
  const { native, version, postgres } = cluster.binaries;
  try {
    await program(cluster, postgres, ["--version"]);
    return cluster;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "EACCES") throw embeddedServerError(why.programsFail, cause);
    const copy = cluster.owner && copyPrograms(native, version);
    if (copy === undefined || copy === native)
      throw embeddedServerError(why.programForbidden(postgres), cause);
    return withPrograms({ ...cluster, binaries: binariesIn(copy, version) });
  }
}

/** Makes the cluster beside its place: initdb writes PG_VERSION early, and half of a cluster must not pass for one. */
export async function initialiseOnce(cluster: Cluster): Promise<void> {
  if (existsSync(path.join(cluster.data, "PG_VERSION"))) return;
  for (const left of readdirSync(cluster.dir)) {
    if (left.startsWith("pg.new-")) rmSync(path.join(cluster.dir, left), { recursive: true, force: true });
  }
  const fresh = path.join(cluster.dir, `pg.new-${randomBytes(4).toString("hex")}`);
  mkdirSync(fresh, { mode: 0o700 });
  giveTo(cluster.owner, fresh);
  const passwordFile = path.join(cluster.dir, `pg.password.${randomBytes(4).toString("hex")}`);
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  giveTo(cluster.owner, passwordFile);
  try {
    await program(cluster, cluster.binaries.initdb, [
      `--pgdata=${fresh}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      // Upper and lower case of all letters, whatever is installed on the machine.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
    ]);
  } catch (cause) {
    throw embeddedServerError(why.noDataFolder, cause);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  try {
    renameSync(fresh, cluster.data);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(path.join(cluster.data, "PG_VERSION"))) throw error;
  }
}

/** Resolves when it takes connections. The server is a process of its own: it outlives us, and no Ctrl-C reaches it. */
export async function startServer(cluster: Cluster, port: number): Promise<void> {
  // Its log begins anew with each start, and stays terse: details of an error quote what people said.
  rmSync(cluster.log, { force: true });
  writeFileSync(cluster.log, "", { mode: 0o600 });
  giveTo(cluster.owner, cluster.log);
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "shared_buffers=32MB",
    "max_wal_size=256MB",
    "io_method=sync",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
  ];
  await program(cluster, cluster.binaries.pgCtl, [
    "start",
    ...["--pgdata", cluster.data],
    ...["--log", cluster.log],
    ...["--timeout", `${START_SECONDS}`],
    ...["--options", settings.map((setting) => `-c ${setting}`).join(" ")],
    "--silent",
  ]);
}

/** Ends all connections and writes everything down. */
export async function stopServer(cluster: Cluster): Promise<void> {
  await program(cluster, cluster.binaries.pgCtl, [
    "stop",
    ...["--pgdata", cluster.data],
    ...["--mode", "fast"],
    ...["--timeout", `${STOP_SECONDS}`],
    "--silent",
  ]);
}

/** The port in the pid file, which outlives a server that was killed. */
export function lastPort(cluster: Cluster): number | undefined {
  // Its lines: pid, data folder, start time, port … (PostgreSQL's src/include/utils/pidfile.h)
  const port = Number(readIfThere(path.join(cluster.data, "postmaster.pid")).split("\n")[3]);
  return port > 0 ? port : undefined;
}

export function lastLogLines(cluster: Cluster): string {
  return readIfThere(cluster.log).trim().split("\n").slice(-3).join(" ");
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** None of our environment: it holds tokens. */
async function program(cluster: Cluster, file: string, parameters: readonly string[]): Promise<void> {
  await run(file, [...parameters], { cwd: cluster.dir, env: { LC_ALL: "C" }, ...cluster.owner });
}
