import type { MarkdownBlock, PlanBlock, TaskCardBlock } from "@slack/types";
import { richText } from "../messages/rich-text.ts";
import type { JsonObject, Sent } from "../wire.ts";
import type { StreamRecord, TaskRecord } from "../world/records.ts";

export function streamText(stream: StreamRecord): string {
  return stream.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** What a streamed message shows: its text as Markdown, and its tasks where they began or together as a plan. */
export function streamBlocks(stream: StreamRecord, blockId: string): JsonObject[] {
  const isPlan = stream.taskDisplayMode === "plan";
  const plan = {
    type: "plan",
    block_id: `${blockId}-plan`,
    title: stream.planTitle ?? "",
    tasks: stream.tasks.map((task) => taskCard(task, blockId)),
  } satisfies PlanBlock;
  const parts = stream.parts.flatMap((part, index): JsonObject[] => {
    if (part.type === "text") {
      return [{ type: "markdown", block_id: `${blockId}-${index}`, text: part.text } satisfies MarkdownBlock];
    }
    if (part.type === "blocks") return part.blocks;
    const task = stream.tasks.find(({ id }) => id === part.taskId);
    return task && !isPlan ? [taskCard(task, blockId)] : [];
  });
  return isPlan && (stream.tasks.length > 0 || stream.planTitle !== undefined) ? [plan, ...parts] : parts;
}

function taskCard(task: TaskRecord, blockId: string): Sent<TaskCardBlock> {
  const id = `${blockId}-${task.id}`;
  return {
    type: "task_card",
    block_id: id,
    task_id: task.id,
    title: task.title,
    status: task.status,
    ...(task.details && { details: richText(task.details, `${id}-details`) }),
    ...(task.output && { output: richText(task.output, `${id}-output`) }),
    ...(task.sources && { sources: task.sources.map((source) => ({ type: "url", ...source })) }),
  };
}
