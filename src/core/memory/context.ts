import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import { openScope } from "../access/scope.ts";
import type { CommandContext } from "../commands/declaration.ts";
import type { Sharing } from "../domain/audience.ts";
import { AppError } from "../domain/errors.ts";
import type { AgentId, ConversationId } from "../domain/model.ts";
import { recordKey } from "../domain/record-key.ts";
import { bindingKey } from "../domain/stored-records.ts";
import { personaAt } from "../personas/catalogue.ts";
import { ensureAgent } from "../personas/conversation-binding.ts";

/** Whose memory a memory command in this place is about. */
export interface MemoryContext {
  readonly known: KnownPersona;
  readonly agent: AgentId;
  /** Absent before the first word in this place, and for who may not read what was said there before. */
  readonly conversation: ConversationId | undefined;
  /** What is said of a conversation that is absent. */
  readonly withoutConversation: string;
  /** `🏠 shared by everyone here` */
  readonly sharing: string;
  readonly shared: Sharing;
  readonly scopeKey: string;
}

/**
 * @throws {AppError} `not_found` before the persona's first contact with anybody here, `forbidden` where the persona opens
 * no memory before those who read this place
 */
export async function readMemoryContext(context: CommandContext): Promise<MemoryContext> {
  const here = await resolveMemory(context);
  const record = await context.agentRecords.get(recordKey(here.known.ref.key, here.scopeKey));
  if (record) return { ...here, agent: record.agent };
  throw new AppError("not_found", sentences.memory.nothingYet(here.known.persona.name));
}

/** The same, for writing: makes the persona's agent on first contact. */
export async function writableMemoryContext(context: CommandContext): Promise<MemoryContext> {
  const here = await resolveMemory(context);
  const { known, scopeKey: scope } = here;
  return { ...here, agent: await ensureAgent(context, known, { scope, place: context.place }) };
}

/**
 * Writes a block of it; conversations see it from their next turn on.
 *
 * @throws {AppError} `conflict` where the block is not what was expected, and what Letta's refusal says
 */
export async function writeBlock(
  { memory, prompts }: Pick<CommandContext, "memory" | "prompts">,
  { agent, known, scopeKey }: Pick<MemoryContext, "agent" | "known" | "scopeKey">,
  block: { readonly label: string; readonly value: string; readonly expected: string | undefined },
): Promise<void> {
  await prompts.whileChanging({ persona: known.ref, scope: scopeKey }, () =>
    memory.writeBlock(agent, block.label, block.value, block.expected),
  );
}

/** Whose memory it is, without asking Letta. */
export async function resolveMemory(context: CommandContext): Promise<Omit<MemoryContext, "agent">> {
  const { place, author, bindings } = context;
  const known = await personaAt(context, place, author);
  const { key: scopeKey, shared, badge, meaning } = await openScope(context, known, place, author);
  const binding = await bindings.get(bindingKey(place, known.ref, scopeKey));
  return {
    ...{ known, scopeKey, shared, sharing: `${badge} ${meaning}` },
    conversation: author.hearsOnly ? undefined : binding?.conversation,
    withoutConversation: author.hearsOnly ? sentences.access.notBefore : sentences.memory.nothingSaid,
  };
}
