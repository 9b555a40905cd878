import type { ModelRequest } from "../model.ts";
import { nameIn } from "./facts.ts";
import { type Intent, topicOf } from "./intents.ts";
import type { SeenBlock } from "./prompt-reading.ts";

export interface PlannedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Known {
  readonly blocks: readonly SeenBlock[];
  readonly tools: ModelRequest["tools"];
}

/** The block that facts about people go to. */
const HUMAN = "human";

/**
 * Which tools to call before answering, as a model would: facts about people go into the human block, everything
 * else that should be kept into archival memory; questions look there and in what was said.
 */
export function planCalls(intents: readonly Intent[], known: Known): readonly PlannedCall[] {
  const calls = intents.flatMap((intent): readonly PlannedCall[] => {
    switch (intent.type) {
      case "fact":
        return [noteFact(intent.note, intent.speaker, known)];
      case "keep":
        return [archive(intent.note)];
      case "forget":
        return [{ name: "memory_replace", input: { label: HUMAN, old_string: intent.note, new_string: "" } }];
      case "about-me":
        return [{ name: "archival_memory_search", input: { query: intent.speaker } }];
      case "about-topic": {
        const query = topicOf(intent.topic) ?? intent.topic;
        return [
          { name: "archival_memory_search", input: { query } },
          { name: "conversation_search", input: { query, roles: ["user"], limit: 5 } },
        ];
      }
      default:
        return [];
    }
  });
  return calls.filter(({ name }) => known.tools.some((tool) => tool.name === name));
}

/** The same fact another way, when the prompt was older than the block and the replacement found nothing. */
export function secondTry(failed: PlannedCall): PlannedCall | undefined {
  const { label, new_string } = failed.input;
  if (failed.name !== "memory_replace" || new_string === "") return undefined;
  return { name: "memory_insert", input: { label, new_string, insert_line: -1 } };
}

function noteFact(note: string, speaker: string, { blocks, tools }: Known): PlannedCall {
  const human = blocks.find(({ label }) => label === HUMAN);
  const canWrite = human && !human.readOnly && tools.some(({ name }) => name === "memory_insert");
  if (!canWrite) return archive(note);
  const oldName = nameIn(note, speaker)
    ? human.value.split("\n").find((line) => nameIn(line, speaker) !== undefined && line !== note)
    : undefined;
  if (oldName) {
    return { name: "memory_replace", input: { label: HUMAN, old_string: oldName, new_string: note } };
  }
  return { name: "memory_insert", input: { label: HUMAN, new_string: note, insert_line: -1 } };
}

const archive = (note: string): PlannedCall => ({
  name: "archival_memory_insert",
  input: { content: note },
});
