import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { eventually } from "@rapport/testing";
import { run } from "./databases.ts";

/** Debian keeps it out of the path of plain users. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
/** As everywhere on Linux: the user that owns nothing. It refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };

export const hasPgbouncer = (): boolean =>
  spawnSync("sh", ["-c", "command -v pgbouncer"], { env: { PATH } }).status === 0;

export interface Pooler {
  /** The same database through the pooler. */
  through(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** A pgbouncer of the system's packages, before any number of servers: a database's name says where it is. */
export async function startPgbouncer(
  serverUrl: string,
  mode: "transaction" | "session" | "statement",
): Promise<Pooler> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "rapport-pgbouncer-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const config = path.join(folder, "pgbouncer.ini");
  const { hostname, port: serverPort, username, password } = new URL(serverUrl);
  const login = `user=${username}${password === "" ? "" : ` password=${decodeURIComponent(password)}`}`;
  writeFileSync(
    config,
    [
      "[databases]",
      `* = host=${hostname} port=${serverPort || 5432} ${login}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = any",
      `pool_mode = ${mode}`,
      // Few, so that connections do share them.
      `default_pool_size = ${mode === "session" ? 60 : 3}`,
      "max_client_conn = 300",
    ].join("\n"),
  );
  const as = process.getuid?.() === 0 ? NOBODY : {};
  // It ends when its input does: also when whoever runs the tests is killed.
  const child = spawn("sh", ["-c", 'pgbouncer "$0" & read _; kill $!; wait', config], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH },
    cwd: folder,
    ...as,
  });
  const closed = once(child, "close");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece) => {
    said += piece;
  });
  const through = (databaseUrl: string) => {
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${port}`;
    return url.href;
  };
  await eventually("pgbouncer answers", async () => {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`);
    return run(through(serverUrl), "select 1").catch(() => undefined);
  });
  return {
    through,
    stop: async () => {
      child.stdin.end();
      await closed;
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await once(server.close(), "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
