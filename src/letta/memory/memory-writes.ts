import { z } from "zod";
import type { MemoryWrite } from "../../core/ports/agent/memory.ts";
import type { ConversationRef } from "../rows.ts";
import { storedRows } from "../runs/find-send.ts";
import { type Frame, toolCallsOf } from "../wire.ts";

/** What the tools take with which Letta's agents write their own memory; 0.16 attaches these to ours. */
const Inserted = z.object({
  label: z.string(),
  new_string: z.string().optional(),
  new_str: z.string().optional(),
});
const Replaced = Inserted.extend({ old_string: z.string().optional(), old_str: z.string().optional() });
const Archived = z.object({ content: z.string() });

/** `since`: when the turn began, by Letta's clock. */
type Read = (given: unknown, since: string | undefined) => MemoryWrite | undefined;

const READERS: Readonly<Record<string, Read>> = {
  memory_insert(given) {
    const { success, data } = Inserted.safeParse(given);
    return success
      ? { kind: "inserted", label: data.label, text: data.new_string ?? data.new_str ?? "" }
      : undefined;
  },
  memory_replace(given) {
    const { success, data } = Replaced.safeParse(given);
    if (!success) return undefined;
    const { label } = data;
    const [before, after] = [data.old_string ?? data.old_str ?? "", data.new_string ?? data.new_str ?? ""];
    return { kind: "replaced", label, before, after };
  },
  archival_memory_insert(given, since) {
    const { success, data } = Archived.safeParse(given);
    return success ? { kind: "archived", text: data.content, since } : undefined;
  },
};

/** What the model wrote in the turn that these messages began, in its order; what its tools refused is left out. */
export async function memoryWrites(
  conversationRef: ConversationRef,
  otids: readonly string[],
): Promise<readonly MemoryWrite[]> {
  const turn = (await storedRows(conversationRef, otids)) ?? [];
  const done = new Set(turn.flatMap(doneIn));
  return turn
    .flatMap(toolCallsOf)
    .filter(({ tool_call_id }) => tool_call_id !== undefined && done.has(tool_call_id))
    .flatMap(({ name = "", arguments: given = "" }) => {
      const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
      return read?.(parsed(given), turn[0]?.date) ?? [];
    });
}

/** Which calls of tools came to their end. */
function doneIn({ message_type, tool_returns, ...single }: Frame): readonly (string | undefined)[] {
  if (message_type !== "tool_return_message") return [];
  const all = tool_returns && tool_returns.length > 0 ? tool_returns : [single];
  return all.filter(({ status }) => status !== "error").map(({ tool_call_id }) => tool_call_id);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A model may write anything; what is no JSON no tool has taken.
    return undefined;
  }
}
