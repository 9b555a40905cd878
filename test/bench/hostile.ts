import { performance } from "node:perf_hooks";
import { hostileTexts } from "../harness/tools/hostile-texts.ts";
import { textReaders } from "../harness/tools/text-readers.ts";
import { type Figures, figures } from "./figures.ts";

/** What one reader takes for each hostile text of this length, and how its slowest grew from half of it. */
export function hostileFigures(length: number): readonly (readonly [string, Figures])[] {
  const whole = [...hostileTexts(length)];
  const half = hostileTexts(length / 2);
  return Object.entries(textReaders).map(([name, read]) => {
    const took = whole.map(([kind, text]) => ({ kind, ms: best(() => read(text)) }));
    const slowest = took.toSorted((a, b) => b.ms - a.ms)[0];
    const before = slowest && best(() => read(half.get(slowest.kind) ?? ""));
    const growth = slowest && before ? (slowest.ms / before).toFixed(1) : "?";
    return [`${name} (×${growth})`, figures(took.map(({ ms }) => ms))] as const;
  });
}

/** Of three: the machine has other things to do too. */
function best(work: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}
