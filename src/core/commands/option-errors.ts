import type { z } from "zod";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** What an option takes, in words, where its schema says nothing better. */
export function optionRefusal(issue: Issue): string | undefined {
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return "is needed";
    if (issue.expected === "boolean") return "takes yes or no";
    return issue.expected === "number" || issue.expected === "int" ? "takes a number" : "takes text";
  }
  if (issue.code === "invalid_value")
    return `takes one of ${issue.values.map((value) => `\`${String(value)}\``).join(", ")}`;
  if (issue.code === "too_small" && issue.origin === "string" && issue.minimum === 1) return "is empty";
  if (issue.code === "too_big") return `takes at most ${amount(issue.origin, issue.maximum)}`;
  if (issue.code === "too_small") return `takes at least ${amount(issue.origin, issue.minimum)}`;
  return undefined;
}

const amount = (origin: string, most: number | bigint) =>
  `${most.toLocaleString("en")}${origin === "string" ? " characters" : ""}`;
