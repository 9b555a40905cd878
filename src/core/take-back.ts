import type { Agents, MemoryWrite } from "./agents.ts";
import { hasCode } from "./errors.ts";
import type { AgentId, ConversationId } from "./model.ts";

const WRITE_TRIES = 5;
/** A passage just made is among the nearest to its own words. */
const LOOKED_AT = 20;

/**
 * Takes back what a persona wrote into its memory in one turn: people of another company are answered, and nothing of
 * theirs is kept. Doing it again changes nothing more.
 */
export async function takeBack(
  agents: Agents,
  { agent, conversation }: { readonly agent: AgentId; readonly conversation: ConversationId },
  otids: readonly string[],
): Promise<number> {
  const writes = await agents.memoryWrites(agent, conversation, otids);
  for (const write of writes.toReversed()) {
    if (write.kind === "archived") await takeFromArchive(agents, agent, write.text);
    else await takeFromBlock(agents, agent, write);
  }
  return writes.length;
}

async function takeFromArchive(agents: Agents, agent: AgentId, text: string): Promise<void> {
  const { passages } = await agents.searchPassages(agent, text, LOOKED_AT);
  for (const passage of passages) if (passage.text === text) await agents.deletePassage(agent, passage.id);
}

async function takeFromBlock(
  agents: Agents,
  agent: AgentId,
  write: Exclude<MemoryWrite, { kind: "archived" }>,
  tries = WRITE_TRIES,
): Promise<void> {
  const block = (await agents.blocks(agent)).find(({ label }) => label === write.label);
  const value = block && withoutWrite(block.value, write);
  if (!block || value === undefined || value === block.value) return;
  try {
    await agents.writeBlock(agent, block.label, value, block.value);
  } catch (error) {
    // Another conversation of this persona writes at the same time.
    if (tries <= 1 || !hasCode(error, "conflict")) throw error;
    await takeFromBlock(agents, agent, write, tries - 1);
  }
}

/** The block as it would be without this write; what is not found there is gone already. */
export function withoutWrite(value: string, write: Exclude<MemoryWrite, { kind: "archived" }>): string {
  const written = write.kind === "inserted" ? write.text : write.after;
  const before = write.kind === "inserted" ? "" : write.before;
  if (written === "")
    return value.includes(before) ? value : [value.trimEnd(), before].filter(Boolean).join("\n");
  const at = value.lastIndexOf(written);
  if (at < 0) return value;
  const [head, tail] = [value.slice(0, at), value.slice(at + written.length)];
  // A line that was inserted goes with its line break.
  if (before === "" && head.endsWith("\n")) return head.slice(0, -1) + tail;
  if (before === "" && head === "" && tail.startsWith("\n")) return tail.slice(1);
  return head + before + tail;
}
