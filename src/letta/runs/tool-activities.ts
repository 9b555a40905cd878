import type { ToolActivity } from "../../core/domain/tool-progress.ts";

/** Letta's own tools, of all its kinds of agents. What is done with somebody else's is nobody's business here. */
const ACTIVITIES: ReadonlyMap<string, ToolActivity> = new Map([
  ["conversation_search", "searching_history"],
  ["archival_memory_search", "searching_memory"],
  ["archival_memory_insert", "remembering"],
  ["memory_insert", "remembering"],
  ["core_memory_append", "remembering"],
  ["memory", "tidying_memory"],
  ["memory_rethink", "tidying_memory"],
  ["memory_finish_edits", "tidying_memory"],
  ["memory_replace", "correcting_memory"],
  ["core_memory_replace", "correcting_memory"],
  ["web_search", "searching_web"],
  ["fetch_webpage", "reading_page"],
  ["run_code", "running_code"],
  ["open_files", "reading_files"],
  ["grep_files", "searching_files"],
  ["semantic_search_files", "searching_files"],
]);

/** How older agents speak: what they say with it is their answer. */
const TALKING_TOOLS: ReadonlySet<string> = new Set(["send_message"]);

/** What people are told of a tool that begins; undefined for one that is no step on the way. */
export const activityOf = (tool: string): ToolActivity | undefined =>
  TALKING_TOOLS.has(tool) ? undefined : (ACTIVITIES.get(tool) ?? "other");
