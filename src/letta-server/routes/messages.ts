import { z } from "zod";
import {
  badRequest,
  invalidArgument,
  notFound,
  parseBody,
  redisMissing,
  runExpired,
} from "../http/errors.ts";
import { type Item, itemsOf } from "../messages/items.ts";
import { findAgent } from "../store/agents.ts";
import {
  agentHistory,
  conversationHistory,
  type HistoryRequest,
  type MessageRow,
} from "../store/messages.ts";
import { ACTIVE, findRun, listRuns } from "../store/runs.ts";
import { parseSend } from "../turn/input.ts";
import { type Frame, follow, LiveRun } from "../turn/live-run.ts";
import { REMEMBERED_MS } from "../turn/redis.ts";
import { type Sending, usageItem } from "../turn/start-turn.ts";
import { cancelNamed, cancelRuns } from "./cancellation.ts";
import { placeId, placeOf } from "./place.ts";
import { type Call, EventStream, pageOf, pathId, type Route, type RouteServices } from "./route.ts";

const cancelBody = z.object({ run_ids: z.array(z.string()).nullish() });
const resumeBody = z.object({
  agent_id: z.string().nullish(),
  run_id: z.string().nullish(),
  otid: z.string().nullish(),
  starting_after: z.number().int().default(0),
  include_pings: z.boolean().nullish(),
});

export function messageRoutes(services: RouteServices): readonly Route[] {
  return [...conversationMessageRoutes(services), ...agentMessageRoutes(services)];
}

function conversationMessageRoutes(services: RouteServices): readonly Route[] {
  const { db, abilities } = services;
  const one = "/v1/conversations/{conversation_id}";
  return [
    {
      method: "POST",
      pattern: `${one}/messages`,
      needs: "conversations",
      handle: async (call) => {
        placeId(call);
        const body = parseSend(call.body);
        const place = await placeOf(db, call, body.agent_id);
        const conversation = place.type === "conversation" ? place.conversation : undefined;
        const agent = await findAgent(
          db,
          place.type === "default" ? place.agentId : place.conversation.agent_id,
        );
        if (body.streaming === false && abilities.conversationUpdates) {
          return await wholeAnswer(services, {
            agent,
            conversation,
            body,
            lockKey: undefined,
            way: conversation ? "conversation-json" : "agent-json",
          });
        }
        const lockKey = conversation?.id ?? agent.id;
        return await stream(services, call, { agent, conversation, body, lockKey, way: "stream" });
      },
    },
    {
      method: "GET",
      pattern: `${one}/messages`,
      needs: "conversations",
      handle: async (call) => {
        const id = placeId(call);
        const wanted = historyOf(call.query);
        const agentId = id === "default" ? call.query.get("agent_id") : id;
        if (agentId?.startsWith("agent-")) {
          const rows = await agentHistory(db, agentId, { ...wanted, conversationId: "default" });
          return listed(found(rows), call.query);
        }
        // A deleted conversation is an empty list here, not a 404.
        return listed(await conversationHistory(db, id, wanted), call.query);
      },
    },
    {
      method: "POST",
      pattern: `${one}/stream`,
      needs: "conversations",
      handle: async (call) => {
        const body = parseBody(resumeBody, call.body ?? {});
        const id = placeId(call);
        const run = await runToResume(services, id, body);
        return resumed(services, call, {
          run,
          startingAfter: body.starting_after,
          pings: body.include_pings,
        });
      },
    },
  ];
}

function agentMessageRoutes(services: RouteServices): readonly Route[] {
  const { db, turns, abilities } = services;
  const all = "/v1/agents/{agent_id}/messages";
  const sending = async (call: Call) => ({
    agent: await findAgent(db, pathId(call, "agent_id", "agent")),
    conversation: undefined,
    body: parseSend(call.body),
    lockKey: undefined,
  });
  const refuseSearch = () =>
    Promise.reject(
      badRequest("Message search requires message embedding, OpenAI, and Turbopuffer to be enabled."),
    );
  return [
    {
      method: "POST",
      pattern: all,
      handle: async (call) => {
        const sent = await sending(call);
        if (sent.body.streaming) return await stream(services, call, { ...sent, way: "stream" });
        return await wholeAnswer(services, { ...sent, way: "agent-json" });
      },
    },
    {
      method: "POST",
      pattern: `${all}/stream`,
      handle: async (call) => await stream(services, call, { ...(await sending(call)), way: "stream" }),
    },
    {
      method: "GET",
      pattern: all,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const conversationId = abilities.conversations ? call.query.get("conversation_id") : undefined;
        const wanted = { ...historyOf(call.query), conversationId: conversationId ?? undefined };
        return listed(found(await agentHistory(db, agent.id, wanted)), call.query);
      },
    },
    {
      method: "POST",
      pattern: `${all}/cancel`,
      handle: async (call) => {
        const agent = await findAgent(db, pathId(call, "agent_id", "agent"));
        const { run_ids } = parseBody(cancelBody, call.body ?? {});
        if (run_ids?.length) return await cancelNamed(services, run_ids);
        const latest = turns.redis?.latestOf(agent.id);
        if (latest && turns.live(latest)) return await cancelNamed(services, [latest]);
        return await cancelRuns(services, { agentId: agent.id }, `agent ${agent.id}`);
      },
    },
    { method: "POST", pattern: "/v1/messages/search", handle: refuseSearch },
    { method: "POST", pattern: "/v1/agents/messages/search", handle: refuseSearch },
  ];
}

