import { request } from "../programs/telling-model.ts";
import type { Results } from "../results.ts";
import { newWord } from "../samples.ts";
import type { Contest } from "../world/contest.ts";
import { rssMb } from "../world/processes.ts";

const BINDINGS = 10_000;
const TURNS = 50;

/** What a bot holds of the machine's memory when thousands of places have a persona. */
export async function manyBindings(contest: Contest, results: Results): Promise<void> {
  const rows = new Map<string, readonly number[]>();
  for (const bot of contest.bots) {
    if (!bot.postgres) continue;
    await bot.postgres.server.run(
      bot.postgres.database,
      `insert into rapport.binding (key, value)
       select 'binding:bench%2F' || n, (select value from rapport.binding limit 1) from generate_series(1, $1) n`,
      [BINDINGS],
    );
    const thread = await bot.begin("#general", newWord());
    for (let turn = 0; turn < TURNS; turn += 1) {
      const last = newWord();
      await bot.ask([{ thread, text: request(last), last }]);
    }
    rows.set(bot.name, [rssMb(bot.bot.pid)]);
  }
  results.counts("with 10,000 bindings", [["RSS MB", "size"]], rows);
}
