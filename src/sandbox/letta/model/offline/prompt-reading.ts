/** A memory block as it stands in a compiled prompt. */
export interface SeenBlock {
  readonly label: string;
  readonly value: string;
  readonly readOnly: boolean;
}

/** The blocks that a model is shown. They may be older than what is stored: a prompt is a snapshot. */
export function blocksIn(prompt: string): readonly SeenBlock[] {
  const section = /<memory_blocks>([\s\S]*?)<\/memory_blocks>/.exec(prompt)?.[1] ?? "";
  const block =
    /^<([^<>\n]+)>\n<description>[\s\S]*?<\/description>\n<metadata>\n([\s\S]*?)<\/metadata>\n<value>\n([\s\S]*?)\n<\/value>\n<\/\1>$/gm;
  return [...section.matchAll(block)].map(([, label = "", metadata = "", value = ""]) => ({
    label,
    value,
    readOnly: metadata.includes("read_only=true"),
  }));
}

export interface SeenPersona {
  readonly name: string;
  /** One sentence about it, if the prompt has one. */
  readonly about: string | undefined;
}

/** Who the agent is: from its persona block (`Ada: a calm assistant`), else "You are Ada, …", else its name. */
export function personaIn(prompt: string, agentName: string): SeenPersona {
  const block = blocksIn(prompt).find(({ label }) => label === "persona")?.value ?? "";
  const [, blockName, about] = /^([^:\n]{1,40}):\s*([^\n]+)/.exec(block) ?? [];
  const instructed = /\bYou are (?:called )?(\p{Lu}[\p{L}'-]*)/u.exec(prompt)?.[1];
  const fallback = agentName.replace(/^chat_agent_/, "").replaceAll("_", " ");
  return { name: blockName ?? instructed ?? fallback, about: about?.trim() };
}
