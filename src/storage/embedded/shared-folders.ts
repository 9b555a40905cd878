import { randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { sentences } from "../../sentences/sentences.ts";
import { embeddedServerError } from "./errors.ts";
import { mayEnter, type Owner, requireWayTo } from "./owner.ts";

/*
 * Root's own folders are private on every fresh server, and PostgreSQL, which refuses to run as root, runs as a user who
 * may not enter them. What it needs then lies where that user may: the data in a folder that DATA_DIR names in a file,
 * so that it is found again when DATA_DIR is moved, and a copy of the programs that all installations share.
 */

const { why } = sentences.embeddedDatabase;

const SHARED = "/var/lib/rapport";
/** In DATA_DIR: the folder where the data is instead. */
const POINTER = "pg.place";

/** Where the data of this folder is kept: there, unless its server may not enter it. */
export async function dataFolder(owner: Owner, dir: string): Promise<string> {
  if (!owner) return dir;
  const pointer = path.join(dir, POINTER);
  if (existsSync(pointer)) return makeTraversable(readFileSync(pointer, "utf8").trim());
  if (await mayEnter(owner, dir)) return dir;
  // Data that is there already is not left behind for an empty database.
  if (existsSync(path.join(dir, "pg"))) await requireWayTo(owner, dir);
  const place = makeTraversable(path.join(sharedFolder(), `data-${randomBytes(4).toString("hex")}`));
  await requireWayTo(owner, place);
  writeFileSync(pointer, `${place}\n`, { mode: 0o600 });
  return place;
}

/** A copy of the folder with the programs that the server's user may use. It is made once for each version. */
export function copyPrograms(native: string, version: string): string {
  const folder = programsFolder();
  const copy = path.join(folder, `postgresql-${version}-${process.arch}`);
  if (existsSync(copy)) return copy;
  const fresh = `${copy}.new-${randomBytes(4).toString("hex")}`;
  try {
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
    makeReadable(fresh);
    renameSync(fresh, copy);
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    // Another process that starts just now may have been faster.
    if (!existsSync(copy)) throw embeddedServerError(why.programsNotCopied(folder), cause);
  }
  return copy;
}

/** One by one: where the system makes no folder, as in /proc, Node's own recursion goes on for ever and hears no signal. */
function makeFolders(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST" && statSync(folder).isDirectory()) return;
    const above = path.dirname(folder);
    if (code !== "ENOENT" || existsSync(above)) throw error;
    makeFolders(above, mode);
    makeFolders(folder, mode);
  }
}

/** Passable for the user that the server runs as, but not readable. */
export function makeTraversable(folder: string): string {
  makeFolders(folder, 0o711);
  const { mode } = statSync(folder);
  if (process.getuid?.() === 0 && (mode & 0o011) !== 0o011) chmodSync(folder, mode | 0o011);
  return folder;
}

function sharedFolder(): string {
  try {
    return makeTraversable(SHARED);
  } catch (cause) {
    throw embeddedServerError(why.noSharedFolder(SHARED), cause);
  }
}

/** Programs can be copied anew after a restart of the machine, data cannot: they may lie where what is temporary does. */
function programsFolder(): string {
  try {
    return makeTraversable(SHARED);
  } catch (cause) {
    const folder = path.join(os.tmpdir(), "rapport-programs");
    makeFolders(folder, 0o755);
    // Anybody may make folders there, and what lies in this one is run.
    const { uid, mode } = lstatSync(folder);
    if (uid !== 0 || (mode & 0o022) !== 0) throw embeddedServerError(why.foreignFolder(folder), cause);
    return makeTraversable(folder);
  }
}

/** Whatever the umask was when they were installed. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(at);
    else if (entry.isFile()) chmodSync(at, (statSync(at).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
