import { z } from "zod";
import type { Clock } from "../../emulators/kit/clock.ts";
import type { Database } from "../../emulators/kit/database.ts";
import { parseJson } from "../../emulators/kit/http/body.ts";
import type { Changes } from "../changes.ts";
import { HttpError } from "../http/errors.ts";
import { newId } from "../ids.ts";
import { rebuildDefaultPrompt } from "../messages/context.ts";
import type { AgentRow } from "../store/agents.ts";
import { blocksOf, updateBlock } from "../store/blocks.ts";
import { searchMessages, textOf } from "../store/messages.ts";
import { ensureArchive, insertPassage } from "../store/passages.ts";
import { madeAt } from "../store/rows.ts";
import type { Abilities } from "../version.ts";
import { toolsById } from "./built-in-tools.ts";
import { passageHits } from "./passage-search.ts";

/** What running tools needs of the server. */
export interface ToolServices {
  readonly db: Database;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly abilities: Abilities;
}

export interface ToolOutcome {
  readonly status: "success" | "error";
  readonly value: unknown;
}

/** A tool's own complaint; the model reads it and may try again. */
class ToolError extends Error {}

type Run = (toolServices: ToolServices, agent: AgentRow, input: unknown) => Promise<unknown>;

const RUNS: Readonly<Record<string, Run>> = {
  conversation_search: conversationSearch,
  memory_insert: memoryInsert,
  memory_replace: memoryReplace,
  archival_memory_insert: archivalInsert,
  archival_memory_search: archivalSearch,
};

/** Runs a tool that the agent has. Bad arguments and refusals are outcomes, not exceptions. */
export async function runTool(
  toolServices: ToolServices,
  agent: AgentRow,
  call: { readonly name: string; readonly input: unknown },
): Promise<ToolOutcome> {
  const attached = toolsById(agent.tool_ids).some(({ name }) => name === call.name);
  const run = attached ? RUNS[call.name] : undefined;
  if (!run) return { status: "error", value: `Error: Tool ${call.name} not found` };
  try {
    return { status: "success", value: await run(toolServices, agent, call.input) };
  } catch (error) {
    if (error instanceof ToolError) return complaint(call.name, "ValueError", error.message);
    if (error instanceof z.ZodError) return complaint(call.name, "TypeError", z.prettifyError(error));
    if (error instanceof HttpError) return complaint(call.name, "LettaError", error.message);
    throw error;
  }
}

