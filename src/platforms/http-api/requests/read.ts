import type { KnownPersona } from "../../../core/access/owners.ts";
import { openScope } from "../../../core/access/scope.ts";
import { parseUserMessage } from "../../../core/agent/user-message.ts";
import { AppError, hasCode } from "../../../core/domain/errors.ts";
import { recordKey } from "../../../core/domain/record-key.ts";
import { type Binding, placeKey } from "../../../core/domain/stored-records.ts";
import { findPersona, personaByRef } from "../../../core/personas/catalogue.ts";
import { findBinding } from "../../../core/personas/conversation-binding.ts";
import type { HistoryItem } from "../../../core/ports/agent/history.ts";
import type { CoreServices } from "../../../core/ports/services.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { type ConversationAddress, conversationPlace, personalPlace, placeOf } from "../ids.ts";
import type { History, HistoryQuery, Memory, MemoryQuery } from "../schemas.ts";
import { personOf } from "./chat.ts";

const PASSAGES_SHOWN = 100;

/** @throws {AppError} `not_found` where this user said nothing */
export async function readHistory(services: CoreServices, query: HistoryQuery): Promise<History> {
  const { user, conversation_id: conversation, limit, before } = query;
  const spot = { user, conversation };
  const known = await answeringPersona(services, spot, query.persona);
  const binding = known && (await bindingOf(services, spot, known));
  if (!known || !binding) throw nothingSaid(conversation);
  const { agent, conversation: inLetta } = binding;
  const page = await services.history.page(agent, inLetta, { limit, before }).catch((error: unknown) => {
    if (before === undefined || !hasCode(error, "not_found")) throw error;
    throw new AppError("invalid_input", sentences.httpApi.noSuchPage, { cause: error });
  });
  return {
    conversation_id: conversation,
    persona: known.persona.key,
    messages: page.items.map((item) => itemOf(item, known)),
    ...(page.older !== undefined && { older: page.older }),
  };
}

/** @throws {AppError} `not_found` before the persona was first spoken to */
export async function readMemory(services: CoreServices, query: MemoryQuery): Promise<Memory> {
  const { user, conversation_id: conversation } = query;
  const { memory, agentRecords } = services;
  const author = personOf({ user });
  const known = await findPersona(services, personalPlace(user), author, query.persona);
  const { key, shared } = await openScope(services, known, personalPlace(user), author);
  const agent = (await agentRecords.get(recordKey(known.ref.key, key)))?.agent;
  if (!agent) throw new AppError("not_found", sentences.httpApi.remembersNothing(known.persona.name));
  const binding =
    conversation === undefined ? undefined : await bindingOf(services, { user, conversation }, known);
  if (conversation !== undefined && !binding) throw nothingSaid(conversation);
  const [blocks, passages, prompt, layers] = await Promise.all([
    memory.blocks(agent),
    memory.passages(agent, { limit: PASSAGES_SHOWN + 1 }),
    memory.systemPrompt(agent),
    binding && conversationLayers(services, binding),
  ]);
  return {
    persona: known.persona.key,
    scope: shared,
    memory_blocks: blocks.map(({ label, value, description, limit, readOnly }) => ({
      label,
      value,
      ...(description !== undefined && { description }),
      limit,
      read_only: readOnly,
    })),
    archived_memory: {
      passages: passages.slice(0, PASSAGES_SHOWN).map(({ id, text, at, tags }) => ({
        id,
        text,
        ...(at !== undefined && { at }),
        tags: [...tags],
      })),
      more: passages.length > PASSAGES_SHOWN,
      ...(layers?.summary !== undefined && { summary: layers.summary }),
    },
    ...(layers && { recall_memory: layers.recall, working_memory: layers.working }),
    system_prompt: prompt,
  };
}

async function conversationLayers({ memory, history }: CoreServices, { agent, conversation }: Binding) {
  const [recall, working, summary] = await Promise.all([
    history.count(agent, conversation),
    memory.workingMemory(agent, conversation),
    history.summary(agent, conversation),
  ]);
  const { messagesInContext, tokensInContext, contextWindow, tokensAreEstimated = false } = working;
  return {
    summary,
    recall: { messages: recall.count, more: recall.more },
    working: {
      messages: messagesInContext,
      ...(tokensInContext !== undefined && { tokens: tokensInContext }),
      tokens_are_estimated: tokensAreEstimated,
      ...(contextWindow !== undefined && { context_window: contextWindow }),
    },
  };
}

async function answeringPersona(
  services: CoreServices,
  spot: ConversationAddress,
  asked: string | undefined,
): Promise<KnownPersona | undefined> {
  const author = personOf(spot);
  if (asked !== undefined) return findPersona(services, personalPlace(spot.user), author, asked);
  const place = conversationPlace(spot);
  const last = (await services.settings.get(placeKey(place)))?.persona;
  return last && personaByRef(services, last, place, author);
}

const bindingOf = (
  services: CoreServices,
  spot: ConversationAddress,
  known: KnownPersona,
): Promise<Binding | undefined> =>
  findBinding(services, known, placeOf(spot, known.persona.key), personOf(spot));

const nothingSaid = (conversation: string) =>
  new AppError("not_found", sentences.httpApi.nothingSaid(conversation));

/** What people said is stored with their name in front, and lines that look like that are escaped. */
function itemOf({ id, role, text, at }: HistoryItem, { persona }: KnownPersona): History["messages"][number] {
  if (role === "persona") return { id, role, name: persona.name, text, at };
  const said = role === "summary" ? undefined : parseUserMessage(text);
  return said ? { id, role, ...said, at } : { id, role, text, at };
}
