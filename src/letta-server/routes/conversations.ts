import { z } from "zod";
import type { Change } from "../changes.ts";
import { badRequest, parseBody, unprocessable } from "../http/errors.ts";
import { DEFAULT_USER, newId, rowDate } from "../ids.ts";
import { compact } from "../messages/compaction.ts";
import {
  compileFor,
  loadContext,
  rebuildDefaultPrompt,
  shareMessages,
  startConversation,
  type Thread,
} from "../messages/context.ts";
import { findAgent } from "../store/agents.ts";
import {
  type ConversationRow,
  deleteConversation,
  findConversation,
  insertConversation,
  listConversations,
  updateConversation,
} from "../store/conversations.ts";
import { rewriteMessage } from "../store/messages.ts";
import { madeAt } from "../store/rows.ts";
import { cancelRuns } from "./cancellation.ts";
import { placeOf } from "./place.ts";
import { type Call, flag, pageOf, parseQuery, pathId, type Route, type RouteServices } from "./route.ts";

const createBody = z.object({
  summary: z.string().nullish(),
  model: z.string().nullish(),
  model_settings: z.record(z.string(), z.unknown()).nullish(),
  isolated_block_labels: z.array(z.string()).nullish(),
});
const updateBody = z.object({
  summary: z.string().nullish(),
  model: z.string().nullish(),
  last_message_at: z.coerce.date().nullish(),
});
const agentDirectBody = z.object({ agent_id: z.string().nullish() });
const compactBody = agentDirectBody.extend({
  compaction_settings: z.looseObject({ mode: z.string().optional() }).nullish(),
});
const orderBy = z.enum(["created_at", "last_run_completion", "last_message_at"]).default("created_at");

export function conversationRoutes(services: RouteServices): readonly Route[] {
  const { db, clock, changes } = services;
  const one = "/v1/conversations/{conversation_id}";
  return [
    {
      method: "POST",
      pattern: "/v1/conversations/",
      needs: "conversations",
      handle: async ({ query, body }) => {
        const agentId = query.get("agent_id");
        if (!agentId) {
          throw unprocessable([
            { type: "missing", loc: ["query", "agent_id"], msg: "Field required", input: null },
          ]);
        }
        const wanted = parseBody(createBody, body ?? {});
        if (wanted.isolated_block_labels?.length) {
          throw badRequest("Isolated blocks are not part of the sandbox's Letta.");
        }
        return await create(services, agentId, wanted);
      },
    },
    {
      method: "GET",
      pattern: "/v1/conversations/",
      needs: "conversations",
      handle: async ({ query }) => {
        const filter = {
          agentId: query.get("agent_id") ?? undefined,
          summarySearch: query.get("summary_search") ?? undefined,
          orderBy: parseQuery(query, "order_by", orderBy),
        };
        const page = { ...pageOf(query), before: undefined };
        return (await listConversations(db, filter, page)).map((found) => conversationView(found, []));
      },
    },
    {
      method: "GET",
      pattern: one,
      needs: "conversations",
      handle: async (call) => {
        const conversation = await findConversation(db, pathId(call, "conversation_id", "conv"));
        const context = await loadContext(db, threadOf(conversation));
        return conversationView(
          conversation,
          context.map(({ id }) => id),
        );
      },
    },
    {
      method: "PATCH",
      pattern: one,
      needs: "conversationUpdates",
      handle: async (call) => {
        const before = await findConversation(db, pathId(call, "conversation_id", "conv"));
        const body = parseBody(updateBody, call.body ?? {});
        const changed: ConversationRow = {
          ...before,
          summary: body.summary ?? before.summary,
          model: body.model ?? before.model,
          last_message_at: body.last_message_at ?? before.last_message_at,
          updated_at: new Date(clock.now()),
        };
        await updateConversation(db, changed);
        changes.announce(changeOf(changed));
        return conversationView(changed, []);
      },
    },
    {
      method: "DELETE",
      pattern: one,
      needs: "recompile",
      handle: async (call) => {
        const conversation = await findConversation(db, pathId(call, "conversation_id", "conv"));
        await db.transaction((inside) => deleteConversation(inside, conversation.id));
        changes.announce(changeOf(conversation));
        return null;
      },
    },
    {
      method: "POST",
      pattern: `${one}/fork`,
      needs: "conversationRecompile",
      handle: async (call) => {
        const place = await placeOf(db, call, call.query.get("agent_id"));
        const thread =
          place.type === "default"
            ? { agentId: place.agentId, conversationId: undefined }
            : threadOf(place.conversation);
        return await fork(services, thread);
      },
    },
    {
      method: "POST",
      pattern: `${one}/cancel`,
      needs: "conversationUpdates",
      handle: async (call) => {
        const place = await placeOf(db, call, call.query.get("agent_id"));
        // For `default` it takes every active run of the agent, whichever conversation it belongs to.
        return place.type === "default"
          ? await cancelRuns(services, { agentId: place.agentId }, `conversation ${place.agentId}`)
          : await cancelRuns(
              services,
              { agentId: place.conversation.agent_id, conversationId: place.conversation.id },
              `conversation ${place.conversation.id}`,
            );
      },
    },
    {
      method: "POST",
      pattern: `${one}/recompile`,
      needs: "conversationRecompile",
      handle: async (call) => {
        const body = parseBody(agentDirectBody, call.body ?? {});
        const place = await placeOf(db, call, body.agent_id);
        const dryRun = flag(call.query, "dry_run");
        const agentId = place.type === "default" ? place.agentId : place.conversation.agent_id;
        const agent = await findAgent(db, agentId);
        // It stamps "default" into every prompt, as the real server does.
        const prompt = await compileFor(db, agent, { conversationId: "default", at: clock.now() });
        if (dryRun) return prompt;
        if (place.type === "default") return (await rebuildDefaultPrompt(db, agentId, clock.now())).after;
        const [system] = await loadContext(db, threadOf(place.conversation));
        if (system) await rewriteMessage(db, { id: system.id, text: prompt });
        return prompt;
      },
    },
    {
      method: "POST",
      pattern: `${one}/compact`,
      needs: "conversationUpdates",
      handle: (call) => compactNow(services, call),
    },
  ];
}

