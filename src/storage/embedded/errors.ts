import { AppError } from "../../core/domain/errors.ts";

/** Every failure names the way that needs no embedded server. */
export function embeddedServerError(why: string, cause?: unknown): AppError {
  return new AppError(
    "misconfigured",
    `The embedded PostgreSQL cannot run here: ${why}. Set DATABASE_URL to a PostgreSQL of your own instead.`,
    { cause },
  );
}

/** What is wrong with the folder, by the code of the system's error; undefined for any other failure. */
export function folderError(dir: string, error: unknown): AppError | undefined {
  if (!(error instanceof Error && "code" in error && "path" in error)) return undefined;
  const [at, sentence] = [String(error.path), SENTENCES.get(String(error.code))];
  if (sentence === undefined || !(at.startsWith(dir) || dir.startsWith(at))) return undefined;
  // What is missing inside it is another matter.
  if (error.code === "ENOENT" && !dir.startsWith(at)) return undefined;
  return new AppError("misconfigured", sentence.replace("DIR", dir), { cause: error });
}

const NO_WRITING =
  "This user may not write to DIR, where the database is kept: give that folder to the user who starts Rapport, or set DATA_DIR to another one.";
const NO_FOLDER = "DIR, where the database is kept, is a file: set DATA_DIR to a folder.";
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ["EACCES", NO_WRITING],
  ["EPERM", NO_WRITING],
  [
    "EROFS",
    "DIR, where the database is kept, is on a disk that takes no changes: set DATA_DIR to another folder.",
  ],
  ["ENOENT", "DIR, where the database is kept, cannot be made there: set DATA_DIR to another folder."],
  ["EEXIST", NO_FOLDER],
  ["ENOTDIR", NO_FOLDER],
  [
    "ENOSPC",
    "The disk of DIR, where the database is kept, is full: make room, or set DATA_DIR to another folder.",
  ],
]);
