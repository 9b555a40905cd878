import type Letta from "@letta-ai/letta-client";
import { AppError } from "../../core/domain/errors.ts";
import type { AgentId, ConversationId } from "../../core/domain/model.ts";
import type {
  AgentMemory,
  MemoryBlock,
  MemoryWrite,
  Passage,
  WorkingMemory,
} from "../../core/ports/agent/memory.ts";
import { sentences } from "../../sentences/sentences.ts";
import { ONCE, translateErrors } from "../connection.ts";
import { isLettaError } from "../errors.ts";
import { retrieveAgent } from "../provisioning/provisioning.ts";
import { Block, FoundPassages, Passage as StoredPassage } from "../wire.ts";
import { type ContextTokens, workingMemory } from "./context-window.ts";
import { holdsAll, wordsOf } from "./history.ts";
import { memoryWrites } from "./memory-writes.ts";

/** How often a write is repeated that met another one; Letta then asks for just that. */
const ATTEMPTS = 4;
/** Letta refuses what exceeds 8,192 tokens; four characters each, in most languages more. */
const PASSAGE_LIMIT = 24_000;
/** Passages looked through for words; beyond, the server's own search has to do. */
const SEARCH_LIMIT = 500;

export class LettaMemory implements AgentMemory {
  readonly #client: Letta;
  readonly #contextTokens: ContextTokens;

  constructor(client: Letta, contextTokens: ContextTokens) {
    this.#client = client;
    this.#contextTokens = contextTokens;
  }

  async blocks(agent: AgentId): Promise<readonly MemoryBlock[]> {
    const blocks = await translateErrors(async () =>
      Block.array().parse((await this.#client.agents.blocks.list(agent, { limit: 100 })).items),
    );
    return blocks.map(({ label, value, description, limit, read_only }) => {
      return { label, value, description, limit, readOnly: read_only ?? false };
    });
  }

  async writeBlock(agent: AgentId, label: string, value: string, expected?: string): Promise<void> {
    const { blocks } = this.#client.agents;
    for (let attempt = 1; ; attempt += 1) {
      const block = await translateErrors(async () =>
        Block.parse(await blocks.retrieve(label, { agent_id: agent })),
      );
      checkWritable(block, value, expected);
      try {
        await translateErrors(() => blocks.update(label, { agent_id: agent, value }, ONCE));
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || !isLettaError(error, "changed_meanwhile")) throw error;
      }
    }
  }

  passages(
    agent: AgentId,
    { limit, after }: { limit: number; after?: string | undefined },
  ): Promise<readonly Passage[]> {
    return this.#listPassages(agent, { limit, ...(after === undefined ? {} : { after }) });
  }

  async searchPassages(
    agent: AgentId,
    query: string,
    limit: number,
  ): Promise<{ passages: readonly Passage[]; exact: boolean }> {
    const words = wordsOf(query);
    const longest = words.toSorted((left, right) => right.length - left.length)[0];
    if (longest === undefined) return { passages: [], exact: true };
    // The server finds one substring, in any case: it narrows by the longest word, all words are looked for here.
    const candidates = await this.#listPassages(agent, { limit: SEARCH_LIMIT, search: longest });
    const exact = candidates.filter(({ text }) => holdsAll(text, words));
    if (exact.length > 0) return { passages: exact.slice(0, limit), exact: true };
    const { results } = await translateErrors(async () =>
      FoundPassages.parse(await this.#client.agents.passages.search(agent, { query, top_k: limit })),
    );
    const nearest = results.map(({ id, content, timestamp, tags }) => {
      return { id, text: content, at: timestamp, tags: tags ?? [] };
    });
    return { passages: nearest, exact: false };
  }

  async addPassage(agent: AgentId, text: string, tags: readonly string[]): Promise<Passage> {
    checkPassage(text);
    const [passage] = await translateErrors(async () =>
      StoredPassage.array().parse(
        await this.#client.agents.passages.create(agent, { text, tags: [...tags] }, ONCE),
      ),
    );
    if (!passage) throw new AppError("agent_unavailable", sentences.letta.memory.notConfirmed);
    return passageOf(passage);
  }

  async deletePassage(agent: AgentId, id: string): Promise<void> {
    await translateErrors(() => this.#client.agents.passages.delete(id, { agent_id: agent }));
  }

  turnWrites(
    agent: AgentId,
    conversation: ConversationId,
    otids: readonly string[],
  ): Promise<readonly MemoryWrite[]> {
    return memoryWrites({ client: this.#client, agent, conversation }, otids);
  }

  workingMemory(agent: AgentId, conversation: ConversationId): Promise<WorkingMemory> {
    return workingMemory({ client: this.#client, agent, conversation }, this.#contextTokens);
  }

  async systemPrompt(agent: AgentId): Promise<string> {
    return (await retrieveAgent(this.#client, agent)).system ?? "";
  }

  async #listPassages(
    agent: AgentId,
    query: { limit: number; after?: string; search?: string },
  ): Promise<readonly Passage[]> {
    const stored = await translateErrors(async () =>
      StoredPassage.array().parse(await this.#client.agents.passages.list(agent, query)),
    );
    return stored.map(passageOf);
  }
}

function passageOf({ id, text, created_at, tags }: StoredPassage): Passage {
  return { id, text, at: created_at, tags: tags ?? [] };
}

/** Letta itself lets the API overwrite read-only blocks and, since 0.16.7, exceed their limit. */
function checkWritable({ label, value, limit, read_only }: Block, wanted: string, expected?: string): void {
  if (read_only) {
    throw new AppError("forbidden", sentences.letta.memory.readOnly(label));
  }
  if (wanted.length > limit) {
    throw new AppError(
      "invalid_input",
      sentences.letta.memory.blockTooLong({ block: label, limit, length: wanted.length }),
    );
  }
  if (expected !== undefined && value !== expected) {
    throw new AppError("conflict", sentences.letta.memory.changedMeanwhile(label));
  }
}

function checkPassage(text: string): void {
  if (text.trim() === "") throw new AppError("invalid_input", sentences.letta.memory.emptyPassage);
  if (text.length > PASSAGE_LIMIT) {
    throw new AppError(
      "invalid_input",
      sentences.letta.memory.passageTooLong({ limit: PASSAGE_LIMIT, length: text.length }),
    );
  }
}
