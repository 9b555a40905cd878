import { AppError } from "../../core/domain/errors.ts";
import { sentences } from "../../sentences/sentences.ts";

const FOLDER: ReadonlyMap<string, (folder: string) => string> = new Map(
  Object.entries(sentences.embeddedDatabase.folder),
);

/** `why`: one of the catalogue's `embeddedDatabase.why`, or what the system says. */
export function embeddedServerError(why: string, cause?: unknown): AppError {
  return new AppError("misconfigured", sentences.embeddedDatabase.cannotRun(why), { cause });
}

/** What is wrong with the folder, by the code of the system's error; undefined for any other failure. */
export function folderError(dir: string, error: unknown): AppError | undefined {
  if (!(error instanceof Error && "code" in error && "path" in error)) return undefined;
  const [at, sentence] = [String(error.path), FOLDER.get(String(error.code))];
  if (sentence === undefined || !(at.startsWith(dir) || dir.startsWith(at))) return undefined;
  // What is missing inside it is another matter.
  if (error.code === "ENOENT" && !dir.startsWith(at)) return undefined;
  return new AppError("misconfigured", sentence(dir), { cause: error });
}
