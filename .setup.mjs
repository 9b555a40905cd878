// Runs before start, test, check and build: installs from the lock file when dependencies are missing or old,
// so that one command is enough on a fresh clone. Node only, since nothing else may be there yet.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

process.chdir(import.meta.dirname);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Rapport needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org.`,
  );
  process.exit(1);
}

/** When npm last installed, and when the lock file was last changed: an older installation is not the one wanted. */
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (changedAt("node_modules/.package-lock.json") < changedAt("package-lock.json")) {
  console.error("Installing dependencies (about half a minute, once) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // `npm test` with NODE_ENV=production would otherwise leave out what the tests need.
  const install = spawnSync(npm, ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (install.status !== 0) {
    console.error(
      "Dependencies could not be installed. The lines above say why; then run the command again.",
    );
    process.exit(1);
  }
}
