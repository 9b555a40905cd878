// Makes the packages of this repository as npm would publish them: `node scripts/pack.mjs FOLDER` leaves their tarballs
// in the folder. Here they run from their sources; a package is JavaScript with its part of the kit bundled, and types.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import ts from "typescript";

process.chdir(path.dirname(import.meta.dirname));
const target = process.argv[2];
if (target === undefined) throw new Error("Name the folder that the tarballs are to lie in.");

/** What is bundled into each of them, and published by none. */
const KIT = "emulators/kit";

const { workspaces } = JSON.parse(readFileSync("package.json", "utf8"));
const making = mkdtempSync(path.join(tmpdir(), "rapport-packages-"));
try {
  mkdirSync(target, { recursive: true });
  const declarations = path.join(making, "declarations");
  declarationsOf(
    workspaces.map((folder) => `${folder}/index.ts`),
    declarations,
  );
  const made = await Promise.all(workspaces.map((folder) => make(folder, declarations)));
  execFileSync("npm", ["pack", ...made, "--pack-destination", path.resolve(target), "--silent"], {
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
} finally {
  rmSync(making, { recursive: true, force: true });
}

/** The types of all that the packages export, as the compiler writes them. */
function declarationsOf(entries, outDir) {
  const { config } = ts.readConfigFile("tsconfig.json", (file) => readFileSync(file, "utf8"));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram(entries, {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    noCheck: true,
    rootDir: path.resolve("src"),
    outDir,
  });
  const { diagnostics } = program.emit();
  if (diagnostics.length > 0)
    throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options)));
}

/** A folder with what goes into one package's tarball. */
async function make(folder, declarations) {
  const {
    private: _,
    devDependencies,
    ...manifest
  } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const out = path.join(making, path.basename(manifest.name));
  await build({
    entryPoints: [`${folder}/index.ts`],
    outfile: path.join(out, "index.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  const inside = path.relative("src", folder);
  const takesFromKit = readFileSync(`${folder}/index.ts`, "utf8").includes("kit/");
  for (const part of takesFromKit ? [inside, KIT] : [inside]) {
    cpSync(path.join(declarations, part), path.join(out, "types", part), { recursive: true });
  }
  for (const file of [`${folder}/README.md`, "LICENSE"]) cpSync(file, path.join(out, path.basename(file)));
  const types = `./${path.posix.join("types", inside, "index.d.ts")}`;
  const exports = { ".": { types, default: "./index.js" } };
  const published = { ...manifest, ...repositoryOf(folder), exports };
  writeFileSync(path.join(out, "package.json"), JSON.stringify(published, undefined, 2));
  return out;
}

/** Where the sources are. The registry holds it against the repository that a package's provenance names. */
function repositoryOf(directory) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (server === undefined || name === undefined) return {};
  return { repository: { type: "git", url: `git+${server}/${name}.git`, directory } };
}