/** The frames of a run that was not made to be resumed: pings for ever. */
export function resumed(
  { clock }: RouteServices,
  call: Call,
  wanted: {
    readonly run: LiveRun;
    readonly startingAfter: number;
    readonly pings: boolean | null | undefined;
  },
): EventStream {
  const { run, startingAfter, pings } = wanted;
  const following = { clock, pings: pings !== false, signal: call.signal, startingAfter };
  const frames = follow(run, { ...following, nothingButPings: !run.background });
  // A cancelled run that is followed a second time ends without [DONE].
  return new EventStream(run.cancelRequested ? withoutDone(frames) : frames);
}

async function* withoutDone(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  for await (const frame of frames) if (frame.type !== "done") yield frame;
}

async function runToResume(
  services: RouteServices,
  place: string,
  wanted: z.infer<typeof resumeBody>,
): Promise<LiveRun> {
  const { db, turns, clock } = services;
  if (wanted.otid) {
    if (!turns.redis) throw redisMissing();
    const run = turns.redis.runOfOtid(wanted.otid);
    if (!run) throw notFound(`No run found for otid ${wanted.otid}`);
    if (run.startedAt < clock.now() - REMEMBERED_MS) throw runExpired();
    return run;
  }
  if (wanted.run_id) return await resumableRun(services, wanted.run_id);
  const agentId = place === "default" ? wanted.agent_id : place;
  const filter = agentId?.startsWith("agent-") ? { agentId } : { conversationId: place };
  const [active] = await listRuns(
    db,
    { ...filter, statuses: ACTIVE },
    { order: "desc", limit: 1, before: undefined, after: undefined },
  );
  if (!active) throw invalidArgument("No active runs found for this conversation.");
  if (!active.background) {
    throw invalidArgument("Run was not created in background mode, so it cannot be retrieved.");
  }
  if (active.created_at.getTime() < clock.now() - REMEMBERED_MS) throw runExpired();
  return await resumableRun(services, active.id);
}

/** A run by its id; one of another process, or of before a restart, says nothing more. */
export async function resumableRun(services: RouteServices, runId: string): Promise<LiveRun> {
  const { db, turns, clock } = services;
  const row = await findRun(db, runId);
  if (!turns.redis) throw redisMissing();
  if (row.created_at.getTime() < clock.now() - REMEMBERED_MS) throw runExpired();
  const live = turns.live(runId);
  if (live) return live;
  return new LiveRun({
    thread: { agentId: row.agent_id, conversationId: row.conversation_id ?? undefined },
    background: false,
    startedAt: row.created_at.getTime(),
  });
}

async function stream(services: RouteServices, call: Call, sending: Sending): Promise<EventStream> {
  const { run } = await services.turns.start(sending);
  const { include_pings, include_return_message_types } = sending.body;
  const frames = follow(run, { clock: services.clock, pings: include_pings, signal: call.signal });
  return new EventStream(
    include_return_message_types ? ofTypes(frames, include_return_message_types) : frames,
  );
}

const ALWAYS_SENT = ["ping", "stop_reason", "usage_statistics", "error_message"];

async function* ofTypes(frames: AsyncIterable<Frame>, types: readonly string[]): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    const type = frame.type === "done" ? undefined : frame.data.message_type;
    if (type === undefined || types.includes(type) || ALWAYS_SENT.includes(type)) yield frame;
  }
}

/** The turn as one JSON answer; a failure in it is an HTTP error here. */
async function wholeAnswer(services: RouteServices, sending: Sending): Promise<object> {
  const { run, outcome } = await services.turns.start(sending);
  const { stopReason, usage, failure } = await outcome;
  if (failure) throw failure.http;
  const types = sending.body.include_return_message_types;
  const said = run.frames
    .flatMap((frame): readonly Item[] => (frame.type === "event" ? [frame.data] : []))
    .filter(({ message_type }) => !ALWAYS_SENT.includes(message_type));
  return {
    messages: types ? said.filter(({ message_type }) => types.includes(message_type)) : said,
    stop_reason: { message_type: "stop_reason", stop_reason: stopReason },
    usage: usageItem(usage),
    logprobs: null,
    turns: null,
  };
}

function historyOf(query: URLSearchParams): HistoryRequest {
  return { ...pageOf(query, { limit: 100 }), groupId: query.get("group_id") ?? undefined };
}

/**
 * Messages as items: a page of N messages can be more items than N, since some are several, or fewer, since the
 * filter by type comes after the limit.
 */
function listed(rows: readonly MessageRow[], query: URLSearchParams): readonly Item[] {
  const types = query.getAll("include_return_message_types");
  return rows
    .flatMap(itemsOf)
    .filter(({ message_type }) => types.length === 0 || types.includes(message_type));
}

function found(rows: readonly MessageRow[] | undefined): readonly MessageRow[] {
  if (!rows) throw notFound("Message not found");
  return rows;
}