/** What the model reads: objects as JSON, nothing as Python's None. */
export function toolReturnText({ value }: ToolOutcome): string {
  if (value === undefined || value === null) return "None";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The arguments of a call; a model that writes no JSON has given none. */
export const toolInput = (text: string): unknown => parseJson(text) ?? {};

function complaint(name: string, kind: string, message: string): ToolOutcome {
  return { status: "error", value: `Error executing function ${name}: ${kind}: ${message}` };
}

const searchInput = z.object({
  query: z.string().nullish(),
  roles: z.array(z.enum(["assistant", "user", "tool"])).nullish(),
  limit: z.number().int().positive().nullish(),
});

async function conversationSearch({ db, clock }: ToolServices, agent: AgentRow, input: unknown) {
  const { query, roles, limit } = searchInput.parse(input);
  // Returns of tools are left out: a search would find earlier searches.
  const wanted = (roles ?? ["user", "assistant"]).filter((role) => role !== "tool");
  const found = await searchMessages(db, {
    agentId: agent.id,
    text: query ?? "",
    roles: wanted,
    limit: limit ?? 5,
  });
  const results = found
    .filter(({ tool_calls }) => !tool_calls.some((call) => call.function.name === "conversation_search"))
    .map((message) => ({
      timestamp: message.created_at.toISOString().replace("Z", "+00:00"),
      time_ago: timeAgo(clock.now() - message.created_at.getTime()),
      role: message.role,
      content: textOf(message),
    }));
  if (results.length === 0) return { message: "No results found.", results };
  return { message: `Showing ${results.length} results:`, results };
}

function timeAgo(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}

const insertInput = z.object({
  label: z.string(),
  new_string: z.string(),
  insert_line: z.number().int().default(-1),
});

async function memoryInsert(toolServices: ToolServices, agent: AgentRow, input: unknown) {
  const { label, new_string, insert_line } = insertInput.parse(input);
  const block = await writableBlock(toolServices, agent, label);
  const lines = block.value === "" ? [] : block.value.split("\n");
  if (insert_line > lines.length || insert_line < -1) {
    throw new ToolError(
      `Invalid \`insert_line\` parameter: ${insert_line}. It should be within ` +
        `the range of lines of the memory block: [0, ${lines.length}], or -1 to append to the end.`,
    );
  }
  lines.splice(insert_line === -1 ? lines.length : insert_line, 0, new_string);
  return await writeBlock(toolServices, agent, { ...block, value: lines.join("\n") });
}

const replaceInput = z
  .object({
    label: z.string(),
    old_string: z.string().optional(),
    old_str: z.string().optional(),
    new_string: z.string().optional(),
    new_str: z.string().optional(),
  })
  .transform(({ label, old_string, old_str, new_string, new_str }) => ({
    label,
    before: old_string ?? old_str ?? "",
    after: new_string ?? new_str ?? "",
  }));

async function memoryReplace(toolServices: ToolServices, agent: AgentRow, input: unknown) {
  const { label, before, after } = replaceInput.parse(input);
  const block = await writableBlock(toolServices, agent, label);
  const occurrences = before === "" ? 0 : block.value.split(before).length - 1;
  if (occurrences === 0) {
    throw new ToolError(
      `No replacement was performed, old_string \`${before}\` did not appear verbatim in memory block ` +
        `with label \`${label}\`.`,
    );
  }
  if (occurrences > 1) {
    throw new ToolError(
      `No replacement was performed. Multiple occurrences of old_string \`${before}\`. Please ensure it is unique.`,
    );
  }
  return await writeBlock(toolServices, agent, { ...block, value: block.value.replace(before, () => after) });
}

const archivalInput = z.object({ content: z.string(), tags: z.array(z.string()).nullish() });

async function archivalInsert({ db, clock, changes }: ToolServices, agent: AgentRow, input: unknown) {
  const { content, tags } = archivalInput.parse(input);
  await insertPassage(db, {
    ...madeAt(clock.now()),
    id: newId("passage"),
    archive_id: await ensureArchive(db, agent, clock.now()),
    text: content,
    metadata_: {},
    tags: tags ?? null,
  });
  await rebuildDefaultPrompt(db, agent.id, clock.now());
  changes.announce({ type: "passage", agentId: agent.id });
  return null;
}

const archivalSearchInput = z.object({
  query: z.string(),
  tags: z.array(z.string()).nullish(),
  tag_match_mode: z.enum(["any", "all"]).nullish(),
  top_k: z.number().int().positive().nullish(),
});

async function archivalSearch({ db }: ToolServices, agent: AgentRow, input: unknown) {
  const { query, tags, tag_match_mode, top_k } = archivalSearchInput.parse(input);
  return await passageHits(db, {
    agentId: agent.id,
    query,
    tags: tags ?? [],
    matchAllTags: tag_match_mode === "all",
    topK: top_k ?? undefined,
  });
}

async function writableBlock({ db }: ToolServices, agent: AgentRow, label: string) {
  const block = (await blocksOf(db, agent.id)).find((candidate) => candidate.label === label);
  if (!block) throw new ToolError(`Block field ${label} does not exist`);
  if (block.read_only) throw new ToolError("Error This block is read-only and cannot be edited.");
  return block;
}

/** Other conversations, and even this one, keep their prompt; only the default history's is compiled anew. */
async function writeBlock(
  { db, clock, changes, abilities }: ToolServices,
  agent: AgentRow,
  block: { readonly id: string; readonly label: string; readonly value: string; readonly limit: number },
) {
  if (abilities.blockLimitEnforced && block.value.length > block.limit) {
    throw new ToolError(
      `Edit failed: Exceeds ${block.limit} character limit (requested ${block.value.length})`,
    );
  }
  await updateBlock(db, { id: block.id, value: block.value, updated_at: new Date(clock.now()) });
  await rebuildDefaultPrompt(db, agent.id, clock.now());
  changes.announce({ type: "block", agentId: agent.id });
  return (
    `The core memory block with label \`${block.label}\` has been edited. Review the changes and make sure ` +
    "they are as expected (correct indentation, no duplicate lines, etc). Edit the memory block again if necessary."
  );
}
