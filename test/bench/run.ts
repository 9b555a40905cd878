import os from "node:os";
import { parseArgs } from "node:util";
import { shown, table } from "./figures.ts";
import { hostileFigures } from "./hostile.ts";
import { compareWithKept, keep } from "./kept.ts";
import { Results } from "./results.ts";
import { answers } from "./rows/answers.ts";
import { costs } from "./rows/costs.ts";
import { manyBindings } from "./rows/many-bindings.ts";
import { rates } from "./rows/rates.ts";
import { type Contest, type Servers, startContest, startServers } from "./world/contest.ts";

/*
 * What the bot costs, and how long people wait for it, beside the limit (a program that has only Letta's client) and bots
 * of twenty lines that store nothing. One run, all of them in turn. Bots, platforms, Letta and PostgreSQL are processes of
 * their own; PostgreSQL writes to the disk and waits for it; settings are as shipped. People's time is taken where the
 * platform is. With the limits off the clients' own count of Discord's fifty requests a second is off too. What takes more
 * than the stream alone is "added", pair by pair.
 *
 *   --quick       the part for every day, two to three minutes
 *   --only a,b    of: one, costs, waves, rates, bindings, hostile
 *   --statements  lists the statements of a turn
 *   --check       compares with the kept table of this mode, and fails when something is worse
 *   --keep        keeps this table
 */

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    statements: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const parts = options.only?.split(",");
const measures = (part: string) => parts?.includes(part) ?? true;
const mode = options.quick ? "quick" : "whole";

const print = (line: string) => process.stdout.write(`${line}\n`);
const results = new Results(print);
const [cpu] = os.cpus();
const machine = `${os.cpus().length} × ${cpu?.model ?? "unknown processor"}, Node ${process.versions.node}`;
const load = () => (os.loadavg()[0] ?? Number.NaN).toFixed(2);

async function withoutLimits(servers: Servers, contest: Contest): Promise<void> {
  const one = { conversations: 1, channels: "one", answerMs: 0 } as const;
  const rounds = options.quick ? 40 : 300;
  if (measures("one")) {
    await answers(contest, results, { ...one, title: "one conversation, limits off", rounds });
    const title = "one conversation, half sentences, limits off";
    await answers(contest, results, { ...one, title, rounds: options.quick ? 20 : 100, halfSentence: true });
  }
  if (measures("costs")) {
    const plan = options.quick ? { turns: 30, idleMs: 5_000 } : { turns: 100, idleMs: 20_000 };
    await results.try("costs", () =>
      costs({ servers, contest, results }, { ...plan, listStatements: options.statements }),
    );
  }
  if (measures("waves") && !options.quick) await waves(contest);
  if (measures("rates")) {
    const plan = { conversations: 50, turns: options.quick ? 3 : 10 };
    await rates(contest, results, { ...plan, title: "50 conversations, limits off" });
  }
  if (measures("bindings") && !options.quick)
    await results.try("10,000 bindings", () => manyBindings(contest, results));
}

async function withLimits(_servers: Servers, contest: Contest): Promise<void> {
  if (measures("one") && !options.quick) {
    const round = { conversations: 1, channels: "one", answerMs: 0, rounds: 40, pauseMs: 600 } as const;
    await answers(contest, results, { ...round, title: "one conversation, limits on" });
  }
  if (measures("waves")) await waves(contest);
  // Slack takes about one message a second in a channel: to begin so many threads alone takes minutes.
  if (measures("rates") && !options.quick)
    await rates(contest, results, { conversations: 50, turns: 4, title: "50 conversations, limits on" });
}

/** All of them ask at once, and answers take three seconds to be written. */
async function waves(contest: Contest): Promise<void> {
  const limits = contest.limits ? "on" : "off";
  for (const conversations of options.quick ? [10] : [10, 50])
    for (const channels of options.quick ? (["one"] as const) : (["one", "many"] as const)) {
      const title = `${conversations} answers of 3 s at once, threads of ${channels === "one" ? "one channel" : "many channels"}, limits ${limits}`;
      const round = { conversations, channels, answerMs: 3_000, rounds: options.quick ? 1 : 3 };
      await results.try(title, () => answers(contest, results, { ...round, title }));
    }
}

function hostile(): void {
  const rows = hostileFigures(100_000).map(([name, each]) => {
    results.set(`hostile texts: ${name}`, "tail", each.max);
    return [name, ...[each.p50, each.p99, each.max].map(shown)];
  });
  print(
    `\nhostile texts, 100 kB each, by reader (× how the slowest grew from 50 kB; 2 is linear), ms\n${table(["", "p50", "p99", "max"], rows)}`,
  );
}

async function inContest(
  servers: Servers,
  limits: boolean,
  work: (servers: Servers, contest: Contest) => Promise<void>,
): Promise<void> {
  await results.try(`everything with limits ${limits ? "on" : "off"}`, async () => {
    const contest = await startContest(servers, limits);
    try {
      await work(servers, contest);
    } finally {
      await contest.stop();
    }
  });
}

async function main(): Promise<void> {
  print(`${machine}; load ${load()}`);
  const startedAt = performance.now();
  if (measures("hostile") && !options.quick) hostile();
  const servers = await startServers();
  if (!servers.isOnDisk) print("PostgreSQL's files are in memory here: nothing waits for a disk");
  try {
    await inContest(servers, false, withoutLimits);
    if (["waves", ...(options.quick ? [] : ["one", "rates"])].some(measures))
      await inContest(servers, true, withLimits);
  } finally {
    await servers.stop();
  }
  print(`\n${((performance.now() - startedAt) / 1_000).toFixed(0)} s; load ${load()} at the end`);
  if (results.failures.length > 0) print(`failed: ${results.failures.length} rows`);
  if (options.check) {
    const { compared, worse, report } = compareWithKept(mode, { machine, figures: results.figures });
    print(`\n${report}`);
    if (worse > 0 || compared === 0) process.exitCode = 1;
  }
  if (options.keep)
    keep(mode, { machine, load: Number(load()), figures: Object.fromEntries(results.figures) });
}

await main();
