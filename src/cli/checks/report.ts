import { styleText } from "node:util";
import type { CheckResult } from "../../core/domain/check-result.ts";
import { sentences } from "../../sentences/sentences.ts";
import type { CheckReport } from "./run-check.ts";

const SIGNS = { ok: "✓", error: "✗", warning: "!", info: "·" } as const satisfies Record<
  CheckResult["state"],
  string
>;
const COLOURS = { ok: "green", error: "red", warning: "yellow", info: "gray" } as const satisfies Record<
  CheckResult["state"],
  string
>;
const NAME_WIDTH = 10;
/** Sign, name and the spaces around them. */
const INDENT = 4 + NAME_WIDTH;
const NARROWEST = 40;

export interface ReportStyle {
  readonly colours: boolean;
  /** Columns of the terminal; absent: lines are as long as they are. */
  readonly width: number | undefined;
}

/** One part, a line for each finding. */
export function lines({ name, findings }: CheckReport, { colours, width }: ReportStyle): string {
  const each = findings.map(({ state, text }, at) => {
    const sign = colours ? painted(COLOURS[state], SIGNS[state]) : SIGNS[state];
    const label = at > 0 ? " ".repeat(NAME_WIDTH) : name.padEnd(NAME_WIDTH);
    return `  ${sign} ${colours ? painted("bold", label) : label}${wrapped(text, width)}\n`;
  });
  return each.join("");
}

const painted = (format: Parameters<typeof styleText>[0], text: string) =>
  styleText(format, text, { validateStream: false });

/** The same for programs. What they read may grow, but what is there stays. */
export function asJson(examined: readonly CheckReport[]): string {
  return `${JSON.stringify({ healthy: isHealthy(examined), parts: examined }, undefined, 2)}\n`;
}

export const isHealthy = (examined: readonly CheckReport[]) => counted(examined, "error") === 0;

/** The last line: whether anything is to be done. */
export function verdict(examined: readonly CheckReport[]): string {
  return sentences.doctor.verdict({
    errors: counted(examined, "error"),
    warnings: counted(examined, "warning"),
  });
}

const counted = (examined: readonly CheckReport[], state: CheckResult["state"]) =>
  examined.flatMap(({ findings }) => findings).filter((result) => result.state === state).length;

function wrapped(text: string, width: number | undefined): string {
  const room = Math.max((width ?? Number.POSITIVE_INFINITY) - INDENT, NARROWEST);
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) rows.splice(-1, 1, `${last} ${word}`);
    else rows.push(word);
  }
  return rows.join(`\n${" ".repeat(INDENT)}`);
}
