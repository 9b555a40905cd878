import type { CommandContext } from "../commands/declaration.ts";
import { hasCode } from "../domain/errors.ts";
import { PEOPLE_BLOCK } from "../ports/agent/memory.ts";
import { blockLineKey, type LineKey, passageKey } from "../ports/provenance-store.ts";
import { type MemoryContext, writeBlock } from "./context.ts";

const WRITE_TRIES = 5;

interface RememberedLine {
  /** The layer's face. */
  readonly layer: string;
  readonly line: LineKey;
}

/**
 * Into the block about people while it has room, else into the archive. Who writes at the same time, a persona
 * perhaps, makes it read again.
 */
export async function rememberLine(
  context: Pick<CommandContext, "memory" | "prompts">,
  memoryContext: MemoryContext,
  line: string,
  tries = WRITE_TRIES,
): Promise<RememberedLine> {
  try {
    return await tryRememberLine(context, memoryContext, line);
  } catch (error) {
    if (tries > 1 && hasCode(error, "conflict")) return rememberLine(context, memoryContext, line, tries - 1);
    throw error;
  }
}

async function tryRememberLine(
  context: Pick<CommandContext, "memory" | "prompts">,
  memoryContext: MemoryContext,
  line: string,
): Promise<RememberedLine> {
  const { memory } = context;
  const { agent } = memoryContext;
  const block = (await memory.blocks(agent)).find(({ label }) => label === PEOPLE_BLOCK);
  const value = [block?.value.trimEnd(), `- ${line}`].filter(Boolean).join("\n");
  if (block && !block.readOnly && value.length <= block.limit) {
    await writeBlock(context, memoryContext, { label: PEOPLE_BLOCK, value, expected: block.value });
    return { layer: "🧠", line: await blockLineKey(PEOPLE_BLOCK, line) };
  }
  const { id } = await memory.addPassage(agent, line, []);
  return { layer: "📚", line: passageKey(id) };
}
