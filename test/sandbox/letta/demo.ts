import { readFileSync } from "node:fs";
import { type LettaFixture, textOf } from "./house.ts";

interface DemoThread {
  readonly id: string;
  /** Says it and gives the answer, without the notice of the first one. */
  say(text: string): Promise<string>;
  raw(text: string): Promise<string>;
}

/** An agent that the offline responder speaks for, made as the bot makes them. */
export interface DemoAgent {
  readonly agentId: string;
  /** A conversation of its own, with the memory as it stands now. */
  thread(): Promise<DemoThread>;
  human(): Promise<string>;
  passages(): Promise<readonly string[]>;
}

export interface DemoPersona {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly greeting: string;
  readonly instructions: string;
}

/** A persona of the box, read from its file. */
export function boxed(key: string): DemoPersona {
  const text = readFileSync(new URL(`../../../personas/${key}.md`, import.meta.url), "utf8");
  const [, front = "", instructions = ""] = text.split(/^---$/m);
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(front)?.[1] ?? "";
  return {
    key,
    name: field("name"),
    description: field("description"),
    greeting: field("greeting"),
    instructions: instructions.trim(),
  };
}

export async function meet(
  fixture: LettaFixture,
  persona: DemoPersona = boxed("personal_assistant"),
): Promise<DemoAgent> {
  const { id: agentId } = await fixture.letta.agents.create({
    name: `chat_agent_${persona.key}`,
    model: fixture.model,
    system: persona.instructions,
    memory_blocks: [
      {
        label: "persona",
        value: `${persona.name}: ${persona.description}\nGreets people with: ${persona.greeting}`,
        read_only: true,
      },
      { label: "human", value: "" },
    ],
    tools: ["archival_memory_insert", "archival_memory_search"],
  });
  return {
    agentId,
    async thread() {
      const { id } = await fixture.letta.conversations.create({ agent_id: agentId });
      const raw = async (text: string) => textOf(await fixture.ask(id, text, { stream_tokens: true }));
      return { id, raw, say: async (text) => (await raw(text)).replace(/^_.*_\n\n/, "") };
    },
    human: async () => (await fixture.letta.agents.blocks.retrieve("human", { agent_id: agentId })).value,
    passages: async () => (await fixture.letta.agents.passages.list(agentId)).map(({ text }) => text),
  };
}
