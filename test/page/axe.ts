import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds in the window as it is, with what would show where. */
export async function findings(window: Page): Promise<string[]> {
  // Things that fade in have not their colours yet.
  await window.evaluate(
    "Promise.allSettled(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished))",
  );
  await window.evaluate(`${AXE};0`);
  const { violations }: AxeResults = await window.evaluate("axe.run()");
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}
