import type { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** What an option takes, in words, where its schema says nothing better. */
export function optionRefusal(issue: Issue): string | undefined {
  const { refused } = sentences.options;
  if (issue.code === "invalid_type") return typeRefusal(issue.input, issue.expected);
  if (issue.code === "invalid_value") return refused.oneOf(issue.values.map(String));
  if (issue.code !== "too_big" && issue.code !== "too_small") return undefined;
  const isText = issue.origin === "string";
  if (issue.code === "too_big")
    return isText ? refused.charactersAtMost(issue.maximum) : refused.atMost(issue.maximum);
  if (isText && issue.minimum === 1) return refused.empty;
  return isText ? refused.charactersAtLeast(issue.minimum) : refused.atLeast(issue.minimum);
}

function typeRefusal(input: unknown, expected: string): string {
  const { refused } = sentences.options;
  if (input === undefined) return refused.missing;
  if (expected === "boolean") return refused.yesOrNo;
  return expected === "number" || expected === "int" ? refused.number : refused.text;
}
