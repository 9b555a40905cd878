import { agentView, blockView, EVERYTHING } from "../agents/agent-view.ts";
import { blockBody, blockUpdateBody, changedBlock, newBlock } from "../agents/make-block.ts";
import { parseBody } from "../http/errors.ts";
import { rebuildDefaultPrompt } from "../messages/context.ts";
import { findAgent, listAgents } from "../store/agents.ts";
import {
  agentsWithBlock,
  attachBlock,
  type BlockRow,
  deleteBlock,
  detachBlock,
  findBlock,
  findBlockByLabel,
  insertBlock,
  listBlocks,
  updateBlock,
} from "../store/blocks.ts";
import { type Call, pageOf, pathId, pathParam, type Route, type RouteServices } from "./route.ts";

export function blockRoutes(services: RouteServices): readonly Route[] {
  return [...sharedBlockRoutes(services), ...agentBlockRoutes(services)];
}

/** Blocks by their id, whoever they are attached to. */
function sharedBlockRoutes(services: RouteServices): readonly Route[] {
  const { db, clock, abilities, changes } = services;
  const one = "/v1/blocks/{block_id}";
  return [
    {
      method: "POST",
      pattern: "/v1/blocks/",
      handle: async ({ body }) => {
        const block = newBlock(parseBody(blockBody, body ?? {}), { at: clock.now(), abilities });
        await insertBlock(db, block);
        return blockView(block);
      },
    },
    {
      method: "GET",
      pattern: "/v1/blocks/",
      handle: async ({ query }) => {
        const filter = {
          label: query.get("label") ?? undefined,
          valueSearch: query.get("value_search") ?? undefined,
        };
        return (await listBlocks(db, filter, pageOf(query, { defaultOrder: "asc" }))).map(blockView);
      },
    },
    {
      method: "GET",
      pattern: one,
      handle: async (call) => blockView(await findBlock(db, pathId(call, "block_id", "block"))),
    },
    {
      method: "PATCH",
      pattern: one,
      handle: async (call) =>
        await change(services, await findBlock(db, pathId(call, "block_id", "block")), call),
    },
    {
      method: "DELETE",
      pattern: one,
      handle: async (call) => {
        const { id } = await findBlock(db, pathId(call, "block_id", "block"));
        const agentIds = await agentsWithBlock(db, id);
        await deleteBlock(db, id);
        for (const agentId of agentIds) {
          await rebuildDefaultPrompt(db, agentId, clock.now());
          changes.announce({ type: "block", agentId });
        }
        return null;
      },
    },
    {
      method: "GET",
      pattern: `${one}/agents`,
      handle: async (call) => {
        const { id } = await findBlock(db, pathId(call, "block_id", "block"));
        const filter = { tags: [], matchAllTags: false, blockId: id };
        const agents = await listAgents(db, filter, pageOf(call.query));
        return await Promise.all(agents.map((agent) => agentView(db, agent, call.query.getAll("include"))));
      },
    },
  ];
}

/** Blocks of one agent, by their label. */
function agentBlockRoutes(services: RouteServices): readonly Route[] {
  const { db, clock, changes } = services;
  const all = "/v1/agents/{agent_id}/core-memory/blocks";
  const labelled = async (call: Call) => {
    const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
    return await findBlockByLabel(db, agent.id, pathParam(call, "block_label"));
  };
  const relink = async (call: Call, work: (agentId: string, block: BlockRow) => Promise<void>) => {
    const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
    await work(agent.id, await findBlock(db, pathId(call, "block_id", "block")));
    await rebuildDefaultPrompt(db, agent.id, clock.now());
    changes.announce({ type: "block", agentId: agent.id });
    return await agentView(db, await findAgent(db, agent.id), EVERYTHING);
  };
  return [
    {
      method: "GET",
      pattern: all,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        return (await listBlocks(db, { agentId: agent.id }, pageOf(call.query))).map(blockView);
      },
    },
    {
      method: "PATCH",
      pattern: `${all}/attach/{block_id}`,
      handle: (call) => relink(call, (agentId, block) => attachBlock(db, agentId, block)),
    },
    {
      method: "PATCH",
      pattern: `${all}/detach/{block_id}`,
      handle: (call) => relink(call, (agentId, block) => detachBlock(db, agentId, block.id)),
    },
    {
      method: "GET",
      pattern: `${all}/{block_label}`,
      handle: async (call) => blockView(await labelled(call)),
    },
    {
      method: "PATCH",
      pattern: `${all}/{block_label}`,
      handle: async (call) => await change(services, await labelled(call), call),
    },
  ];
}

/** Conversations keep the old text in their prompts; only the default histories are compiled anew. */
async function change(
  { db, clock, abilities, changes }: RouteServices,
  block: BlockRow,
  call: Call,
): Promise<object> {
  const body = parseBody(blockUpdateBody, withoutNulls(call.body));
  const changed = changedBlock(block, body, { at: clock.now(), abilities });
  await updateBlock(db, changed);
  for (const agentId of await agentsWithBlock(db, block.id)) {
    await rebuildDefaultPrompt(db, agentId, clock.now());
    changes.announce({ type: "block", agentId });
  }
  return blockView(changed);
}

/** In an update null means leave. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body ?? {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
