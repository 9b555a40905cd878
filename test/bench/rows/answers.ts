import { request } from "../programs/telling-model.ts";
import type { Results } from "../results.ts";
import { newWord, type Sampled, type Talker } from "../samples.ts";
import { type Contest, MANY_CHANNELS } from "../world/contest.ts";
import { pause } from "../world/processes.ts";

/**
 * How long answers take. All are asked in turn, so that the machine is the same for all of them; each has conversations
 * of the same length, and none is longer than a few dozen turns.
 */
const TURNS_IN_A_THREAD = 20;
const BEGUN_AT_ONCE = 5;

interface Round {
  readonly title: string;
  readonly conversations: number;
  readonly rounds: number;
  /** In threads of one channel, or of many. */
  readonly channels: "one" | "many";
  /** How long an answer takes to be written. */
  readonly answerMs: number;
  /** Said like the half of a sentence, as somebody says who goes on. */
  readonly halfSentence?: boolean;
  /** What a person waits between two messages. */
  readonly pauseMs?: number;
}

export async function answers(contest: Contest, results: Results, round: Round): Promise<void> {
  const measured = new Map(contest.talkers.map((talker) => [talker.name, [] as Sampled[]]));
  const failed = new Set<Talker>();
  const threads = new Map<Talker, readonly string[]>();
  const hasTurn = async (talker: Talker, number: number) => {
    if (number % TURNS_IN_A_THREAD === 0) threads.set(talker, await begin(talker, round));
    const asked = (threads.get(talker) ?? []).map((thread) => ask(thread, round));
    measured.get(talker.name)?.push(...(await talker.ask(asked)));
  };
  for (let number = 0; number < round.rounds; number += 1) {
    const first = number % contest.talkers.length;
    const inTurn = [...contest.talkers.slice(first), ...contest.talkers.slice(0, first)];
    for (const talker of inTurn.filter((each) => !failed.has(each)))
      await hasTurn(talker, number).catch((error: unknown) => {
        // The others go on without it.
        failed.add(talker);
        results.fail(`${round.title}: ${talker.name}`, error);
      });
    if (round.pauseMs) await pause(round.pauseMs);
  }
  results.times(round.title, measured);
}

function ask(thread: string, { answerMs, halfSentence }: Round) {
  const last = newWord();
  const text = request(last, answerMs);
  return { thread, last, text: halfSentence ? text.slice(0, -1) : text };
}

/** As many threads as there are conversations. */
export async function begin(
  talker: Talker,
  { conversations, channels }: Pick<Round, "conversations" | "channels">,
): Promise<readonly string[]> {
  const threads: string[] = [];
  while (threads.length < conversations) {
    const count = Math.min(BEGUN_AT_ONCE, conversations - threads.length);
    const begun = Array.from({ length: count }, (_, index) => {
      const channel = MANY_CHANNELS[(threads.length + index) % MANY_CHANNELS.length] ?? "#general";
      return talker.begin(channels === "one" ? "#general" : channel, newWord());
    });
    threads.push(...(await Promise.all(begun)));
  }
  return threads;
}
