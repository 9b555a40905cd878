// Runs before start and test: installs from the lock file when dependencies are missing or old,
// so that one command is enough on a fresh clone. Node only, since nothing else may be there yet. A program in TypeScript
// is run in this same process: what stands between npm and the program hears npm's signals, and hands none on.
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isMainThread } from "node:worker_threads";

// Before anything that an old Node does not know.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `Rapport needs Node 20.19 or newer; this is ${process.versions.node}. Get one from https://nodejs.org.`,
  );
}
// Threads of the program run this too, and have nothing to set up.
if (isMainThread) process.chdir(dirname(import.meta.dirname));

/** When npm last installed, and when the lock file was last changed: an older installation is not the one wanted. */
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

// It minds TERM and NO_COLOR.
const isTerminal = process.stderr.isTTY && process.stderr.hasColors();
/** One line that is written over and over. */
const show = (text) => isTerminal && process.stderr.write(`\r\x1b[K  ${text}`);

if (isMainThread && changedAt("node_modules/.package-lock.json") < changedAt("package-lock.json"))
  await install();
// The program reads its sources first; it writes over this line as soon as it runs.
if (isMainThread && process.env.npm_lifecycle_event === "start") show("Starting …");
if (isMainThread && process.argv[1]?.endsWith(".ts")) (await import("tsx/esm/api")).register();

async function install() {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const wanted = Object.values(packages).filter(({ os, cpu }) => !os && !cpu).length - 1;
  const since = Date.now();
  let fetched = 0;
  let trouble = "";
  const seconds = () => `${Math.round((Date.now() - since) / 1_000)} s`;
  const progress = () => {
    const part = fetched > 0 ? `${Math.min(Math.round((100 * fetched) / wanted), 99)} %, ` : "";
    show(`Installing dependencies, once: ${part}${seconds()}${trouble}`);
  };
  if (!isTerminal) console.error("Installing dependencies (about half a minute, once) …");
  progress();
  const ticking = setInterval(progress, 500);
  const { code, said } = await npm((line) => {
    if (/^npm http fetch GET 200 \S+\.tgz/.test(line)) fetched += 1;
    const refused = /^npm http fetch .* failed with (\w+)/.exec(line);
    if (refused) trouble = ` (no answer from the registry: ${refused[1]}; trying again)`;
  });
  clearInterval(ticking);
  if (isTerminal) process.stderr.write("\r\x1b[K");
  if (code === 0) console.error(`  Dependencies are installed (${seconds()}).`);
  else fail(explained(said));
}

/** Hands each line of what npm says on; resolves with its exit code and its complaints. */
function npm(hear) {
  // `npm test` with NODE_ENV=production would otherwise leave out what the tests need. Its usual patience with a
  // registry that does not answer is minutes.
  const wish = "ci --include=dev --no-audit --no-fund --no-progress --loglevel=http";
  const patience = "--fetch-retry-mintimeout=2000 --fetch-retry-maxtimeout=20000";
  const isWindows = process.platform === "win32";
  const child = spawn(isWindows ? "npm.cmd" : "npm", `${wish} ${patience}`.split(" "), {
    stdio: ["ignore", "ignore", "pipe"],
    shell: isWindows,
  });
  const said = [];
  let rest = "";
  child.stderr.setEncoding("utf8").on("data", (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      hear(line);
      if (line.startsWith("npm error")) said.push(line.slice("npm error".length).trim());
    }
  });
  return new Promise((resolve) => {
    child.once("error", ({ code }) => resolve({ code: 1, said: [`code ${code}`] }));
    child.once("close", (code) => resolve({ code, said }));
  });
}

/** npm names the cause in a line of its own: `code ENOTFOUND`. */
function explained(said) {
  const code = /^code (\w+)$/.exec(said.find((line) => line.startsWith("code ")) ?? "")?.[1] ?? "none";
  const why = {
    EACCES: "this folder may not be written to: give it to your user, or clone it anew as that user.",
    EROFS: "this folder may not be written to: clone it to another disk.",
    ENOSPC: "the disk is full: make room (half a gigabyte).",
    EUSAGE:
      "package.json and package-lock.json disagree: get both as they were with `git checkout package*.json`.",
    ENOENT: "there is no npm beside this Node: install Node from https://nodejs.org.",
  }[code];
  if (why) return `Dependencies could not be installed: ${why}`;
  if (/^E(NOTFOUND|AI_AGAIN|CONN\w+|TIMEDOUT|NETUNREACH|HOSTUNREACH|IDLETIMEOUT)$|TIMEOUT/.test(code)) {
    return `Dependencies could not be installed: npm's registry does not answer (${code}). Look at your network or proxy (\`npm ping\`), then run the command again.`;
  }
  const words = said.filter((line) => line !== "").slice(0, 6);
  return `Dependencies could not be installed. npm says:\n    ${words.join("\n    ")}\n  Mend that, then run the command again.`;
}

function fail(sentence) {
  console.error(`\n  ${sentence}\n`);
  process.exit(1);
}
