/**
 * Regular expressions over what people, models and platforms write take linear time. Two judges, since each is blind
 * somewhere: recheck proves one search of a text, but not a global one that finds something everywhere;
 * eslint-plugin-regexp sees those, but not a loop behind two fixed characters (`!\[[^\]]*\]`).
 *
 * What both see wrongly is excepted where it stands: `eslint-disable-next-line -- why it is linear`.
 */

import { getStaticValue, ReferenceTracker } from "@eslint-community/eslint-utils";
import parser from "@typescript-eslint/parser";
import regexp from "eslint-plugin-regexp";

process.env.RECHECK_BACKEND = "pure";
const { checkSync } = await import("recheck");

/** The longest alternations take seconds; ESLint's cache keeps what was judged. */
const TIMEOUT_MS = 120_000;

/** What is wrong with a pattern; undefined when it is linear. */
const judged = new Map();
function fault(source, flags) {
  const key = `/${source}/${flags}`;
  if (!judged.has(key)) judged.set(key, judge(source, flags));
  return judged.get(key);
}

/**
 * Its search for a bad text is given a time, and on a busy machine may see one where there is none. The same search, with the
 * same seed, then tells: what it finds in quiet it finds each time.
 */
const TRIES = 3;

function judge(source, flags) {
  let verdict;
  for (let tries = 0; tries < TRIES; tries += 1) {
    verdict = checkSync(source, flags, { timeout: TIMEOUT_MS });
    if (verdict.status !== "vulnerable") break;
  }
  const { status, complexity, error } = verdict;
  if (status === "vulnerable") return `takes time of a ${complexity.summary}`;
  return status === "safe" ? undefined : `cannot be judged (${error?.kind}): write it more simply`;
}

const linear = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const look = (node, source, flags) => {
      const found = fault(source, flags);
      if (found) context.report({ node, message: `/${source}/${flags} ${found}` });
    };
    return {
      Literal(node) {
        if (node.regex) look(node, node.regex.pattern, node.regex.flags);
      },
      Program(program) {
        const tracker = new ReferenceTracker(context.sourceCode.getScope(program));
        const calls = { [ReferenceTracker.CALL]: true, [ReferenceTracker.CONSTRUCT]: true };
        for (const { node } of tracker.iterateGlobalReferences({ RegExp: calls })) {
          const scope = context.sourceCode.getScope(node);
          const [source, flags] = node.arguments.map((argument) => getStaticValue(argument, scope)?.value);
          if (typeof source === "string") look(node, source, String(flags ?? ""));
          else context.report({ node, message: "A pattern that is only known when it runs is not judged." });
        }
      },
    };
  },
};

export default [
  {
    files: ["src/**/*.{ts,tsx}", "commands/**/*.ts"],
    languageOptions: { parser, globals: { RegExp: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { regexp, text: { meta: { name: "text", version: "1" }, rules: { linear } } },
    rules: {
      "text/linear": "error",
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": [
        "error",
        { report: "potential", ignorePartial: false, ignoreSticky: false },
      ],
    },
  },
];
