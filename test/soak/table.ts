/** One thing that must not be, and how often it was. */
export interface VerdictLine {
  readonly name: string;
  readonly found: readonly string[] | number;
  /** It may be, and is counted. */
  readonly isAllowed?: boolean;
}

const SHOWN = 5;
const WIDTH = 160;

export const isGood = ({ found, isAllowed }: VerdictLine): boolean =>
  isAllowed === true || countOf(found) === 0;

export function tableOf(lines: readonly VerdictLine[]): string {
  const name = Math.max(...lines.map((line) => line.name.length));
  const count = Math.max(...lines.map(({ found }) => `${countOf(found)}`.length));
  return lines
    .flatMap((line) => [
      `  ${markOf(line)} ${line.name.padEnd(name)}  ${`${countOf(line.found)}`.padStart(count)}`,
      ...examplesOf(line).map((example) => `      ${example}`),
    ])
    .join("\n");
}

const countOf = (found: VerdictLine["found"]): number => (typeof found === "number" ? found : found.length);

const markOf = (line: VerdictLine): string => (line.isAllowed ? "·" : isGood(line) ? "✓" : "✗");

function examplesOf({ found }: VerdictLine): readonly string[] {
  if (typeof found === "number") return [];
  const shown = found.slice(0, SHOWN).map((each) => each.replace(/\s+/g, " ").slice(0, WIDTH));
  return found.length > SHOWN ? [...shown, `and ${found.length - SHOWN} more`] : shown;
}

/** `12 kills of the bot, 1 of Letta`, without what there was none of. */
export const listed = (counted: readonly (readonly [number, string])[]): string =>
  counted.flatMap(([count, what]) => (count > 0 ? [`${count.toLocaleString("en")} ${what}`] : [])).join(", ");
