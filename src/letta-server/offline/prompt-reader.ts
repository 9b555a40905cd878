/** A memory block as it stands in a compiled prompt. */
export interface SeenBlock {
  readonly label: string;
  readonly value: string;
  readonly readOnly: boolean;
}

const SECTION = "<memory_blocks>\nThe following memory blocks are currently engaged";
const VALUE = "\n<value>\n";

/**
 * The blocks that a model is shown. They may be older than what is stored: a prompt is a snapshot. How long a value is
 * stands before it, so that nothing written in one can pose as another.
 */
export function blocksIn(prompt: string): readonly SeenBlock[] {
  const blocks: SeenBlock[] = [];
  let at = prompt.indexOf(SECTION);
  while (at >= 0) {
    const opens = prompt.indexOf("\n<", at);
    const described = prompt.indexOf(">\n<description>\n", opens);
    const valueAt = prompt.indexOf(VALUE, described);
    if (opens < 0 || described < 0 || valueAt < 0) break;
    const label = prompt.slice(opens + 2, described);
    const metadata = prompt.slice(prompt.lastIndexOf("<metadata>", valueAt), valueAt);
    const length = Number(/chars_current=(\d{1,9})/.exec(metadata)?.[1]);
    if (label.includes("\n") || !Number.isSafeInteger(length)) break;
    const start = valueAt + VALUE.length;
    const value = prompt.slice(start, start + length);
    blocks.push({ label, value, readOnly: metadata.includes("read_only=true") });
    at = start + length + "\n</value>\n".length;
  }
  return blocks;
}

/** What the persona's author wrote, without what is remembered. */
export function instructionsIn(prompt: string): string {
  const at = prompt.indexOf(SECTION);
  return at < 0 ? prompt : prompt.slice(0, at);
}

export interface SeenPersona {
  readonly name: string;
  /** One sentence about it, if the prompt has one. */
  readonly about: string | undefined;
  readonly greeting: string | undefined;
}

/** Who the agent is: from its persona block (`Ada: a calm assistant`), else "You are Ada, …", else its name. */
export function personaIn(prompt: string, agentName: string): SeenPersona {
  const block = (blocksIn(prompt).find(({ label }) => label === "persona")?.value ?? "").slice(0, 4_000);
  const [first = "", ...others] = block.split("\n");
  const [, blockName, about] = /^([^:]{1,60}):(.+)$/.exec(first) ?? [];
  const instructed = /\bYou are (?:called )?(\p{Lu}[\p{L}'-]{0,40})/u.exec(prompt.slice(0, 4_000))?.[1];
  const fallback = agentName.replace(/^chat_agent_/, "").replaceAll("_", " ");
  const bare = first.length <= 60 ? first.trim() : "";
  const greeting = others.map((line) => /^Greets people with: (.+)$/.exec(line)?.[1]).find(Boolean);
  return { name: blockName ?? (bare || instructed || fallback), about: about?.trim(), greeting };
}
