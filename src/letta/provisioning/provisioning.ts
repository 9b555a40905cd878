import { createHash } from "node:crypto";
import type Letta from "@letta-ai/letta-client";
import { invalidInput } from "../../core/domain/errors.ts";
import type { AgentId, ConversationId } from "../../core/domain/model.ts";
import { type Persona, PersonaKey } from "../../core/domain/persona.ts";
import { PEOPLE_BLOCK } from "../../core/ports/agent/memory.ts";
import type { AgentProvisioning, AgentTags } from "../../core/ports/agent/provisioning.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { sentences } from "../../sentences/sentences.ts";
import { ONCE, translateErrors } from "../connection.ts";
import { isLettaError } from "../errors.ts";
import { Agent, Conversation, MadeBlock } from "../wire.ts";
import { chooseEmbedding, chooseModel, type ModelChoice } from "./models.ts";

/** Not attached by default, and without them a persona cannot put anything by. */
const ARCHIVAL_TOOLS = ["archival_memory_insert", "archival_memory_search"];
const PERSONA_BLOCK = "persona";

export class LettaProvisioning implements AgentProvisioning {
  readonly #client: Letta;
  readonly #choice: ModelChoice;
  readonly #log: Logger;

  constructor(client: Letta, choice: ModelChoice, log: Logger) {
    this.#client = client;
    this.#choice = choice;
    this.#log = log;
  }

  async ensure(persona: Persona, tags: AgentTags): Promise<AgentId> {
    const { data: key, error } = PersonaKey.safeParse(persona.key);
    // A name with other characters makes Letta fail with a 500.
    if (key === undefined) throw invalidInput(error);
    const found = await findByTags(this.#client, tags);
    const [oldest] = found;
    if (oldest === undefined) return createAgent(this.#client, this.#choice, persona, tags);
    if (found.length > 1)
      this.#log.warn({ agents: found }, "several agents have the same tags; the oldest is used");
    return oldest;
  }

  async erase(agent: AgentId): Promise<void> {
    try {
      await translateErrors(() => this.#client.agents.delete(agent));
    } catch (error) {
      if (!isLettaError(error, "agent_gone", "not_found")) throw error;
    }
  }

  async openConversation(agent: AgentId, title: string): Promise<ConversationId> {
    const made = await translateErrors(async () =>
      Conversation.parse(await this.#client.conversations.create({ agent_id: agent, summary: title }, ONCE)),
    );
    return made.id;
  }

  async updatePersona(agent: AgentId, persona: Persona): Promise<void> {
    const model = persona.model ?? this.#choice.model;
    const change = { system: systemPromptOf(persona), ...(model === undefined ? {} : { model }) };
    await translateErrors(() => this.#client.agents.update(agent, change));
    await writePersonaBlock(this.#client, agent, personaBlockOf(persona));
  }

  async promptHash(agent: AgentId): Promise<string> {
    return hashOf(await retrieveAgent(this.#client, agent));
  }

  async compile(conversation: ConversationId): Promise<void> {
    await translateErrors(() => this.#client.conversations.recompile(conversation));
  }
}

function hashOf({ system, blocks = [] }: Agent): string {
  const seen = blocks.map(({ label, value, description, limit }) => [label, value, description ?? "", limit]);
  const inOrder = seen.toSorted(([left], [right]) => String(left).localeCompare(String(right)));
  return createHash("sha256")
    .update(JSON.stringify([system, inOrder]))
    .digest("hex");
}

/** Lists and retrievals leave blocks out unless they are asked for. */
export function retrieveAgent(client: Letta, agent: AgentId): Promise<Agent> {
  return translateErrors(async () =>
    Agent.parse(await client.agents.retrieve(agent, { include: ["agent.blocks"] })),
  );
}

/** Oldest first, so that every process takes the same one. */
async function findByTags(client: Letta, tags: AgentTags): Promise<readonly AgentId[]> {
  const query = { tags: tagsOf(tags), match_all_tags: true, include: ["agent.tags" as const], limit: 10 };
  const agents = await translateErrors(async () =>
    Agent.array().parse((await client.agents.list(query)).items),
  );
  const since = (agent: Agent) => agent.created_at ?? "";
  return agents.toSorted((left, right) => since(left).localeCompare(since(right))).map(({ id }) => id);
}

async function createAgent(
  client: Letta,
  choice: ModelChoice,
  persona: Persona,
  tags: AgentTags,
): Promise<AgentId> {
  const model = persona.model ?? (await chooseModel(client, choice));
  const embedding = await chooseEmbedding(client, choice, model);
  const agent = await translateErrors(async () =>
    Agent.parse(
      await client.agents.create(
        {
          // As Letta guides name them; found again by tags, for names are not unique.
          name: `chat_agent_${persona.key}`,
          model,
          ...(embedding === undefined ? {} : { embedding }),
          system: systemPromptOf(persona),
          memory_blocks: [
            { label: PERSONA_BLOCK, value: personaBlockOf(persona), read_only: true },
            { label: PEOPLE_BLOCK, value: "", description: sentences.letta.forModel.peopleBlock },
          ],
          tags: tagsOf(tags),
          tools: ARCHIVAL_TOOLS,
        },
        ONCE,
      ),
    ),
  );
  return agent.id;
}

function tagsOf({ persona, scope }: AgentTags): string[] {
  return ["rapport", `persona:${persona}`, `scope:${scope}`];
}

async function writePersonaBlock(client: Letta, agent: AgentId, value: string): Promise<void> {
  try {
    await translateErrors(() =>
      client.agents.blocks.update(PERSONA_BLOCK, { agent_id: agent, value, read_only: true }),
    );
  } catch (error) {
    // An agent made elsewhere, or somebody detached it.
    if (!isLettaError(error, "not_found")) throw error;
    await attachPersonaBlock(client, agent, value);
  }
}

async function attachPersonaBlock(client: Letta, agent: AgentId, value: string): Promise<void> {
  const { id } = await translateErrors(async () =>
    MadeBlock.parse(await client.blocks.create({ label: PERSONA_BLOCK, value, read_only: true }, ONCE)),
  );
  await translateErrors(() => client.agents.blocks.attach(id, { agent_id: agent }));
}

const { framing, greeting } = sentences.letta.forModel;

/** The system prompt of a persona's agent. */
function systemPromptOf(persona: Persona): string {
  return `${persona.instructions}\n\n${framing}`;
}

/** The read-only block `persona`: who it is, in short; the instructions are in the prompt already. */
function personaBlockOf(persona: Persona): string {
  const introduction = persona.description ? `${persona.name}: ${persona.description}` : persona.name;
  return persona.greeting ? `${introduction}\n${greeting(persona.greeting)}` : introduction;
}
