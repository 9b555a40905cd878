import { hasCode } from "../domain/errors.ts";
import type { AgentId, ConversationId } from "../domain/model.ts";
import type { AgentMemory, MemoryWrite, Passage } from "../ports/agent/memory.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { withoutPrefix, withoutSuffix } from "../text/affixes.ts";
import { replaceLast } from "../text/replace-last.ts";

const WRITE_TRIES = 5;
/** Passages that hold the same words, among which the new one is. */
const SEARCH_LIMIT = 500;

type BlockWrite = Exclude<MemoryWrite, { kind: "archived" }>;

/**
 * People of another company are answered, and nothing of theirs is noted, nor of what is quoted of them. Before a turn ends, well or not, so that a later
 * attempt does what this one could not.
 */
export async function undoOutsiderWrites(
  services: Pick<CoreServices, "turns" | "memory" | "log" | "agentRecords" | "prompts">,
  { id, events }: Pick<TurnRecord, "id" | "events">,
): Promise<void> {
  const isTheirs = (event: TurnRecord["events"][number]) =>
    event.author.standing === "outsider" || (event.type === "message" && event.quotesOutsider);
  if (!events.some(isTheirs)) return;
  const { turns, memory, log } = services;
  const turn = await turns.get(id);
  if (!turn?.agent || !turn.conversation) return;
  const where = { agent: turn.agent, conversation: turn.conversation };
  const count = await undoMemoryWrites(memory, where, turn.otids).catch(nothingLeft);
  if (count === 0) return;
  log.info({ turn: id, count }, "memory writes of a turn with outsiders were undone");
  const ofPersona = turn.persona ? await services.agentRecords.list(turn.persona.key) : [];
  const record = ofPersona.find(({ agent }) => agent === turn.agent);
  if (record) await services.prompts.changed(record);
}

function nothingLeft(error: unknown): number {
  if (hasCode(error, "agent_gone", "conversation_gone")) return 0;
  throw error;
}

/**
 * Takes back what a persona wrote into its memory in one turn. Doing it again changes nothing more.
 */
export async function undoMemoryWrites(
  memory: AgentMemory,
  { agent, conversation }: { readonly agent: AgentId; readonly conversation: ConversationId },
  otids: readonly string[],
): Promise<number> {
  const writes = await memory.turnWrites(agent, conversation, otids);
  for (const write of writes.toReversed()) {
    if (write.kind === "archived") await undoPassage(memory, agent, write);
    else await undoBlockWrite(memory, agent, write);
  }
  return writes.length;
}

/** The newest of these words, and none that was there before: somebody else may have had the same words remembered. */
async function undoPassage(
  memory: AgentMemory,
  agent: AgentId,
  { text, since }: Extract<MemoryWrite, { kind: "archived" }>,
): Promise<void> {
  const { passages } = await memory.searchPassages(agent, text, SEARCH_LIMIT);
  const made = passages.filter(
    (passage) => passage.text === text && !(timeOf(passage) < timeOf({ at: since })),
  );
  const newest = made.reduce<Passage | undefined>(
    (best, each) => (best && timeOf(best) > timeOf(each) ? best : each),
    undefined,
  );
  if (newest) await memory.deletePassage(agent, newest.id);
}

/** NaN for what has no date: that is neither before nor after anything. */
const timeOf = ({ at }: Pick<Passage, "at">): number => Date.parse(at ?? "");

async function undoBlockWrite(
  memory: AgentMemory,
  agent: AgentId,
  write: BlockWrite,
  tries = WRITE_TRIES,
): Promise<void> {
  const block = (await memory.blocks(agent)).find(({ label }) => label === write.label);
  const value = block && withoutWrite(block.value, write);
  if (!block || value === undefined || value === block.value) return;
  try {
    await memory.writeBlock(agent, block.label, value, block.value);
  } catch (error) {
    // Another conversation of this persona writes at the same time.
    if (tries <= 1 || !hasCode(error, "conflict")) throw error;
    await undoBlockWrite(memory, agent, write, tries - 1);
  }
}

/** The block as it would be without this write; what is not found there is gone already. */
export function withoutWrite(value: string, write: BlockWrite): string {
  if (write.kind === "inserted") return withoutLines(value, write.text);
  const { before, after } = write;
  if (after === "")
    return value.includes(before) ? value : [value.trimEnd(), before].filter(Boolean).join("\n");
  return replaceLast(value, after, before);
}

/** What is inserted stands in lines of its own: the same words within a line of somebody else are theirs. */
function withoutLines(value: string, text: string): string {
  const kept = replaceLast(`\n${value}\n`, `\n${text}\n`, "\n");
  return withoutSuffix(withoutPrefix(kept, "\n"), "\n");
}
