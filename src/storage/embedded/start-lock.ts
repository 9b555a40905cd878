import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { sentences } from "../../sentences/sentences.ts";
import { embeddedServerError } from "./errors.ts";

const TOUCH_EVERY_MS = 1_000;
const STALE_AFTER_MS = 5_000;
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/**
 * Lets one process at a time start or stop the server of a folder. Its holder touches the file every second, and one
 * that is touched no more is taken over: a pid would say nothing, since containers that share a folder number their
 * processes alike. Should two take over in the same instant, PostgreSQL itself still refuses the second server, and a
 * new cluster appears by a rename that only one of them can do.
 */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const release = await take(file);
  try {
    return await work();
  } finally {
    release();
  }
}

async function take(file: string): Promise<() => void> {
  const mark = randomBytes(8).toString("hex");
  const giveUpAt = performance.now() + WAIT_MS;
  while (!create(file, mark)) {
    if (ageMs(file) > STALE_AFTER_MS) rmSync(file, { force: true });
    else if (performance.now() > giveUpAt)
      throw embeddedServerError(sentences.embeddedDatabase.why.startedByAnother);
    else await sleep(LOOK_EVERY_MS);
  }
  const touching = setInterval(() => {
    if (isMarked(file, mark)) utimesSync(file, new Date(), new Date());
  }, TOUCH_EVERY_MS);
  return () => {
    clearInterval(touching);
    if (isMarked(file, mark)) rmSync(file, { force: true });
  };
}

function create(file: string, mark: string): boolean {
  try {
    writeFileSync(file, mark, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function ageMs(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? Date.now() - stat.mtimeMs : 0;
}

function isMarked(file: string, mark: string): boolean {
  try {
    return readFileSync(file, "utf8") === mark;
  } catch {
    // Gone: it was taken over, or the whole folder was removed.
    return false;
  }
}
