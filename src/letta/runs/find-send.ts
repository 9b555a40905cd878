import type { SendStatus } from "../../core/ports/agent/runs.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { translateErrors } from "../connection.ts";
import { type ConversationRef, isSaid, rowsBackwards } from "../rows.ts";
import { withoutThoughts } from "../thoughts/thought-filter.ts";
import { type Frame, Run } from "../wire.ts";
import { otidWithoutImages } from "./outgoing.ts";

/** A turn of 50 steps, Letta's limit, makes about 150 rows; a few turns may have come after it. */
const PAGES = 4;
/** Letta ends every stream after so long. A run that looks older was lost in a crash and runs no more. */
const LONGEST_RUN_MS = 1_800_000;

/**
 * What became of a send, with its images or without. A row is stored when its step is complete, so a first step that still runs has left no
 * trace but its run: active runs are asked for first, then the rows, and a run that ends in between is seen twice
 * rather than never.
 */
export async function findSend(
  conversationRef: ConversationRef,
  otids: readonly string[],
  clock: Clock,
): Promise<SendStatus> {
  const active = await activeRuns(conversationRef, clock);
  const turn = await storedRows(conversationRef, otids);
  const id = turn?.find(({ run_id }) => run_id !== undefined)?.run_id;
  const run = id === undefined ? active[0] : active.find((each) => each.id === id);
  if (run) return { state: "running", run: run.id, rows: turn?.length ?? 0 };
  if (!turn) return { state: "no" };
  // Words that end a turn stand in a row of their own: with a call of a tool in it the turn went on.
  // A turn that did neither ended without a word.
  const last = turn.findLast(({ message_type }) => PERSONA_ROWS.has(message_type));
  const isCut = last !== undefined && !last.message_type.startsWith("assistant");
  return { state: "answered", text: textOf(turn), ...(isCut && { isCut }) };
}

/** What a persona says and does. */
const PERSONA_ROWS = new Set([
  "assistant_message",
  "tool_call_message",
  "tool_return_message",
  "approval_request_message",
]);

async function activeRuns(
  { client, agent, conversation }: ConversationRef,
  clock: Clock,
): Promise<readonly Run[]> {
  const query = { agent_id: agent, conversation_id: conversation, active: true, limit: 10 };
  const runs = await translateErrors(async () => Run.array().parse((await client.runs.list(query)).items));
  const isFresh = (since: string | undefined) => !since || clock.now() - Date.parse(since) < LONGEST_RUN_MS;
  return runs.filter(({ created_at }) => isFresh(created_at));
}

/** The rows that these messages began, with their images or without, oldest first, up to what somebody said in another run. */
export async function storedRows(
  conversationRef: ConversationRef,
  otids: readonly string[],
): Promise<readonly Frame[] | undefined> {
  const begin = new Set([...otids, ...otids.map(otidWithoutImages)]);
  const later: Frame[] = [];
  for await (const rows of rowsBackwards(conversationRef, { pages: PAGES })) {
    for (const row of rows) {
      if (row.otid !== undefined && begin.has(row.otid)) return rowsOfTurn(row, later.toReversed());
      later.push(row);
    }
  }
  return undefined;
}

function rowsOfTurn(first: Frame, rest: readonly Frame[]): readonly Frame[] {
  const isOfAnother = (row: Frame) =>
    isSaid(row) && (row.run_id === undefined || row.run_id !== first.run_id);
  const end = rest.findIndex(isOfAnother);
  return [first, ...(end < 0 ? rest : rest.slice(0, end))];
}

/** Joined as the stream would have joined it. */
function textOf(turn: readonly Frame[]): string {
  const messages: string[] = [];
  let last: string | undefined;
  for (const { message_type, id, content } of turn) {
    if (message_type !== "assistant_message" || !content) continue;
    const before = messages.length > 0 && id === last ? messages.pop() : undefined;
    messages.push(`${before ?? ""}${content}`);
    last = id;
  }
  return messages.map(withoutThoughts).filter(Boolean).join("\n\n");
}
