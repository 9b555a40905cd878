import type { BlockRow } from "../store/blocks.ts";

/** Where `system` itself may say that memory goes; without it memory follows the text. */
const MEMORY_PLACE = "{CORE_MEMORY}";

export interface PromptParts {
  readonly agentId: string;
  /** "default" for the agent's default history. */
  readonly conversationId: string;
  readonly system: string;
  readonly blocks: readonly BlockRow[];
  readonly compiledAt: Date;
  readonly recallCount: number;
  readonly passageCount: number;
}

/**
 * The system message that a model sees: instructions, memory blocks, facts about memory. It is compiled when a
 * conversation is made, and again only when somebody asks for it.
 */
export function compilePrompt(parts: PromptParts): string {
  const memory = [blocksSection(parts.blocks), metadataSection(parts)].join("\n\n");
  if (parts.system.includes(MEMORY_PLACE)) return parts.system.replaceAll(MEMORY_PLACE, memory);
  return `${parts.system}\n\n${memory}`;
}

function blocksSection(blocks: readonly BlockRow[]): string {
  if (blocks.length === 0) return "<memory_blocks>\n</memory_blocks>";
  const intro = "The following memory blocks are currently engaged in your core memory unit:";
  return ["<memory_blocks>", intro, "", ...blocks.map(blockSection), "</memory_blocks>"].join("\n");
}

function blockSection({ label, description, value, limit, read_only }: BlockRow): string {
  return [
    `<${label}>`,
    "<description>",
    description ?? "",
    "</description>",
    "<metadata>",
    ...(read_only ? ["- read_only=true"] : []),
    `- chars_current=${value.length}`,
    `- chars_limit=${limit}`,
    "</metadata>",
    "<value>",
    value,
    "</value>",
    `</${label}>`,
    "",
  ].join("\n");
}

function metadataSection(parts: PromptParts): string {
  const lines = [
    "<memory_metadata>",
    `- AGENT_ID: ${parts.agentId}`,
    `- CONVERSATION_ID: ${parts.conversationId}`,
    `- System prompt last recompiled: ${promptDate(parts.compiledAt)}`,
    `- ${parts.recallCount} previous messages between you and the user are stored in recall memory`,
  ];
  if (parts.passageCount > 0) {
    lines.push(
      `- ${parts.passageCount} total memories you created are stored in archival memory ` +
        "(use tools to access them)",
    );
  }
  return [...lines, "</memory_metadata>"].join("\n");
}

/** 2026-11-22 03:33:41 PM UTC+0000 */
function promptDate(at: Date): string {
  const [date, time = ""] = at.toISOString().slice(0, 19).split("T");
  const hour = at.getUTCHours();
  const twelve = String(hour % 12 || 12).padStart(2, "0");
  return `${date} ${twelve}${time.slice(2)} ${hour < 12 ? "AM" : "PM"} UTC+0000`;
}
