import type { ToolProgress } from "../../../core/domain/tool-progress.ts";

/** A step as a card in a stream; the same id changes the card. */
interface Task {
  readonly type: "task_update";
  readonly id: string;
  readonly title: string;
  readonly status: "in_progress" | "complete";
}

/** What a call adds to a stream: cards of what was done, the text that it led to, and the card of what goes on. */
export function chunksOf(
  before: readonly ToolProgress[],
  now: readonly ToolProgress[],
  text: string,
): readonly object[] {
  const changed = now.map(taskOf).filter(({ status }, index) => status !== statusOf(before[index]));
  const done = changed.filter(({ status }) => status === "complete");
  const running = changed.filter(({ status }) => status === "in_progress");
  return [...done, ...(text === "" ? [] : [{ type: "markdown_text", text }]), ...running];
}

const taskOf = (step: ToolProgress, index: number): Task => ({
  type: "task_update",
  id: `step-${index + 1}`,
  title: step.title,
  status: statusOf(step) ?? "in_progress",
});

function statusOf(step: ToolProgress | undefined): Task["status"] | undefined {
  if (step === undefined) return undefined;
  return step.state === "running" ? "in_progress" : "complete";
}
