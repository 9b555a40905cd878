import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Those of the rules on by default that look at colours. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** The two schemes draw the same document: in the second only its colours are to be looked at. */
const SCHEMES: readonly (readonly ["light" | "dark", RunOptions])[] = [
  ["light", { resultTypes: ["violations"] }],
  ["dark", { resultTypes: ["violations"], runOnly: { type: "rule", values: OF_COLOURS } }],
];

/** What axe finds in the window as it is, in the light and in the dark, with what would show where. */
export async function findings(window: Page): Promise<string[]> {
  await window.evaluate(`typeof axe === "undefined" && (() => {${AXE}})()`);
  const found: string[] = [];
  for (const [colorScheme, options] of SCHEMES) {
    await window.emulateMedia({ colorScheme });
    // Things that fade in have not their colours yet.
    await window.evaluate(
      "Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished))",
    );
    const { violations }: AxeResults = await window.evaluate(`axe.run(${JSON.stringify(options)})`);
    for (const { id, impact, nodes } of violations) {
      const where = nodes.map(({ target }) => target.join(" ")).join(", ");
      found.push(`${colorScheme}: ${impact} ${id}: ${where}`);
    }
  }
  return found;
}
