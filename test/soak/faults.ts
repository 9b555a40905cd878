import type { Journal } from "./journal.ts";
import type { FaultPlan } from "./plan.ts";
import type { Random } from "./random.ts";
import { pause, type SoakWorld } from "./world.ts";

type Fault = (world: SoakWorld, random: Random) => Promise<void>;

const killBot: Fault = async ({ bot }) => {
  await bot.kill();
  await bot.start();
};

const restartBot: Fault = async ({ bot }) => {
  await bot.stop();
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

const sendPages: Fault = async ({ chats }, random) => {
  const { chat } = random.of(chats);
  const page = { type: "page", status: 429 } as const;
  const planned = chat.faults.next({ path: "/**", times: 1_000, fault: page });
  await pause(1_000 + random.below(3_000));
  planned.cancel();
};

/** So long at most what was started lives in peace when the plan is late: who is killed on being ready answers nobody. */
const PEACE_MS = 3_000;

/** In a random order, evenly spread over the time; where a machine is slow, a moment after the one before. */
export async function breakThings(
  world: SoakWorld,
  plan: FaultPlan,
  {
    random,
    withinMs,
    journal,
    progress,
  }: {
    random: Random;
    withinMs: number;
    journal: Journal;
    /** Told which part of all was done, from 0 to 1. */
    progress: (part: number) => void;
  },
): Promise<void> {
  const away: Fault = async ({ databaseProxy }) => {
    await databaseProxy.close();
    await pause(plan.awayMs);
    await databaseProxy.open();
  };
  const times = (count: number, name: string, fault: Fault) =>
    Array.from({ length: count }, () => ({ name, fault }));
  const faults = random.shuffled([
    ...times(plan.kills, "bot killed", killBot),
    ...times(plan.restarts, "bot restarted", restartBot),
    ...times(plan.doubles, "both killed", killBoth),
    ...times(plan.lettaKills, "Letta killed", killLetta),
    ...times(plan.cuts, "connections cut", cut),
    ...times(plan.drops, "socket dropped", drop),
    ...times(plan.lostReceipts, "receipt lost", loseReceipt),
    ...times(plan.pages, "pages", sendPages),
    ...times(plan.awayMs > 0 ? 1 : 0, "database away", away),
  ]);
  const startedAt = Date.now();
  let peaceUntil = startedAt;
  for (const [index, { name, fault }] of faults.entries()) {
    const due = startedAt + ((index + random.next()) / faults.length) * withinMs;
    await pause(Math.max(0, due - Date.now(), peaceUntil - Date.now()));
    journal.note(name);
    await fault(world, random);
    journal.note(`${name}, over`);
    peaceUntil = Date.now() + random.below(PEACE_MS);
    progress((index + 1) / faults.length);
  }
  progress(1);
}
