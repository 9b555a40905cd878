import { request } from "../programs/telling-model.ts";
import type { Kind, Results } from "../results.ts";
import { newWord } from "../samples.ts";
import type { Contest } from "../world/contest.ts";
import type { Contestant } from "../world/contestant.ts";
import { cpuMs, rssMb } from "../world/processes.ts";
import { begin } from "./answers.ts";

const COLUMNS: readonly (readonly [string, Kind])[] = [
  ["answers a second", "rate"],
  ["CPU ms of the bot, an answer", "cpu"],
  ["answered 429", "count"],
  ["failed", "count"],
  ["RSS MB", "size"],
];

/** How many answers a second a bot gives when this many people talk at once, each as soon as they are answered. */
export async function rates(
  contest: Contest,
  results: Results,
  { conversations, turns, title }: { conversations: number; turns: number; title: string },
): Promise<void> {
  const rows = new Map<string, readonly number[]>();
  for (const bot of contest.bots) {
    await results.try(`${title}: ${bot.name}`, async () => {
      rows.set(bot.name, await rateOf(bot, { conversations, turns }));
    });
  }
  results.counts(title, COLUMNS, rows);
}

async function rateOf(
  bot: Contestant,
  { conversations, turns }: { conversations: number; turns: number },
): Promise<readonly number[]> {
  const threads = await begin(bot, { conversations, channels: "many" });
  const before = await bot.requests();
  const [startedAt, usedMs] = [performance.now(), cpuMs(bot.bot.pid)];
  let [answered, failed] = [0, 0];
  await Promise.all(
    threads.map(async (thread) => {
      for (let turn = 0; turn < turns; turn += 1) {
        const last = newWord();
        const [answer] = await bot.ask([{ thread, text: request(last), last }]);
        if (answer && "wholeMs" in answer) answered += 1;
        else failed += 1;
      }
    }),
  );
  const { limited } = await bot.requests();
  return [
    (answered * 1_000) / (performance.now() - startedAt),
    (cpuMs(bot.bot.pid) - usedMs) / answered,
    limited.filter((id) => id > before.requests).length,
    ...[failed, rssMb(bot.bot.pid)],
  ];
}
