import { nothingToCancel } from "../http/errors.ts";
import { loadContext, storeStep } from "../messages/context.ts";
import { findAgent } from "../store/agents.ts";
import { ACTIVE, findRun, listRuns, type RunFilter, type RunRow, updateRun } from "../store/runs.ts";
import { denialMessages, pendingRequest } from "../turn/accept-input.ts";
import type { RouteServices } from "./route.ts";

const AT_MOST = 100;
const DENIAL = "Run was cancelled";

/** Cancels the active runs that fit; 409 when there are none. */
export async function cancelRuns(
  services: RouteServices,
  filter: Pick<RunFilter, "agentId" | "conversationId">,
  place: string,
): Promise<Record<string, string>> {
  const active = await listRuns(
    services.db,
    { ...filter, statuses: ACTIVE },
    { order: "desc", limit: AT_MOST, before: undefined, after: undefined },
  );
  if (active.length === 0) throw nothingToCancel(place);
  return await cancelEach(services, active);
}

/** Cancels runs by their ids, whatever their state; an unknown one has `failed`. */
export async function cancelNamed(
  services: RouteServices,
  runIds: readonly string[],
): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const id of runIds) {
    const run = await findRun(services.db, id).catch(() => undefined);
    if (run) Object.assign(results, await cancelEach(services, [run]));
    else results[id] = "failed";
  }
  return results;
}

async function cancelEach(services: RouteServices, runs: readonly RunRow[]): Promise<Record<string, string>> {
  for (const run of runs) {
    services.turns.requestCancel(run.id);
    if (ACTIVE.includes(run.status)) await markCancelled(services, run);
    else if (run.stop_reason === "requires_approval") await denyPending(services, run);
  }
  return Object.fromEntries(runs.map(({ id }) => [id, "cancelled"]));
}

async function markCancelled({ db, clock, changes }: RouteServices, run: RunRow): Promise<void> {
  const now = new Date(clock.now());
  await updateRun(db, {
    id: run.id,
    status: "cancelled",
    stop_reason: "cancelled",
    completed_at: now,
    updated_at: now,
  });
  changes.announce({ type: "run", agentId: run.agent_id, runId: run.id });
}

/** Clears a request in the default history. One in a conversation stays pending, as on the real server. */
async function denyPending(services: RouteServices, run: RunRow): Promise<void> {
  if (run.conversation_id !== null) return;
  const thread = { agentId: run.agent_id, conversationId: undefined };
  const context = await loadContext(services.db, thread);
  const request = pendingRequest(context);
  if (request?.run_id !== run.id) return;
  const agent = await findAgent(services.db, run.agent_id);
  const fresh = denialMessages({ workshop: services, agent, thread, runId: run.id, request, reason: DENIAL });
  await storeStep(services.db, thread, {
    fresh,
    context: [...context, ...fresh].map(({ id }) => id),
    at: services.clock.now(),
  });
}
