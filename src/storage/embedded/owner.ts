import { execFile } from "node:child_process";
import { chownSync, statSync } from "node:fs";
import os from "node:os";
import { promisify } from "node:util";
import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import { embeddedServerError } from "./errors.ts";

const { why } = sentences.embeddedDatabase;
const run = promisify(execFile);

/** Whom the server runs as; undefined: as we do. PostgreSQL refuses to run as root. */
export type Owner = { readonly uid: number; readonly gid: number } | undefined;

const Id = z.coerce.number().int().positive();

/** As root: the owner of the data that is there, so that root may start what another made; else the user postgres. */
export async function serverOwner(dataDir: string): Promise<Owner> {
  if (process.getuid?.() !== 0) {
    requireAccount();
    return undefined;
  }
  const data = statSync(dataDir, { throwIfNoEntry: false });
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  return (await postgresUser()) ?? makePostgresUser();
}

export function giveTo(owner: Owner, file: string): void {
  if (owner) chownSync(file, owner.uid, owner.gid);
}

/** As root: whether the one the server runs as can get to a folder. */
export async function mayEnter(owner: NonNullable<Owner>, dir: string): Promise<boolean> {
  return run("/bin/sh", ["-c", 'cd "$0"', dir], { cwd: "/", env: {}, ...owner }).then(
    () => true,
    () => false,
  );
}

export async function requireWayTo(owner: Owner, dir: string): Promise<void> {
  if (!owner || (await mayEnter(owner, dir))) return;
  throw embeddedServerError(why.noWayTo(dir));
}

/** initdb looks its user up by number, and containers like to run under numbers that nobody has. */
function requireAccount(): void {
  try {
    os.userInfo();
  } catch (cause) {
    throw embeddedServerError(why.noAccount, cause);
  }
}

async function postgresUser(): Promise<Owner> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
    return { uid: Id.parse(uid.stdout.trim()), gid: Id.parse(gid.stdout.trim()) };
  } catch {
    // There is no such user yet.
    return undefined;
  }
}

async function makePostgresUser(): Promise<Owner> {
  try {
    await run("useradd", [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/bin/false",
      "postgres",
    ]);
  } catch (cause) {
    throw embeddedServerError(why.userNotMade, cause);
  }
  const made = await postgresUser();
  if (!made) throw embeddedServerError(why.noUser);
  return made;
}
