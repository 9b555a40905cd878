import type { Persona } from "../../core/domain/persona.ts";
import { sentences } from "../../sentences/sentences.ts";

const { framing, greeting } = sentences.letta.forModel;

/** The system prompt of a persona's agent. */
export function systemPromptOf(persona: Persona): string {
  return `${persona.instructions}\n\n${framing}`;
}

/** The read-only block `persona`: who it is, in short; the instructions are in the prompt already. */
export function personaBlockOf(persona: Persona): string {
  const introduction = persona.description ? `${persona.name}: ${persona.description}` : persona.name;
  return persona.greeting ? `${introduction}\n${greeting(persona.greeting)}` : introduction;
}
