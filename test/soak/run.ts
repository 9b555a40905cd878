import { parseArgs } from "node:util";
import { breakThings, type FaultPlan } from "./faults.ts";
import { Random } from "./random.ts";
import { Crowd } from "./talk.ts";
import { isDone, judge, leftovers } from "./verdict.ts";
import { pause, type SoakWorld, startWorld } from "./world.ts";

/*
 * `npm run soak -- --minutes 1 --seed 7`: people talk on both platforms while everything around the bot is killed, cut and
 * lost. In the end every message is answered once and in order, or there is a sentence that says why not.
 */

const HELP = `npm run soak -- [--minutes 1] [--seed 1] [--messages N] [--kills N] [--doubles N] [--letta N] [--cuts N] [--away SECONDS] [--threads N]`;
const THREADS_WITHIN_MS = 120_000;
const QUIET_WITHIN_MS = 240_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    messages: { type: "string" },
    kills: { type: "string" },
    doubles: { type: "string" },
    letta: { type: "string" },
    cuts: { type: "string" },
    away: { type: "string" },
    threads: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  print(HELP);
  process.exit(0);
}

const minutes = Number(values.minutes);
const withinMs = minutes * 60_000;
const given = (
  name: "messages" | "kills" | "doubles" | "letta" | "cuts" | "away" | "threads",
  aMinute: number,
) => Math.round(Number(values[name] ?? aMinute * minutes));
const messages = given("messages", 200);
const liveThreads = Number(values.threads ?? 150);
const plan: FaultPlan = {
  kills: given("kills", 8),
  doubles: given("doubles", 1),
  lettaKills: given("letta", 1),
  cuts: given("cuts", 2),
  drops: given("cuts", 3),
  lostReceipts: given("cuts", 5),
  awayMs: Number(values.away ?? (minutes >= 3 ? 60 : 10)) * 1_000,
};

const random = new Random(Number(values.seed));
const startedAt = Date.now();
const world = await startWorld();
let isGood = false;
try {
  isGood = await soak(world);
} finally {
  await world.stop();
}
process.exit(isGood ? 0 : 1);

async function soak({ chats, bot, letta, databaseUrl }: SoakWorld): Promise<boolean> {
  const crowd = new Crowd(chats, random);
  const broken = breakThings(world, plan, { random: new Random(Number(values.seed) + 1), withinMs });
  await talk(crowd, Date.now());
  await broken;
  await keepThreadsAlive(crowd, { bot });
  const verdict = await quiet(crowd);
  const left = await leftovers(databaseUrl);
  const crashes = chats.flatMap(({ chat }) => chat.crashes);
  const rows: readonly (readonly [string, number, string, boolean])[] = [
    ["lost", verdict.lost.length, examples(verdict.lost), verdict.lost.length === 0],
    ["answered twice", verdict.doubled.length, examples(verdict.doubled), verdict.doubled.length === 0],
    [
      "out of order",
      verdict.disordered.length,
      examples(verdict.disordered),
      verdict.disordered.length === 0,
    ],
    ["left growing", verdict.growing.length, examples(verdict.growing), verdict.growing.length === 0],
    ...Object.entries(left).map(
      ([name, count]) => [name.replaceAll("_", " "), count, "", count === 0] as const,
    ),
    [
      "ended by itself",
      bot.ends.length + letta.ends.length,
      examples([...bot.ends, ...letta.ends]),
      bot.ends.length + letta.ends.length === 0,
    ],
    ["emulators' mistakes", crashes.length, examples(crashes.map(String)), crashes.length === 0],
  ];
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  print(`\nSoak, seed ${values.seed}: ${seconds} s`);
  print(
    `${crowd.messages} messages in ${crowd.talks.length} places, ${crowd.edits} edits, ${crowd.deletions} deletions, ${crowd.redeliveries} redeliveries, ${crowd.commands} commands; ${plan.kills} kills of the bot, ${plan.doubles} of bot and Letta, ${plan.lettaKills} of Letta, ${plan.cuts} cuts of all database connections, the database away for ${plan.awayMs / 1_000} s, ${plan.drops} sockets dropped, ${plan.lostReceipts} receipts lost; ${liveThreads} live threads over a restart`,
  );
  for (const [name, count, example, ok] of rows)
    print(`${ok ? "✓" : "✗"} ${name.padEnd(20)} ${String(count).padStart(5)}  ${example}`);
  print(
    `  ended in a sentence ${String(verdict.sentences.length).padStart(6)}  ${examples(verdict.sentences)}`,
  );
  return rows.every(([, , , ok]) => ok);
}

async function talk(crowd: Crowd, beganAt: number): Promise<void> {
  while (crowd.messages < messages) {
    const due = beganAt + (crowd.messages / messages) * withinMs;
    await pause(Math.max(0, due - Date.now()));
    await crowd.acts();
  }
}

/** So many threads are alive, the bot is killed, somebody speaks in each of them, and the bot comes back. */
async function keepThreadsAlive(crowd: Crowd, { bot }: Pick<SoakWorld, "bot">): Promise<void> {
  while (crowd.talks.length < liveThreads) await crowd.begins();
  const until = Date.now() + THREADS_WITHIN_MS;
  const alive = () => crowd.talks.filter((each) => each.place() !== undefined);
  while (alive().length < crowd.talks.length && Date.now() < until) await pause(100);
  await bot.kill();
  for (const each of alive().slice(0, liveThreads)) await crowd.says(each);
  await bot.start();
}

async function quiet(crowd: Crowd) {
  const until = Date.now() + QUIET_WITHIN_MS;
  let verdict = judge(crowd.talks);
  while (!isDone(verdict) && Date.now() < until) {
    await pause(500);
    verdict = judge(crowd.talks);
  }
  // What would be said twice is said by now.
  await pause(3_000);
  return judge(crowd.talks);
}

function examples(all: readonly string[]): string {
  return all
    .slice(0, 3)
    .map((each) => each.replace(/\s+/g, " ").slice(0, 160))
    .join(" ‖ ");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
