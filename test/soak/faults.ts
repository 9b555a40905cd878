import type { Random } from "./random.ts";
import { pause, type SoakWorld } from "./world.ts";

export interface FaultPlan {
  /** kill -9 of the bot. */
  readonly kills: number;
  /** kill -9 of bot and Letta together, as when the machine is switched off. */
  readonly doubles: number;
  readonly lettaKills: number;
  /** All of the bot's database connections at once. */
  readonly cuts: number;
  readonly drops: number;
  readonly lostReceipts: number;
  /** How long the database is away, once, in ms. */
  readonly awayMs: number;
}

type Fault = (world: SoakWorld, random: Random) => Promise<void>;

const killBot: Fault = async ({ bot }) => {
  await bot.kill();
  await bot.start();
};

const killBoth: Fault = async ({ bot, letta }) => {
  await Promise.all([bot.kill(), letta.kill()]);
  await letta.start();
  await bot.start();
};

const killLetta: Fault = async ({ letta }, random) => {
  await letta.kill();
  await pause(random.below(3_000));
  await letta.start();
};

const cut: Fault = async (world) => {
  await world.cutConnections();
};

const drop: Fault = async ({ chats }, random) => random.of(chats).chat.dropConnection();

const loseReceipt: Fault = async ({ chats }, random) =>
  void random.of(chats).chat.cutNextPost(random.of(["rst", "fin"] as const));

/** In a random order, evenly spread over the time. */
export async function breakThings(
  world: SoakWorld,
  plan: FaultPlan,
  { random, withinMs }: { readonly random: Random; readonly withinMs: number },
): Promise<void> {
  const away: Fault = async ({ road }) => {
    await road.close();
    await pause(plan.awayMs);
    await road.open();
  };
  const times = (count: number, fault: Fault) => Array.from({ length: count }, () => fault);
  const faults = random.shuffled([
    ...times(plan.kills, killBot),
    ...times(plan.doubles, killBoth),
    ...times(plan.lettaKills, killLetta),
    ...times(plan.cuts, cut),
    ...times(plan.drops, drop),
    ...times(plan.lostReceipts, loseReceipt),
    ...times(plan.awayMs > 0 ? 1 : 0, away),
  ]);
  const startedAt = Date.now();
  for (const [index, fault] of faults.entries()) {
    const due = startedAt + ((index + random.next()) / faults.length) * withinMs;
    await pause(Math.max(0, due - Date.now()));
    await fault(world, random);
  }
}
