import { BADGES } from "./badge.ts";
import { bindingKey } from "./bindings.ts";
import type { CommandContext } from "./command.ts";
import { agentFor, scopeAt } from "./conversation.ts";
import { AppError } from "./errors.ts";
import type { AgentId, ConversationId } from "./model.ts";
import type { Scope } from "./persona.ts";
import { type KnownPersona, personaAt } from "./personas.ts";
import { recordKey } from "./records.ts";

/** Whose memory a memory command in this place is about. */
export interface MemoryHere {
  readonly known: KnownPersona;
  readonly agent: AgentId;
  /** Absent before the first word in this place: recall and working memory are empty then. */
  readonly conversation: ConversationId | undefined;
  /** `🏠 shared by everyone here` */
  readonly sharing: string;
  readonly scope: Scope;
  readonly tag: string;
}

/** @throws {AppError} `not_found` before the persona's first contact with anybody here */
export async function memoryHere(context: CommandContext): Promise<MemoryHere> {
  const { known, ...here } = await look(context);
  const record = await context.agentRecords.get(recordKey(known.ref.key, here.tag));
  if (record) return { known, agent: record.agent, ...here };
  throw new AppError(
    "not_found",
    `**${known.persona.name}** remembers nothing here yet. Say something first.`,
  );
}

/** The same, for writing: makes the persona's agent on first contact. */
export async function memoryToWrite(context: CommandContext): Promise<MemoryHere> {
  const { known, ...here } = await look(context);
  const agent = await agentFor(context, known, here);
  return { known, agent, ...here };
}

/** Whose memory it is, without asking Letta. */
export async function memoryMeant(
  context: CommandContext,
): Promise<Pick<MemoryHere, "known" | "scope" | "tag">> {
  return look(context);
}

async function look(context: CommandContext) {
  const { place, author, bindings } = context;
  const known = await personaAt(context, place, author);
  const { scope, tag } = await scopeAt(context, known, place, author);
  const binding = await bindings.get(bindingKey(place, known.ref, tag));
  const { badge, meaning } = BADGES[scope];
  return { known, scope, tag, conversation: binding?.conversation, sharing: `${badge} ${meaning}` };
}
