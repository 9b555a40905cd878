/** What a persona does on the way to its answer, in words for people: never what a tool was given, nor its own name. */
export interface ToolProgress {
  readonly title: string;
  readonly state: "running" | "done";
}

/** Letta's own tools, of all its kinds of agents. What is done with somebody else's is nobody's business here. */
const TITLES: Readonly<Record<string, string>> = {
  conversation_search: "Looking through what was said",
  archival_memory_search: "Searching memory",
  archival_memory_insert: "Remembering something",
  memory_insert: "Remembering something",
  core_memory_append: "Remembering something",
  memory: "Putting memory in order",
  memory_replace: "Correcting what it remembers",
  memory_rethink: "Putting memory in order",
  memory_finish_edits: "Putting memory in order",
  core_memory_replace: "Correcting what it remembers",
  web_search: "Looking on the web",
  fetch_webpage: "Reading a page",
  run_code: "Running some code",
  open_files: "Reading files",
  grep_files: "Searching files",
  semantic_search_files: "Searching files",
};
const ANY_TOOL = "Using a tool";

/** How older agents speak: what they say with it is their answer. */
const TALKING_TOOLS: ReadonlySet<string> = new Set(["send_message"]);

/** The steps after this tool began: what ran before is done, and the same again is one step. */
export function toolStarted(steps: readonly ToolProgress[], tool: string): readonly ToolProgress[] {
  if (TALKING_TOOLS.has(tool)) return steps;
  const title = Object.hasOwn(TITLES, tool) ? (TITLES[tool] ?? ANY_TOOL) : ANY_TOOL;
  const last = steps.at(-1);
  const before = last?.title === title ? steps.slice(0, -1) : steps;
  return [...toolsDone(before), { title, state: "running" }];
}

export const toolsDone = (steps: readonly ToolProgress[]): readonly ToolProgress[] =>
  steps.some(({ state }) => state === "running")
    ? steps.map(({ title }) => ({ title, state: "done" }))
    : steps;
