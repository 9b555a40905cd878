import { Session } from "node:inspector/promises";
import { eventually } from "@rapport/testing";
import { databaseAt } from "../emulators/database.ts";
import { startBot, storyServer } from "../harness/bot.ts";
import { PLATFORMS, type PlatformName } from "../harness/platforms.ts";

/*
 * Through how many files and functions of the bot a message goes on its way to the answer, in a thread where an answer
 * was given before. What is counted was called for each of a few messages: a timer that fires now and then is no part of
 * it. Run with --list to see the names.
 */

const MESSAGES = 5;
const BOT = new URL("../../src/", import.meta.url).href;
const NOT_THE_BOT = ["emulators/", "letta-server/", "playground/", "testing/"];
/** The helper of the compiler that names functions. */
const COMPILERS = new Set(["__name"]);

type Path = ReadonlyMap<string, ReadonlySet<string>>;

/** What was called since the last time. */
async function called(session: Session): Promise<Path> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const path = new Map<string, Set<string>>();
  for (const { url, functions } of result) {
    const file = url.startsWith(BOT) ? url.slice(BOT.length).replace(/\?.*$/, "") : undefined;
    if (file === undefined || NOT_THE_BOT.some((folder) => file.startsWith(folder))) continue;
    for (const { functionName, ranges } of functions) {
      const [range] = ranges;
      // What begins with the file is the file itself, which ran when it was loaded.
      if (!range || range.count === 0 || range.startOffset === 0 || COMPILERS.has(functionName)) continue;
      const names = path.get(file) ?? new Set();
      path.set(file, names.add(`${functionName}@${range.startOffset}`));
    }
  }
  return path;
}

function inBoth(left: Path, right: Path): Path {
  const path = new Map<string, ReadonlySet<string>>();
  for (const [file, names] of left) {
    const both = [...names].filter((name) => right.get(file)?.has(name));
    if (both.length > 0) path.set(file, new Set(both));
  }
  return path;
}

async function pathOn(platform: PlatformName): Promise<Path> {
  const server = await storyServer();
  const bot = await startBot(server, { platform });
  const session = new Session();
  session.connect();
  // Past the bot: asking it is no part of the way.
  const database = databaseAt(bot.databaseUrl);
  const noneWaits = () =>
    eventually("the message is answered", async () => {
      const { rows } = await database.query("select 1 from rapport.inbox limit 1");
      return rows.length === 0;
    });
  try {
    const thread = await bot.alice.begins("#general", "a thread to be measured");
    await bot.alice.reads(thread);
    await bot.alice.asks(thread, "Once more, so that all is warm.");
    await bot.idle();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    let path: Path | undefined;
    for (let message = 1; message <= MESSAGES; message += 1) {
      await called(session);
      await bot.alice.asks(thread, `What do you say to ${message}?`);
      await noneWaits();
      const now = await called(session);
      path = path ? inBoth(path, now) : now;
    }
    return path ?? new Map();
  } finally {
    session.disconnect();
    await database.close();
    await bot.stop();
    await server.close();
  }
}

for (const platform of PLATFORMS) {
  const path = await pathOn(platform);
  const functions = [...path.values()].reduce((sum, names) => sum + names.size, 0);
  process.stdout.write(`${platform}: ${path.size} files, ${functions} functions\n`);
  if (!process.argv.includes("--list")) continue;
  for (const [file, names] of [...path].sort(([left], [right]) => left.localeCompare(right))) {
    const list = [...names].map((name) => name.replace(/@.*/, "") || "(unnamed)").join(", ");
    process.stdout.write(`  ${file}  ${names.size}: ${list}\n`);
  }
}
// What the emulators and the pool keep open is of no more use.
process.exit(0);
