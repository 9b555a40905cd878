import { blankMessage, type Thread } from "../messages/context.ts";
import type { AgentRow } from "../store/agents.ts";
import type { MessageRow, StoredApproval, StoredToolReturn } from "../store/messages.ts";
import { runTool, type ToolServices, toolInput, toolReturnText } from "../tools/run-tool.ts";
import { inputFailure, pendingApproval } from "./failure.ts";
import { type Incoming, type IncomingApproval, isApproval, messageFrom } from "./input.ts";
import type { LiveRun } from "./live-run.ts";

/** How far back a second answer to the same request is recognised. */
const LOOK_BACK = 10;

/** What a second answer to a request becomes: the model is asked again, with this as what the person said. */
const KEEP_ALIVE =
  "<system-alert>Automated keep-alive ping. Ignore this message and continue from where you stopped." +
  "</system-alert>";

interface Place {
  readonly workshop: ToolServices;
  readonly agent: AgentRow;
  readonly thread: Thread;
  readonly run: LiveRun;
  readonly context: readonly MessageRow[];
}

export interface Accepted {
  /** The answer to an approval request and what its tools returned; stored whatever the model does next. */
  readonly resolved: readonly MessageRow[];
  /** What is stored with the first step. */
  readonly messages: readonly MessageRow[];
}

/** Turns what was sent into messages, or refuses it: only an approval may follow a request for one. */
export async function accept(sent: readonly Incoming[], place: Place): Promise<Accepted> {
  const [first, ...rest] = sent;
  const pending = pendingRequest(place.context);
  if (!first || !isApproval(first)) {
    if (pending) {
      throw pendingApproval(pending.id, { ofConversation: place.thread.conversationId !== undefined });
    }
    return { resolved: [], messages: sent.flatMap((incoming) => toMessage(incoming, place)) };
  }
  const riding = rest.flatMap((incoming) => toMessage(incoming, place));
  if (pending) return { resolved: await resolve(first, pending, place), messages: riding };
  if (!alreadyAnswered(first, place.context)) {
    throw inputFailure(
      "Cannot process approval response: No tool call is currently awaiting approval. " +
        "Please send a regular message to interact with the agent.",
    );
  }
  const ghost = () => toMessage({ role: "user", content: KEEP_ALIVE }, place);
  return { resolved: [], messages: riding.length > 0 ? riding : ghost() };
}

/** The unanswered request that a thread ends with. */
export function pendingRequest(context: readonly MessageRow[]): MessageRow | undefined {
  const last = context.at(-1);
  return last?.role === "approval" && last.tool_calls.length > 0 ? last : undefined;
}

function toMessage(
  incoming: Incoming,
  { thread, run, workshop: toolServices }: Place,
): readonly MessageRow[] {
  if (isApproval(incoming)) return [];
  return [messageFrom(incoming, { thread, runId: run.id, at: toolServices.clock.now() })];
}

async function resolve(
  answer: IncomingApproval,
  request: MessageRow,
  place: Place,
): Promise<readonly MessageRow[]> {
  const approvals = approvalsFor(answer, request);
  const expected = request.tool_calls.map(({ id }) => id);
  const received = approvals.map(({ tool_call_id }) => tool_call_id);
  if (expected.toSorted().join() !== received.toSorted().join()) {
    throw inputFailure(
      `Invalid tool call IDs. Expected '${pythonList(expected)}', but received '${pythonList(received)}'.`,
    );
  }
  const returns: StoredToolReturn[] = [];
  for (const call of request.tool_calls) {
    const approval = approvals.find(({ tool_call_id }) => tool_call_id === call.id);
    returns.push(await returnOf(call, approval, place));
  }
  return approvalMessages({ ...place, runId: place.run.id, request, approvals, returns });
}

/** Denies a request in a person's place, as cancelling its run does in the default history. */
export function denialMessages(
  place: Pick<Place, "workshop" | "agent" | "thread"> & {
    readonly runId: string;
    readonly request: MessageRow;
    readonly reason: string;
  },
): readonly MessageRow[] {
  const approvals = place.request.tool_calls.map(
    ({ id }): StoredApproval => ({
      type: "approval",
      tool_call_id: id,
      approve: false,
      reason: place.reason,
    }),
  );
  const returns = approvals.map((approval) => denied(approval.tool_call_id, approval.reason));
  return approvalMessages({ ...place, approvals, returns });
}

function approvalMessages(made: {
  readonly workshop: ToolServices;
  readonly agent: AgentRow;
  readonly thread: Thread;
  readonly runId: string;
  readonly request: MessageRow;
  readonly approvals: readonly StoredApproval[];
  readonly returns: readonly StoredToolReturn[];
}): readonly MessageRow[] {
  const at = made.workshop.clock.now();
  const model = made.agent.llm_config.model;
  const blank = (role: "approval" | "tool", text: string | undefined) => ({
    ...blankMessage(made.thread, { role, text, model, at }),
    run_id: made.runId,
    otid: crypto.randomUUID(),
  });
  const text = made.returns.map(({ func_response }) => func_response).join("\n");
  return [
    { ...blank("approval", undefined), approvals: [...made.approvals] },
    {
      ...blank("tool", text),
      name: made.request.tool_calls[0]?.function.name ?? null,
      step_id: made.request.step_id,
      tool_call_id: made.returns[0]?.tool_call_id ?? null,
      tool_returns: [...made.returns],
    },
  ];
}

/** Older clients answer the whole request by one flag. */
function approvalsFor(answer: IncomingApproval, request: MessageRow): readonly StoredApproval[] {
  if (answer.approvals) {
    return answer.approvals.map((approval) => ({ ...approval, reason: approval.reason ?? null }));
  }
  return request.tool_calls.map(({ id }) => ({
    type: "approval",
    tool_call_id: id,
    approve: answer.approve ?? false,
    reason: answer.reason ?? null,
  }));
}

async function returnOf(
  call: MessageRow["tool_calls"][number],
  approval: StoredApproval | undefined,
  { workshop: toolServices, agent }: Place,
): Promise<StoredToolReturn> {
  if (!approval?.approve) return denied(call.id, approval?.reason ?? null);
  const outcome = await runTool(toolServices, agent, {
    name: call.function.name,
    input: toolInput(call.function.arguments),
  });
  return { tool_call_id: call.id, status: outcome.status, func_response: toolReturnText(outcome) };
}

const denied = (tool_call_id: string, reason: string | null): StoredToolReturn => ({
  tool_call_id,
  status: "error",
  func_response: `Error: request to call tool denied. User reason: ${reason ?? "None"}`,
});

function alreadyAnswered({ approvals }: IncomingApproval, context: readonly MessageRow[]): boolean {
  const wanted = (approvals ?? []).map(({ tool_call_id }) => tool_call_id);
  if (wanted.length === 0) return false;
  return context.slice(-LOOK_BACK).some(({ tool_returns }) => {
    const returned = (tool_returns ?? []).map(({ tool_call_id }) => tool_call_id);
    return wanted.every((id) => returned.includes(id));
  });
}

const pythonList = (ids: readonly string[]): string => `[${ids.map((id) => `'${id}'`).join(", ")}]`;
