import { parseJson } from "../../emulators/kit/http/body.ts";
import type { HeardTurn } from "../model/heard-turn.ts";
import { utterance } from "../model/heard-turn.ts";
import type { ModelRequest } from "../model/model.ts";
import { type Change, type Changes, changesFor } from "./changes.ts";
import type { Fact } from "./facts.ts";
import { isAbout } from "./facts.ts";
import { type Intent, intentsOf } from "./intents.ts";
import {
  callsIn,
  hasFailed,
  INSERT,
  type Notebook,
  type NoteLine,
  notebookOf,
  type PlannedCall,
  REPLACE,
  returnOf,
} from "./notebook.ts";
import { keepingNothingOfOutsiders } from "./outsiders.ts";
import { longestOf, overlap, stemsOf } from "./words.ts";

/** A turn as the rules see it: the same at each of its steps. */
export interface Plan {
  readonly intents: readonly Intent[];
  readonly notebook: Notebook;
  readonly changes: Changes;
  /** Lines that may have gone since they were written, and are looked for before they are told. */
  readonly doubtful: readonly NoteLine[];
}

const ARCHIVE = "archival_memory_insert";
export const SEARCH_ARCHIVE = "archival_memory_search";
export const SEARCH_TALK = "conversation_search";

const LOOKED_FOR_AT_MOST = 12;
const TALK_AT_MOST = 60;
const PASSAGES_AT_MOST = 50;

export function planOf(prompt: string, turn: HeardTurn): Plan {
  const notebook = notebookOf(prompt, turn.before);
  const intents = keepingNothingOfOutsiders(
    turn,
    turn.said.flatMap((said) => intentsOf(said, lastFactOf(turn, said.speaker))),
  );
  const doubtful = notebook.lines.filter(
    (line) => !line.isSeen && intents.some((intent) => concerns(intent, line)),
  );
  return {
    intents,
    notebook,
    changes: changesFor(intents, notebook),
    doubtful: doubtful.slice(-LOOKED_FOR_AT_MOST),
  };
}

/** What this person told last in this conversation: "it" and "that" mean it. */
function lastFactOf({ before }: HeardTurn, speaker: string | undefined): Fact | undefined {
  let last: Fact | undefined;
  for (const { role, content } of before.slice(-40)) {
    if (role !== "user") continue;
    const said = utterance(content);
    if (said.speaker !== speaker) continue;
    for (const intent of intentsOf(said, last)) if (intent.type === "note") last = intent.fact ?? last;
  }
  return last;
}

function concerns(intent: Intent, { text }: NoteLine): boolean {
  if (intent.type === "asked") {
    const stems = stemsOf(intent.topic);
    return stems.length === 0 || overlap(stems, text) > 0;
  }
  if (intent.type === "sum-up" || intent.type === "talked-about") return true;
  const ofPerson = ["about-me", "name-asked", "greeting"].includes(intent.type);
  return ofPerson && isAbout(text, intent.speaker);
}

/** Which tools to call before answering, as a model would: it looks things up, and writes down what changes. */
export function firstCalls(plan: Plan, tools: ModelRequest["tools"]): readonly PlannedCall[] {
  const looks = plan.doubtful.map(({ label, text }) => replacement(label, text, text));
  const calls = [...plan.changes.calls, ...looks, ...plan.intents.flatMap(searchesFor)];
  const unique = new Map(calls.map((call) => [JSON.stringify(call), call]));
  return offered([...unique.values()], tools);
}

const offered = (calls: readonly PlannedCall[], tools: ModelRequest["tools"]) =>
  calls.filter(({ name }) => tools.some((tool) => tool.name === name));

function searchesFor(intent: Intent): readonly PlannedCall[] {
  switch (intent.type) {
    case "asked": {
      const query = longestOf(stemsOf(intent.topic));
      return query === undefined ? [] : [inArchive(query), inTalk(query)];
    }
    case "about-me":
      return [inArchive(intent.speaker)];
    case "forget": {
      const query = longestOf(stemsOf(intent.target));
      return [inArchive(query ?? intent.speaker)];
    }
    case "talked-about":
      return [inTalk("")];
    default:
      return [];
  }
}

const inArchive = (query: string): PlannedCall => ({
  name: SEARCH_ARCHIVE,
  input: { query, top_k: PASSAGES_AT_MOST },
});
const inTalk = (query: string): PlannedCall => ({
  name: SEARCH_TALK,
  input: { query, roles: ["user"], limit: TALK_AT_MOST },
});

const replacement = (label: string, old_string: string, new_string: string): PlannedCall => ({
  name: REPLACE,
  input: { label, old_string, new_string },
});

/** What is done another way when a change has failed: the prompt may be older than the block, and a block may be full. */
export function secondCalls(
  plan: Plan,
  turn: HeardTurn,
  tools: ModelRequest["tools"],
): readonly PlannedCall[] {
  if (roundsIn(turn) !== 1) return [];
  const failed = plan.changes.all.filter((change) => !isDone(change, plan, turn));
  return offered(failed.flatMap(otherWay), tools);
}

function otherWay({ removes, adds, archives }: Change): readonly PlannedCall[] {
  if (archives) return [];
  const removing = removes.map(({ label, text }) => replacement(label, text, ""));
  if (removes.length === 0) return adds.map((content) => ({ name: ARCHIVE, input: { content } }));
  const label = removes[0]?.label ?? "";
  return adds.length === 0
    ? removing
    : adds.map((new_string) => ({ name: INSERT, input: { label, new_string, insert_line: -1 } }));
}

const roundsIn = ({ since }: HeardTurn): number => since.filter(({ toolCalls }) => toolCalls).length;

/** Whether a change has been made, be it at the second try. */
export function isDone(change: Change, plan: Plan, turn: HeardTurn): boolean {
  const direct = plan.changes.callFor(change);
  if (direct && hasWorked(direct, turn)) return true;
  const others = otherWay(change);
  return others.length > 0 && others.every((call) => hasWorked(call, turn));
}

/** Whether this very call was made in the turn and has worked. */
function hasWorked({ name, input }: PlannedCall, { since }: HeardTurn): boolean {
  const wanted = JSON.stringify(input);
  return callsIn(since).some(
    (call) =>
      call.name === name &&
      JSON.stringify(parseJson(call.arguments)) === wanted &&
      !hasFailed(returnOf(since, call.id)),
  );
}

/** The lines that are known to stand in memory now, or as far as looking has shown. */
export function standingLines(plan: Plan, turn: HeardTurn): readonly NoteLine[] {
  return plan.notebook.lines.filter(
    (line) => line.isSeen || hasWorked(replacement(line.label, line.text, line.text), turn),
  );
}
