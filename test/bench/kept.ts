import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { shown, table } from "./figures.ts";
import type { Figure, Kind } from "./results.ts";

const FILE = new URL("kept.json", import.meta.url);

const Kept = z.object({
  machine: z.string(),
  load: z.number(),
  figures: z.record(
    z.string(),
    z.object({ kind: z.enum(["ms", "tail", "count", "cpu", "size", "rate"]), value: z.number() }),
  ),
});
const All = z.record(z.string(), Kept);
type Kept = z.infer<typeof Kept>;

/** By how much a figure may be worse than the kept one: a share of it, and what a busy machine does to small ones. */
const MAY_MOVE: { readonly [K in Kind]: { readonly share: number; readonly plus: number } } = {
  ms: { share: 0.25, plus: 3 },
  tail: { share: 1, plus: 25 },
  count: { share: 0.05, plus: 0.3 },
  cpu: { share: 0.3, plus: 1 },
  size: { share: 0.1, plus: 5 },
  rate: { share: 0.2, plus: 1 },
};

/** The tables that were kept, by the mode of the bench. */
function readAll(): z.infer<typeof All> {
  return existsSync(FILE) ? All.parse(JSON.parse(readFileSync(FILE, "utf8"))) : {};
}

export function keep(mode: string, kept: Kept): void {
  writeFileSync(FILE, `${JSON.stringify({ ...readAll(), [mode]: rounded(kept) }, undefined, 1)}\n`);
}

function rounded(kept: Kept): Kept {
  const figures = Object.entries(kept.figures).map(
    ([name, { kind, value }]) => [name, { kind, value: Math.round(value * 100) / 100 }] as const,
  );
  return { ...kept, figures: Object.fromEntries(figures) };
}

/** What is worse now than in the kept table of this mode, for people to read; and how many figures were compared. */
export function compareWithKept(
  mode: string,
  now: { readonly machine: string; readonly figures: ReadonlyMap<string, Figure> },
): { readonly compared: number; readonly worse: number; readonly report: string } {
  const kept = readAll()[mode];
  if (!kept) return { compared: 0, worse: 0, report: `nothing is kept of ${mode}: run with --keep` };
  const shared = [...now.figures].flatMap(([name, { kind, value }]) => {
    const before = kept.figures[name]?.value;
    return before === undefined ? [] : [{ name, kind, value, before }];
  });
  const worse = shared.filter(({ kind, value, before }) => {
    const { share, plus } = MAY_MOVE[kind];
    const may = Math.abs(before) * share + plus;
    return kind === "rate" ? value < before - may : value > before + may;
  });
  const missing = Object.keys(kept.figures).filter((name) => !now.figures.has(name));
  const rows = worse.map(({ name, value, before }) => [name, shown(before), shown(value)]);
  const report = [
    kept.machine === now.machine
      ? ""
      : `kept on another machine: ${kept.machine}; this one: ${now.machine}\n`,
    `${shared.length} figures compared with the kept ones (load ${kept.load} then), ${worse.length} are worse`,
    ...(missing.length > 0 ? [`, ${missing.length} were not measured`] : []),
    worse.length > 0 ? `\n${table(["", "kept", "now"], rows)}` : "",
  ];
  return { compared: shared.length, worse: worse.length, report: report.join("") };
}
