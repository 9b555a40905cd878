import { z } from "zod";
import { run } from "../storage/servers/databases.ts";
import type { SaidWord, Talk } from "./talk.ts";

/** What a soak asks of every message. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly disordered: readonly string[];
  readonly growing: readonly string[];
  /** Answered with a sentence that says why not; allowed, and counted. */
  readonly sentences: readonly string[];
}

/** Begins every sentence that stands for an answer. */
const SENTENCE = "⚠️";

type Judged = Pick<Talk, "platform" | "place" | "shown" | "said" | "isScattered">;

/** `failed`: what was said in each turn that ended in a sentence. */
export function judge(talks: readonly Judged[], failed: readonly string[] = []): Verdict {
  const all = talks.map((talk) => judgeOne(talk, failed));
  return {
    lost: all.flatMap(({ lost }) => lost),
    doubled: all.flatMap(({ doubled }) => doubled),
    disordered: all.flatMap(({ disordered }) => disordered),
    growing: all.flatMap(({ growing }) => growing),
    sentences: all.flatMap(({ sentences }) => sentences),
  };
}

function judgeOne(talk: Judged, failed: readonly string[]): Verdict {
  const answers = talk.shown().filter(({ isBot }) => isBot);
  const named = (what: string) => `${talk.platform} ${talk.place() ?? "no thread"}: ${what}`;
  const text = answers.map((answer) => answer.text).join("\n");
  const sentences = answers.filter((answer) => answer.text.includes(SENTENCE));
  const missing = talk.said.filter((said) => timesIn(text, said) === 0 && !said.isDeleted);
  const inOrder = talk.isScattered ? [] : talk.said;
  const found = inOrder.filter((said) => timesIn(text, said) > 0);
  const inFailed = missing.filter((said) => failed.some((turn) => timesIn(turn, said) > 0));
  const turns = failed.filter((turn) => inFailed.some((said) => timesIn(turn, said) > 0));
  // A burst is one turn, and ends in one sentence.
  const excused = sentences.length >= turns.length ? new Set(inFailed) : new Set();
  const unexplained = missing.filter((said) => !excused.has(said));
  const wordsOf = (all: readonly SaidWord[]) => all.map(({ word }) => named(word));
  return {
    lost: wordsOf(unexplained.slice(Math.max(0, sentences.length - turns.length))),
    doubled: wordsOf(talk.said.filter((said) => timesIn(text, said) > 1)),
    disordered: found.flatMap((said, index) => {
      const before = found[index - 1];
      return before && positionIn(text, said) < positionIn(text, before)
        ? [named(`${said.word} before ${before.word}`)]
        : [];
    }),
    growing: answers.filter(({ state }) => state !== "whole").map((answer) => named(answer.text)),
    sentences: sentences.map((answer) => named(answer.text)),
  };
}

const timesIn = (text: string, { word, other }: SaidWord): number =>
  text.split(word).length - 1 + (other === undefined ? 0 : text.split(other).length - 1);

const positionIn = (text: string, { word, other }: SaidWord): number =>
  Math.max(text.indexOf(word), other === undefined ? -1 : text.indexOf(other));

/** How much is still to come. */
export const restsOf = ({ lost, growing }: Verdict): number => lost.length + growing.length;

const Failed = z.array(z.object({ text: z.string() }));

/** What was said in each turn that ended in a sentence. */
export async function failedTurns(databaseUrl: string): Promise<readonly string[]> {
  const rows = await run(
    databaseUrl,
    `select (select string_agg(each->>'text', ' ') from jsonb_array_elements(events) each) as text
       from rapport.turn where state = 'failed' and jsonb_array_length(events) > 0`,
  );
  return Failed.parse(rows).map(({ text }) => text);
}

const Leftovers = z.record(z.string(), z.number());

/** What the database must hold none of when everything is quiet. */
export async function leftovers(databaseUrl: string): Promise<z.infer<typeof Leftovers>> {
  const [row] = await run(
    databaseUrl,
    `select (select count(*)::int from rapport.inbox) as waiting,
            (select count(*)::int from rapport.turn where state not in ('delivered', 'failed')) as unfinished,
            (select count(*)::int from rapport.dead_letter) as dead,
            (select count(*)::int from (
               select 1 from letta.messages where role = 'user' and otid is not null and not is_deleted
                group by conversation_id, otid having count(*) > 1) as twice) as asked_twice`,
  );
  return Leftovers.parse(row);
}
