import type { ToolDeclaration } from "../model/model.ts";

/** A tool that comes with the server; its id is the same in every sandbox. */
export interface Tool extends ToolDeclaration {
  readonly id: string;
  readonly toolType: "letta_core" | "letta_memory_core";
  /** Whether agents get it without naming it. */
  readonly base: boolean;
}

const text = (description: string) => ({ type: "string", description });

/** Tools of 0.16.7 that work here. Agents get three of them; the archival ones must be asked for. */
export const TOOLS: readonly Tool[] = [
  {
    id: "tool-5a3c1c52-0f0e-4f5c-9d55-3f5b1e6a0001",
    name: "conversation_search",
    toolType: "letta_core",
    base: true,
    description: "Search everything said in prior conversations with this agent, newest first.",
    parameters: {
      type: "object",
      properties: {
        query: text("What to look for: one piece of text as it was said."),
        roles: {
          type: "array",
          items: { type: "string", enum: ["assistant", "user", "tool"] },
          description: "Only messages of these roles.",
        },
        limit: { type: "integer", description: "At most so many results." },
        start_date: text("Not before this date (ISO 8601)."),
        end_date: text("Not after this date (ISO 8601)."),
      },
      required: [],
    },
  },
  {
    id: "tool-5a3c1c52-0f0e-4f5c-9d55-3f5b1e6a0002",
    name: "memory_insert",
    toolType: "letta_memory_core",
    base: true,
    description: "Insert a line of text into one of your memory blocks.",
    parameters: {
      type: "object",
      properties: {
        label: text("The block, by its label."),
        new_string: text("What to insert. No line numbers."),
        insert_line: { type: "integer", description: "After which line: 0 = at the start, -1 = at the end." },
      },
      required: ["label", "new_string"],
    },
  },
  {
    id: "tool-5a3c1c52-0f0e-4f5c-9d55-3f5b1e6a0003",
    name: "memory_replace",
    toolType: "letta_memory_core",
    base: true,
    description: "Replace text in one of your memory blocks. To delete, replace it with nothing.",
    parameters: {
      type: "object",
      properties: {
        label: text("The block, by its label."),
        old_string: text("The text to replace, exactly as it stands there, and only once."),
        new_string: text("What takes its place."),
      },
      required: ["label", "old_string", "new_string"],
    },
  },
  {
    id: "tool-5a3c1c52-0f0e-4f5c-9d55-3f5b1e6a0004",
    name: "archival_memory_insert",
    toolType: "letta_core",
    base: false,
    description: "Keep a self-contained fact for ever in archival memory.",
    parameters: {
      type: "object",
      properties: {
        content: text("What to keep."),
        tags: { type: "array", items: { type: "string" }, description: "Words to find it by." },
      },
      required: ["content"],
    },
  },
  {
    id: "tool-5a3c1c52-0f0e-4f5c-9d55-3f5b1e6a0005",
    name: "archival_memory_search",
    toolType: "letta_core",
    base: false,
    description: "Search archival memory.",
    parameters: {
      type: "object",
      properties: {
        query: text("What to look for."),
        tags: { type: "array", items: { type: "string" }, description: "Only facts with these tags." },
        tag_match_mode: { type: "string", enum: ["any", "all"] },
        top_k: { type: "integer", description: "At most so many results." },
        start_datetime: text("Not before this time (ISO 8601)."),
        end_datetime: text("Not after this time (ISO 8601)."),
      },
      required: ["query"],
    },
  },
];

export const toolsById = (ids: readonly string[]): readonly Tool[] =>
  TOOLS.filter(({ id }) => ids.includes(id));

export const toolNamed = (name: string): Tool | undefined => TOOLS.find((tool) => tool.name === name);
