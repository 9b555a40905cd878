import type { JSX } from "preact";
import type { Task } from "../../protocol/slack-blocks.ts";
import { OutsideLink } from "../pieces/outside-link.tsx";
import { RichView } from "./rich-view.tsx";

const STATES = {
  pending: { mark: "○", words: "not begun" },
  in_progress: { mark: "", words: "being done" },
  complete: { mark: "✓", words: "done" },
  error: { mark: "✕", words: "failed" },
} as const satisfies Record<Task["state"], { readonly mark: string; readonly words: string }>;

/** A step of what an agent does. */
export function TaskView({ task }: { readonly task: Task }): JSX.Element {
  const { mark, words } = STATES[task.state];
  const hasMore = task.details.length + task.output.length + task.sources.length > 0;
  const face = (
    <>
      <span class={`task-mark ${task.state}`} aria-hidden="true">
        {mark}
      </span>
      <span class="task-title">{task.title}</span> <span class="hidden-words">({words})</span>
    </>
  );
  if (!hasMore) return <p class="task">{face}</p>;
  return (
    <details class="task">
      <summary>{face}</summary>
      <RichView parts={task.details} />
      <RichView parts={task.output} />
      {task.sources.length > 0 && (
        <ul class="task-sources">
          {task.sources.map(({ url, text }) => (
            <li key={url}>
              <OutsideLink href={url}>{text}</OutsideLink>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

/** Several steps under one title. */
export function PlanView({
  title,
  tasks,
}: {
  readonly title: string;
  readonly tasks: readonly Task[];
}): JSX.Element {
  return (
    <section class="plan" aria-label={title || "Plan"}>
      {title && <p class="plan-title">{title}</p>}
      {tasks.map((task) => (
        <TaskView key={task.id} task={task} />
      ))}
    </section>
  );
}
