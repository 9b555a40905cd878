import { z } from "zod";
import { parseBody } from "../http/errors.ts";
import { rowDate } from "../ids.ts";
import { itemsOf } from "../messages/items.ts";
import { messagesOfRun } from "../store/messages.ts";
import { deleteRun, findRun, listRuns, type RunRow } from "../store/runs.ts";
import { resumableRun, resumed } from "./messages.ts";
import { type Call, pageOf, parseQuery, pathId, type Route, type RouteServices } from "./route.ts";

const statuses = z.array(z.enum(["created", "running", "completed", "failed", "cancelled"]));
const resumeBody = z.object({
  starting_after: z.number().int().default(0),
  include_pings: z.boolean().nullish(),
});

export function runRoutes(services: RouteServices): readonly Route[] {
  const { db } = services;
  const one = "/v1/runs/{run_id}";
  const named = (call: Call) => findRun(db, pathId(call, "run_id", "run"));
  return [
    {
      method: "GET",
      pattern: "/v1/runs/",
      handle: async ({ query }) => {
        const wanted = query.getAll("statuses");
        const active = query.get("active") === "true";
        const filter = {
          agentId: query.get("agent_id") ?? undefined,
          conversationId: query.get("conversation_id") ?? undefined,
          statuses: active
            ? (["created", "running"] as const)
            : wanted.length > 0
              ? statuses.parse(wanted)
              : undefined,
          background: parseQuery(query, "background", z.stringbool().optional()),
          stopReason: query.get("stop_reason") ?? undefined,
        };
        return (await listRuns(db, filter, pageOf(query, { limit: 100 }))).map(runView);
      },
    },
    { method: "GET", pattern: one, handle: async (call) => runView(await named(call)) },
    {
      method: "DELETE",
      pattern: one,
      handle: async (call) => {
        const run = await named(call);
        await deleteRun(db, run.id);
        return runView(run);
      },
    },
    {
      method: "GET",
      pattern: `${one}/messages`,
      handle: async (call) => {
        const { id } = await named(call);
        const { order, limit } = pageOf(call.query, { limit: 100, defaultOrder: "asc" });
        const rows = await messagesOfRun(db, id);
        const ordered = order === "asc" ? rows : rows.toReversed();
        const after = ordered.findIndex((row) => row.id === call.query.get("after"));
        return ordered.slice(after + 1, after + 1 + limit).flatMap(itemsOf);
      },
    },
    {
      method: "POST",
      pattern: `${one}/stream`,
      handle: async (call) => {
        const body = parseBody(resumeBody, call.body ?? {});
        const run = await resumableRun(services, pathId(call, "run_id", "run"));
        return resumed(services, call, {
          run,
          startingAfter: body.starting_after,
          pings: body.include_pings,
        });
      },
    },
  ];
}

const runView = (run: RunRow): object => ({
  id: run.id,
  status: run.status,
  created_at: rowDate(run.created_at),
  completed_at: rowDate(run.completed_at),
  agent_id: run.agent_id,
  conversation_id: run.conversation_id,
  base_template_id: null,
  background: run.background,
  metadata: run.metadata_,
  request_config: run.request_config,
  stop_reason: run.stop_reason,
  callback_url: null,
  callback_sent_at: null,
  callback_status_code: null,
  callback_error: null,
  ttft_ns: run.ttft_ns,
  total_duration_ns: run.total_duration_ns,
});
