import { breakThings } from "./faults.ts";
import { type Journal, openJournal } from "./journal.ts";
import { HELP, planFrom, type SoakPlan } from "./plan.ts";
import { Random } from "./random.ts";
import { isGood, listed, tableOf, type VerdictLine } from "./table.ts";
import { Crowd } from "./talk.ts";
import { failedTurns, judge, leftovers, restsOf } from "./verdict.ts";
import { pause, type SoakWorld, startWorld } from "./world.ts";

/*
 * `npm run soak -- --minutes 1 --seed 7`: people talk on both platforms while everything around the bot is killed, cut and
 * lost. In the end every message is answered once and in order, or there is a sentence that says why not.
 */

const THREADS_WITHIN_MS = 120_000;
/** So far talk may be ahead of what breaks, as a part of the whole. */
const AHEAD = 0.1;
/** So long nothing new may come before the rest is given up: above the longest pause of anything that tries again. */
const STILL_FOR_MS = 75_000;

const plan = planFrom(process.argv.slice(2));
if (!plan) print(HELP);
else process.exitCode = (await soak(plan)) ? 0 : 1;
process.exit();

async function soak(plan: SoakPlan): Promise<boolean> {
  const journal = openJournal(plan.log);
  const phases = stopwatch(journal);
  const world = await startWorld(journal);
  try {
    const crowd = new Crowd(world.chats, new Random(plan.seed), journal);
    phases.begin("talk under faults");
    let broken = 0;
    const breaking = breakThings(world, plan.faults, {
      random: new Random(plan.seed + 1),
      withinMs: plan.withinMs,
      journal,
      progress: (part) => {
        broken = part;
      },
    });
    await talk(crowd, plan, () => broken);
    await breaking;
    phases.begin("threads opened");
    await crowd.flush();
    await openThreads(crowd, plan.threads);
    phases.begin("restart");
    await restart(crowd, world, plan.threads);
    phases.begin("answered");
    await quiet(crowd, world);
    phases.end();
    const lines = await linesOf(crowd, world);
    print(`\nSoak, seed ${plan.seed}: ${phases.told()}\n`);
    print(`  ${told(crowd, plan)}\n`);
    print(tableOf(lines));
    return lines.every(isGood);
  } finally {
    await world.stop();
  }
}

async function linesOf(
  crowd: Crowd,
  { chats, bot, letta, databaseUrl }: SoakWorld,
): Promise<readonly VerdictLine[]> {
  const verdict = judge(crowd.talks, await failedTurns(databaseUrl));
  const left = await leftovers(databaseUrl);
  return [
    { name: "lost", found: verdict.lost },
    { name: "answered twice", found: verdict.doubled },
    { name: "out of order", found: verdict.disordered },
    { name: "left growing", found: verdict.growing },
    ...Object.entries(left).map(([name, count]) => ({ name: name.replaceAll("_", " "), found: count })),
    { name: "ended by itself", found: [...bot.ends, ...letta.ends] },
    { name: "emulators' mistakes", found: chats.flatMap(({ chat }) => chat.crashes).map(String) },
    { name: "ended in a sentence", found: verdict.sentences, isAllowed: true },
  ];
}

/** People talk as long as things break: where that takes longer than planned, they take their time too. */
async function talk(crowd: Crowd, { messages, withinMs }: SoakPlan, broken: () => number): Promise<void> {
  const beganAt = Date.now();
  while (crowd.messages < messages) {
    const due = beganAt + (crowd.messages / messages) * withinMs;
    await pause(Math.max(0, due - Date.now()));
    while (crowd.messages / messages > broken() + AHEAD) await pause(50);
    await crowd.acts();
  }
}

async function openThreads(crowd: Crowd, threads: number): Promise<void> {
  while (crowd.talks.length < threads) await crowd.begins();
  const until = Date.now() + THREADS_WITHIN_MS;
  while (crowd.open.length < crowd.talks.length && Date.now() < until) await pause(100);
}

/** The bot is killed, somebody speaks in each of the threads, and the bot comes back. */
async function restart(crowd: Crowd, { bot }: SoakWorld, threads: number): Promise<void> {
  await crowd.flush();
  await bot.kill();
  for (const each of crowd.open.slice(0, threads)) await crowd.says(each);
  await bot.start();
}

/** Until all is answered and stored, or nothing moves any more. */
async function quiet(crowd: Crowd, { databaseUrl }: SoakWorld): Promise<void> {
  let movedAt = Date.now();
  let before: number | undefined;
  for (;;) {
    const { waiting = 0, unfinished = 0 } = await leftovers(databaseUrl);
    const rest = restsOf(judge(crowd.talks, await failedTurns(databaseUrl))) + waiting + unfinished;
    if (rest === 0) break;
    if (rest !== before) movedAt = Date.now();
    before = rest;
    if (Date.now() - movedAt > STILL_FOR_MS) break;
    await pause(500);
  }
  // What would be said twice is said by now.
  await pause(3_000);
}

function told(crowd: Crowd, { faults, threads }: SoakPlan): string {
  const people = listed([
    [crowd.messages, `messages in ${crowd.talks.length} places`],
    [crowd.edits, "edits"],
    [crowd.deletions, "deletions"],
    [crowd.redeliveries, "redeliveries"],
    [crowd.commands, "commands"],
  ]);
  const broken = listed([
    [faults.kills, "kills of the bot"],
    [faults.doubles, "of bot and Letta together"],
    [faults.lettaKills, "of Letta"],
    [faults.restarts, "restarts"],
    [faults.cuts, "cuts of all database connections"],
    [faults.drops, "sockets dropped"],
    [faults.lostReceipts, "receipts lost"],
    [faults.pages, "times a page in place of a platform"],
    [faults.awayMs / 1_000, "s without the database"],
    [threads, "live threads over a restart"],
  ]);
  return `${people};\n  ${broken}`;
}

/** How long each part took. */
function stopwatch(journal: Journal) {
  const took: [string, number][] = [];
  let name = "start";
  let since = Date.now();
  const end = (): void => {
    took.push([name, Math.round((Date.now() - since) / 1_000)]);
    since = Date.now();
  };
  return {
    begin(next: string): void {
      end();
      name = next;
      journal.note("phase", { name });
    },
    end,
    told: (): string => {
      const all = took.reduce((sum, [, seconds]) => sum + seconds, 0);
      return `${all} s (${took.map(([each, seconds]) => `${each} ${seconds}`).join(", ")})`;
    },
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
