import { z } from "zod";
import { request } from "../programs/telling-model.ts";
import type { Kind, Results } from "../results.ts";
import { newWord } from "../samples.ts";
import type { Contest, Servers } from "../world/contest.ts";
import type { Contestant } from "../world/contestant.ts";
import { COUNTED_AFTER_MS, type PostgresCounts } from "../world/postgres.ts";
import { cpuMs, pause, rssMb } from "../world/processes.ts";

/** What an idle bot does belongs to no turn: it is measured apart, and taken off. */
const COLUMNS: readonly (readonly [string, Kind])[] = [
  ["statements", "count"],
  ["commits", "count"],
  ["WAL syncs", "count"],
  ["requests to the platform", "count"],
  ["to Letta", "count"],
  ["CPU ms: bot", "cpu"],
  ["PostgreSQL", "cpu"],
  ["RSS MB", "size"],
];
const IDLE_COLUMNS: readonly (readonly [string, Kind])[] = [
  ["statements a second", "count"],
  ["commits a second", "count"],
  ["WAL syncs a second", "count"],
  ["CPU %: bot", "cpu"],
  ["PostgreSQL", "cpu"],
  ["RSS MB", "size"],
  ["ready after ms", "ms"],
];

interface Counted extends PostgresCounts {
  readonly at: number;
  readonly botMs: number;
  readonly platform: number;
  readonly letta: number;
}

const NOTHING: PostgresCounts = {
  statements: Number.NaN,
  commits: Number.NaN,
  syncs: Number.NaN,
  cpuMs: Number.NaN,
};

/** What turns cost, one after the other in a warm thread, and what a bot costs that nobody talks to. */
export async function costs(
  { servers, contest, results }: { servers: Servers; contest: Contest; results: Results },
  { turns, idleMs, listStatements }: { turns: number; idleMs: number; listStatements: boolean },
): Promise<void> {
  const read = async (contestant: Contestant): Promise<Counted> => {
    const { bot, postgres } = contestant;
    const [counts, { requests }, letta] = await Promise.all([
      postgres ? postgres.server.counts(postgres.database) : NOTHING,
      contestant.requests(),
      servers.letta.ask("count"),
    ]);
    return {
      ...counts,
      at: performance.now(),
      botMs: cpuMs(bot.pid),
      platform: requests,
      letta: z.object({ requests: z.number() }).parse(letta).requests,
    };
  };
  const before = new Map<Contestant, Counted>();
  const after = new Map<Contestant, Counted>();
  const lists: string[] = [];
  for (const bot of contest.bots) {
    const thread = await bot.begin("#general", newWord());
    await ask(bot, thread);
    if (bot.postgres) await pause(COUNTED_AFTER_MS);
    await bot.postgres?.server.forgetStatements();
    before.set(bot, await read(bot));
    for (let turn = 0; turn < turns; turn += 1) await ask(bot, thread);
    after.set(bot, await read(bot));
    if (listStatements && bot.postgres) lists.push(await statementsOf(bot, turns));
  }
  await pause(COUNTED_AFTER_MS);
  const idleFrom = new Map(
    await Promise.all(contest.bots.map(async (bot) => [bot, await read(bot)] as const)),
  );
  await pause(idleMs);
  const [turnRows, idleRows] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const bot of contest.bots) {
    const [began, ended, idle] = [before.get(bot), after.get(bot), idleFrom.get(bot)];
    if (!(began && ended && idle)) continue;
    const end = await read(bot);
    const idleRate = (name: keyof Counted) => (end[name] - idle[name]) / (end.at - idle.at);
    // Until when the server has told all that it counted; what it did while nobody talked is taken off.
    const late = (name: "commits" | "syncs") =>
      (idle[name] - began[name] - idleRate(name) * (idle.at - began.at)) / turns;
    const during = (name: keyof Counted) =>
      (ended[name] - began[name] - idleRate(name) * (ended.at - began.at)) / turns;
    turnRows.set(bot.name, [
      ...[during("statements"), late("commits"), late("syncs")],
      ...[(ended.platform - began.platform) / turns, (ended.letta - began.letta) / turns],
      ...[during("botMs"), during("cpuMs"), rssMb(bot.bot.pid)],
    ]);
    idleRows.set(bot.name, [
      ...(["statements", "commits", "syncs"] as const).map((name) => idleRate(name) * 1_000),
      ...[idleRate("botMs") * 100, idleRate("cpuMs") * 100, rssMb(bot.bot.pid), bot.bot.readyMs],
    ]);
  }
  results.counts(`cost of a turn, of ${turns} in a warm thread`, COLUMNS, turnRows);
  results.counts("nobody talks", IDLE_COLUMNS, idleRows);
  for (const list of lists) results.say(list);
}

async function ask(bot: Contestant, thread: string): Promise<void> {
  const last = newWord();
  const [answer] = await bot.ask([{ thread, text: request(last), last }]);
  if (answer && "failed" in answer) throw new Error(answer.failed);
}

async function statementsOf({ name, postgres }: Contestant, turns: number): Promise<string> {
  const all = (await postgres?.server.statements(postgres.database)) ?? [];
  const lines = all.map(({ query, calls, ms }) => {
    const text = query.replace(/\s+/g, " ").slice(0, 150);
    return `${(calls / turns).toFixed(2).padStart(7)} × ${(ms / calls).toFixed(2).padStart(6)} ms  ${text}`;
  });
  return `\nstatements of a turn, ${name}\n${lines.join("\n")}`;
}
