import { sentences } from "../../sentences/sentences.ts";

/** What a tool does, for people: never its own name, nor what it was given. */
export type ToolActivity = keyof typeof sentences.agent.activities;

/** What a persona does on the way to its answer, in words for people. */
export interface ToolProgress {
  readonly title: string;
  readonly state: "running" | "done";
}

/** The steps after this tool began: what ran before is done, and the same again is one step. */
export function toolStarted(steps: readonly ToolProgress[], activity: ToolActivity): readonly ToolProgress[] {
  const title = sentences.agent.activities[activity];
  const last = steps.at(-1);
  const before = last?.title === title ? steps.slice(0, -1) : steps;
  return [...toolsDone(before), { title, state: "running" }];
}

export const toolsDone = (steps: readonly ToolProgress[]): readonly ToolProgress[] =>
  steps.some(({ state }) => state === "running")
    ? steps.map(({ title }) => ({ title, state: "done" }))
    : steps;
