import { z } from "zod";
import { agentView, EVERYTHING, toolView } from "../agents/agent-view.ts";
import { createAgentBody, knownHandle, llmConfig, makeAgent, refuseBadName } from "../agents/make-agent.ts";
import { notFound, parseBody } from "../http/errors.ts";
import { compileFor, rebuildDefaultPrompt, systemMessage } from "../messages/context.ts";
import {
  deleteAgent,
  findAgent,
  listAgents,
  replaceTags,
  replaceTools,
  updateAgent,
} from "../store/agents.ts";
import { insertMessages } from "../store/messages.ts";
import { TOOLS, toolsById } from "../tools/built-in-tools.ts";
import { runTool } from "../tools/run-tool.ts";
import { flag, pageOf, pathId, pathParam, type Route, type RouteServices } from "./route.ts";

const updateBody = z.object({
  name: z.string().nullish(),
  system: z.string().nullish(),
  description: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  tool_ids: z.array(z.string()).nullish(),
  model: z.string().nullish(),
  context_window_limit: z.number().int().positive().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  compaction_settings: z.record(z.string(), z.unknown()).nullish(),
  message_buffer_autoclear: z.boolean().nullish(),
  timezone: z.string().nullish(),
  hidden: z.boolean().nullish(),
});

const approvalBody = z.strictObject({ requires_approval: z.boolean() });
const resetBody = z.object({ add_default_initial_messages: z.boolean().default(false) });
const runBody = z.strictObject({ args: z.record(z.string(), z.unknown()).default({}) });

const filterOf = (query: URLSearchParams) => ({
  name: query.get("name") ?? undefined,
  queryText: query.get("query_text") ?? undefined,
  tags: query.getAll("tags"),
  matchAllTags: flag(query, "match_all_tags"),
});

export function agentRoutes(services: RouteServices): readonly Route[] {
  const { db, clock, changes, turns } = services;
  const one = "/v1/agents/{agent_id}";
  return [
    {
      method: "POST",
      pattern: "/v1/agents/",
      handle: async ({ body }) => {
        const agent = await makeAgent(services, turns.model, parseBody(createAgentBody, body ?? {}));
        changes.announce({ type: "agent", agentId: agent.id });
        return await agentView(db, agent, EVERYTHING);
      },
    },
    {
      method: "GET",
      pattern: "/v1/agents/",
      handle: async ({ query }) => {
        const agents = await listAgents(db, filterOf(query), pageOf(query));
        return await Promise.all(agents.map((agent) => agentView(db, agent, query.getAll("include"))));
      },
    },
    {
      method: "GET",
      pattern: "/v1/agents/count",
      handle: async ({ query }) => {
        const page = {
          order: "asc",
          limit: Number.MAX_SAFE_INTEGER,
          before: undefined,
          after: undefined,
        } as const;
        return (await listAgents(db, filterOf(query), page)).length;
      },
    },
    {
      method: "GET",
      pattern: one,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        return await agentView(db, agent, call.query.getAll("include"));
      },
    },
    {
      method: "PATCH",
      pattern: one,
      handle: async (call) => {
        const before = await findAgent(db, pathId(call, "agent_id", "agent"));
        const body = parseBody(updateBody, call.body ?? {});
        if (body.name) refuseBadName(body.name);
        const handle = body.model ? knownHandle(turns.model, body.model) : before.llm_config.handle;
        const window = body.context_window_limit ?? before.llm_config.context_window;
        await db.transaction(async (inside) => {
          // The compiled prompts stay as they are: an update of `system` reaches no running conversation.
          await updateAgent(inside, {
            id: before.id,
            name: body.name ?? before.name,
            system: body.system ?? before.system,
            description: body.description ?? before.description,
            metadata_: body.metadata ?? before.metadata_,
            compaction_settings: { ...before.compaction_settings, ...body.compaction_settings },
            message_buffer_autoclear: body.message_buffer_autoclear ?? before.message_buffer_autoclear,
            timezone: body.timezone ?? before.timezone,
            hidden: body.hidden ?? before.hidden,
            llm_config: llmConfig(handle, window),
            updated_at: new Date(clock.now()),
          });
          if (body.tags) await replaceTags(inside, before.id, body.tags);
          if (body.tool_ids) await replaceTools(inside, before.id, body.tool_ids);
        });
        changes.announce({ type: "agent", agentId: before.id });
        return await agentView(db, await findAgent(db, before.id), EVERYTHING);
      },
    },
    {
      method: "DELETE",
      pattern: one,
      handle: async (call) => {
        const { id } = await findAgent(db, pathId(call, "agent_id", "agent"));
        await deleteAgent(db, id);
        changes.announce({ type: "agent", agentId: id });
        return { message: `Agent id=${id} successfully deleted` };
      },
    },
    {
      method: "POST",
      pattern: `${one}/recompile`,
      needs: "recompile",
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        if (flag(call.query, "dry_run")) {
          return await compileFor(db, agent, { conversationId: "default", at: clock.now() });
        }
        // It stores the new prompt and returns the old one.
        return (await rebuildDefaultPrompt(db, agent.id, clock.now())).before;
      },
    },
    {
      method: "PATCH",
      pattern: `${one}/reset-messages`,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        parseBody(resetBody, call.body ?? {});
        const at = clock.now();
        const text = await compileFor(db, agent, { conversationId: "default", at });
        const first = systemMessage(agent, { conversationId: undefined, text, at });
        await insertMessages(db, [first]);
        await updateAgent(db, { id: agent.id, message_ids: [first.id] });
        return await agentView(db, await findAgent(db, agent.id), EVERYTHING);
      },
    },
    ...toolRoutes(services),
  ];
}

