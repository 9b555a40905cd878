import { z } from "zod";
import { badRequest, HttpError, notFound } from "../http/errors.ts";
import { newId } from "../ids.ts";
import { systemMessage } from "../messages/context.ts";
import type { Model } from "../model/model.ts";
import {
  type AgentColumns,
  type AgentRow,
  findAgent,
  insertAgent,
  replaceTags,
  replaceTools,
  updateAgent,
} from "../store/agents.ts";
import { attachBlock, blocksOf, findBlock, insertBlock } from "../store/blocks.ts";
import { insertMessages } from "../store/messages.ts";
import { madeAt } from "../store/rows.ts";
import { TOOLS, toolNamed, toolsById } from "../tools/built-in-tools.ts";
import type { ToolServices } from "../tools/run-tool.ts";
import { EMBEDDING_HANDLES, OFFLINE_VENDOR_HANDLE } from "./handles.ts";
import { blockBody, newBlock } from "./make-block.ts";
import { compilePrompt } from "./prompt.ts";

/** What an OpenAI-compatible proxy's models get when nobody says more. */
const DEFAULT_CONTEXT_WINDOW = 30_000;
const NAME_PATTERN = /^[\p{L}\p{N}_ '-]+$/u;

export const createAgentBody = z.object({
  name: z.string().default("agent"),
  model: z.string().nullish(),
  embedding: z.string().nullish(),
  system: z.string().nullish(),
  agent_type: z.string().default("letta_v1_agent"),
  description: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  tools: z.array(z.string()).nullish(),
  tool_ids: z.array(z.string()).nullish(),
  include_base_tools: z.boolean().default(true),
  memory_blocks: z.array(blockBody).nullish(),
  block_ids: z.array(z.string()).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  context_window_limit: z.number().int().positive().nullish(),
  compaction_settings: z.record(z.string(), z.unknown()).nullish(),
  message_buffer_autoclear: z.boolean().default(false),
  enable_sleeptime: z.boolean().nullish(),
  timezone: z.string().nullish(),
  hidden: z.boolean().nullish(),
});
type CreateAgentBody = z.infer<typeof createAgentBody>;

/** Makes an agent with its blocks, tools, tags, and the compiled prompt of its default history. */
export async function makeAgent(
  toolServices: ToolServices,
  model: Model,
  body: CreateAgentBody,
): Promise<AgentRow> {
  refuseBadName(body.name);
  const handle = knownHandle(model, body.model);
  const toolIds = chosenTools(body);
  const at = toolServices.clock.now();
  const agent: AgentColumns = {
    ...madeAt(at),
    id: newId("agent"),
    name: body.name,
    agent_type: body.agent_type,
    description: body.description ?? null,
    system: body.system ?? DEFAULT_SYSTEM,
    message_ids: [],
    llm_config: llmConfig(handle, body.context_window_limit ?? DEFAULT_CONTEXT_WINDOW),
    embedding_config: embeddingConfig(body.embedding),
    compaction_settings: { ...DEFAULT_COMPACTION, ...body.compaction_settings },
    tool_rules: [],
    metadata_: body.metadata ?? {},
    message_buffer_autoclear: body.message_buffer_autoclear,
    enable_sleeptime: body.enable_sleeptime ?? false,
    timezone: body.timezone ?? "UTC",
    last_run_completion: null,
    last_run_duration_ms: null,
    last_stop_reason: null,
    hidden: body.hidden ?? null,
  };
  return await toolServices.db.transaction(async (db) => {
    await insertAgent(db, agent);
    await replaceTags(db, agent.id, body.tags ?? []);
    await replaceTools(db, agent.id, toolIds);
    for (const wanted of body.memory_blocks ?? []) {
      const block = newBlock(wanted, { at, abilities: toolServices.abilities });
      await insertBlock(db, block);
      await attachBlock(db, agent.id, block);
    }
    for (const id of body.block_ids ?? []) await attachBlock(db, agent.id, await findBlock(db, id));
    const prompt = compilePrompt({
      agentId: agent.id,
      conversationId: "default",
      system: agent.system,
      blocks: await blocksOf(db, agent.id),
      compiledAt: new Date(at),
      recallCount: 0,
      passageCount: 0,
    });
    const first = systemMessage(agent, { conversationId: undefined, text: prompt, at });
    await insertMessages(db, [first]);
    await updateAgent(db, { id: agent.id, message_ids: [first.id] });
    return await findAgent(db, agent.id);
  });
}

/** The real server answers this one with a 500, which its client even retries. */
export function refuseBadName(name: string): void {
  if (NAME_PATTERN.test(name)) return;
  throw new HttpError(500, {
    detail: `Export failed: Agent name '${name}' contains invalid characters. Only letters, digits, spaces, hyphens, underscores and apostrophes are allowed.`,
  });
}

/** A handle that the model list holds. */
export function knownHandle(model: Model, wanted: string | null | undefined): string {
  if (!wanted) throw badRequest("Must specify either model or llm_config");
  const handles = [...model.handles, OFFLINE_VENDOR_HANDLE];
  if (handles.includes(wanted)) return wanted;
  throw unknownHandle(wanted, handles);
}

export const llmConfig = (handle: string, context_window: number): AgentColumns["llm_config"] => ({
  model: handle.slice(handle.indexOf("/") + 1),
  display_name: handle.slice(handle.indexOf("/") + 1),
  model_endpoint_type: "openai",
  model_endpoint: null,
  provider_name: handle.slice(0, handle.indexOf("/")),
  provider_category: "base",
  context_window,
  put_inner_thoughts_in_kwargs: false,
  handle,
  temperature: 1,
  max_tokens: null,
  enable_reasoner: false,
  parallel_tool_calls: true,
});

function embeddingConfig(handle: string | null | undefined): AgentColumns["embedding_config"] {
  if (!handle) return null;
  if (!EMBEDDING_HANDLES.includes(handle)) throw unknownHandle(handle, EMBEDDING_HANDLES);
  return { embedding_endpoint_type: "openai", embedding_model: handle, embedding_dim: 1_536, handle };
}

const unknownHandle = (handle: string, known: readonly string[]) =>
  notFound(`Handle ${handle} not found, must be one of [${known.map((name) => `'${name}'`).join(", ")}]`);

function chosenTools(body: CreateAgentBody): readonly string[] {
  const base = body.include_base_tools ? TOOLS.filter((tool) => tool.base) : [];
  const named = (body.tools ?? []).map((name) => {
    const tool = toolNamed(name);
    if (!tool) throw badRequest(`Tools not found: {'${name}'}`);
    return tool;
  });
  return [...base, ...named, ...toolsById(body.tool_ids ?? [])].map(({ id }) => id);
}

const DEFAULT_COMPACTION = {
  model: "openai/gpt-5-mini",
  model_settings: null,
  prompt: null,
  prompt_acknowledgement: false,
  clip_chars: 50_000,
  mode: "sliding_window",
  sliding_window_percentage: 0.3,
};

const DEFAULT_SYSTEM =
  "You are a helpful assistant with memory. Your memory blocks are shown below; keep them current with your tools.";