async function create(
  { db, clock, changes }: RouteServices,
  agentId: string,
  wanted: z.infer<typeof createBody>,
): Promise<object> {
  const agent = await findAgent(db, agentId);
  const at = clock.now();
  const conversation: ConversationRow = {
    ...madeAt(at),
    id: newId("conv"),
    agent_id: agent.id,
    summary: wanted.summary ?? null,
    model: wanted.model ?? null,
    model_settings: wanted.model_settings ?? null,
    last_message_at: null,
  };
  await db.transaction(async (inside) => {
    await insertConversation(inside, conversation);
    await startConversation(inside, agent, { conversationId: conversation.id, at });
  });
  changes.announce(changeOf(conversation));
  return conversationView(conversation, []);
}

/** A new conversation with a fresh prompt that shares all other messages in context: they keep their home. */
async function fork({ db, clock, changes }: RouteServices, thread: Thread): Promise<object> {
  const agent = await findAgent(db, thread.agentId);
  const at = clock.now();
  const conversation: ConversationRow = {
    ...madeAt(at),
    id: newId("conv"),
    agent_id: agent.id,
    summary: null,
    model: null,
    model_settings: null,
    last_message_at: null,
  };
  await db.transaction(async (inside) => {
    const [, ...shared] = await loadContext(inside, thread);
    await insertConversation(inside, conversation);
    const system = await startConversation(inside, agent, { conversationId: conversation.id, at });
    await shareMessages(inside, threadOf(conversation), { system, shared, at });
  });
  changes.announce(changeOf(conversation));
  return conversationView(conversation, []);
}

async function compactNow(services: RouteServices, call: Call): Promise<object> {
  const { db, turns, changes } = services;
  const body = parseBody(compactBody, call.body ?? {});
  const place = await placeOf(db, call, body.agent_id);
  const thread =
    place.type === "default"
      ? { agentId: place.agentId, conversationId: undefined }
      : threadOf(place.conversation);
  const agent = await findAgent(db, thread.agentId);
  const context = await loadContext(db, thread);
  const compacted = await compact(
    {
      workshop: services,
      model: turns.model,
      agent,
      thread,
      context,
      stopping: turns.stopping,
      noteRequest: turns.noteRequest,
    },
    { role: "summary", everything: (body.compaction_settings?.mode ?? "").endsWith("all") },
  );
  if (!compacted) throw badRequest("Summarization failed to reduce the number of messages");
  changes.announce({ type: "message", agentId: agent.id });
  const alert = z
    .object({ message: z.string() })
    .parse(JSON.parse(compacted.summary.content[0]?.text ?? "{}"));
  return {
    summary: alert.message.slice(alert.message.lastIndexOf("previous messages:\n ") + 20),
    num_messages_before: context.length,
    num_messages_after: compacted.context.length,
  };
}

const changeOf = (conversation: ConversationRow): Change => ({
  type: "conversation",
  agentId: conversation.agent_id,
  conversationId: conversation.id,
});

const threadOf = (conversation: ConversationRow): Thread => ({
  agentId: conversation.agent_id,
  conversationId: conversation.id,
});

/** Only retrieve fills the list of messages in context. */
const conversationView = (conversation: ConversationRow, inContext: readonly string[]): object => ({
  created_by_id: DEFAULT_USER,
  last_updated_by_id: DEFAULT_USER,
  created_at: rowDate(conversation.created_at),
  updated_at: rowDate(conversation.updated_at),
  id: conversation.id,
  agent_id: conversation.agent_id,
  summary: conversation.summary,
  in_context_message_ids: inContext,
  isolated_block_ids: [],
  model: conversation.model,
  model_settings: conversation.model_settings,
  last_message_at: rowDate(conversation.last_message_at),
});