function toolRoutes(services: RouteServices): readonly Route[] {
  const { db } = services;
  const ofAgent = "/v1/agents/{agent_id}/tools";
  const change = (pattern: string, toolIds: (held: readonly string[], id: string) => readonly string[]) => ({
    method: "PATCH" as const,
    pattern,
    handle: async (call: Parameters<Route["handle"]>[0]) => {
      const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
      const [tool] = toolsById([pathId(call, "tool_id", "tool")]);
      if (!tool) throw notFound(`Tool not found with id='${pathParam(call, "tool_id")}'`);
      await replaceTools(db, agent.id, toolIds(agent.tool_ids, tool.id));
      return await agentView(db, await findAgent(db, agent.id), EVERYTHING);
    },
  });
  return [
    {
      method: "GET",
      pattern: "/v1/tools/",
      handle: ({ query }) => {
        const name = query.get("name");
        const after = query.get("after");
        const fits = TOOLS.filter((tool) => !name || tool.name === name).toReversed();
        return Promise.resolve(fits.slice(fits.findIndex(({ id }) => id === after) + 1).map(toolView));
      },
    },
    {
      method: "GET",
      pattern: ofAgent,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const held = toolsById(agent.tool_ids);
        const after = call.query.get("after");
        return held.slice(held.findIndex(({ id }) => id === after) + 1).map(toolView);
      },
    },
    change(`${ofAgent}/attach/{tool_id}`, (held, id) => [...held, id]),
    change(`${ofAgent}/detach/{tool_id}`, (held, id) => held.filter((other) => other !== id)),
    {
      method: "PATCH",
      pattern: `${ofAgent}/approval/{tool_name}`,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const { requires_approval } = parseBody(approvalBody, call.body ?? {});
        const tool_name = pathParam(call, "tool_name");
        const others = agent.tool_rules.filter((rule) => rule.tool_name !== tool_name);
        const rule = { tool_name, type: "requires_approval", prompt_template: null };
        await updateAgent(db, {
          id: agent.id,
          tool_rules: requires_approval ? [...others, rule] : others,
        });
        return await agentView(db, await findAgent(db, agent.id), EVERYTHING);
      },
    },
    {
      method: "POST",
      pattern: `${ofAgent}/{tool_name}/run`,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const name = pathParam(call, "tool_name");
        const { args } = parseBody(runBody, call.body ?? {});
        if (!toolsById(agent.tool_ids).some((tool) => tool.name === name)) {
          throw notFound(`Tool '${name}' not found or not attached to agent '${agent.id}'`);
        }
        const { status, value } = await runTool(services, agent, { name, input: args });
        return {
          status,
          func_return: value ?? null,
          agent_state: null,
          stdout: null,
          stderr: status === "error" ? [String(value)] : null,
          sandbox_config_fingerprint: null,
        };
      },
    },
  ];
}
