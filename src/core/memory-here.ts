import type { Sharing } from "./audience.ts";
import { bindingKey } from "./bindings.ts";
import type { CommandContext } from "./command.ts";
import { ensureAgent } from "./conversation.ts";
import { AppError } from "./errors.ts";
import type { AgentId, ConversationId } from "./model.ts";
import type { KnownPersona } from "./owners.ts";
import { personaAt } from "./personas.ts";
import { recordKey } from "./record-key.ts";
import { openScope } from "./scope.ts";

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
  throw new AppError(
    "not_found",
    `**${here.known.persona.name}** remembers nothing here yet. Say something first.`,
  );
}

/** The same, for writing: makes the persona's agent on first contact. */
export async function writableMemoryContext(context: CommandContext): Promise<MemoryContext> {
  const here = await resolveMemory(context);
  const { known, scopeKey: scope } = here;
  return { ...here, agent: await ensureAgent(context, known, { scope, place: context.place }) };
}

/** Somebody may see a place without what was said in it before they looked. */
export const NOT_BEFORE =
  "You may not read here what was said before you came, so I do not show it. Who manages this server can allow that.";

/** Whose memory it is, without asking Letta. */
export async function resolveMemory(context: CommandContext): Promise<Omit<MemoryContext, "agent">> {
  const { place, author, bindings } = context;
  const known = await personaAt(context, place, author);
  const { key: scopeKey, shared, badge, meaning } = await openScope(context, known, place, author);
  const binding = await bindings.get(bindingKey(place, known.ref, scopeKey));
  return {
    ...{ known, scopeKey, shared, sharing: `${badge} ${meaning}` },
    conversation: author.hearsOnly ? undefined : binding?.conversation,
    withoutConversation: author.hearsOnly ? NOT_BEFORE : "Nothing was said here yet.",
  };
}
