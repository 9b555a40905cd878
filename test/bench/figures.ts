export interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds, by nearest rank. */
export function figures(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const NAME_WIDTH = 46;

export function table(rows: readonly (readonly [string, Figures])[]): string {
  const cell = (value: number) => `${value.toFixed(1)} ms`.padStart(11);
  const head = `${"".padEnd(NAME_WIDTH)}${["p50", "p99", "max"].map((name) => name.padStart(11)).join("")}`;
  return [
    head,
    ...rows.map(
      ([name, { p50, p99, max }]) => `${name.padEnd(NAME_WIDTH)}${cell(p50)}${cell(p99)}${cell(max)}`,
    ),
  ].join("\n");
}
