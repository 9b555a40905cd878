import { figures, shown, table } from "./figures.ts";
import { addedTo, type Sample, type Sampled } from "./samples.ts";

/** What a figure is, which says how far it may move before it has become worse. */
export type Kind = "ms" | "tail" | "count" | "cpu" | "size" | "rate";
export interface Figure {
  readonly kind: Kind;
  readonly value: number;
}

const TIMES_HEAD = [
  ...["", "first p50", "p90", "p99", "whole p50", "p90", "p99"],
  ...["added: first p50", "p99", "last p50", "p99", "whole p50", "p99", "failed"],
];

/** All figures of a run, by name: printed as they come, and kept to be compared with. */
export class Results {
  readonly figures = new Map<string, Figure>();
  readonly #print: (line: string) => void;
  /** The rows that failed. */
  readonly failures: string[] = [];

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  say(line: string): void {
    this.#print(line);
  }

  set(name: string, kind: Kind, value: number): void {
    if (!Number.isNaN(value)) this.figures.set(name, { kind, value });
  }

  /** One row fails alone. */
  async try(what: string, measure: () => Promise<void>): Promise<void> {
    try {
      await measure();
    } catch (error) {
      this.fail(what, error);
    }
  }

  fail(what: string, error: unknown): void {
    this.failures.push(what);
    this.#print(`FAILED: ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** A table of times; what is added is counted pair by pair, over the first of them. */
  times(title: string, measured: ReadonlyMap<string, readonly Sampled[]>): void {
    const [alone = []] = measured.values();
    const rows = [...measured].map(([name, sampled]) => {
      const key = `${title}: ${name}`;
      const samples = sampled.filter(isSample);
      const added = sampled.flatMap((sample, index) => {
        const limit = alone[index];
        return isSample(sample) && limit && isSample(limit) ? [addedTo(limit, sample)] : [];
      });
      const failed = sampled.find((each) => !isSample(each));
      if (failed && !isSample(failed)) this.fail(key, failed.failed);
      const isLimit = sampled === alone;
      return [
        name,
        ...this.#cells(key, samples, ["firstMs", "wholeMs"], ["p50", "p90", "p99"]),
        ...(isLimit
          ? ["", "", "", "", "", ""]
          : this.#cells(`${key}, added`, added, ["firstMs", "lastMs", "wholeMs"], ["p50", "p99"])),
        String(sampled.length - samples.length || ""),
      ];
    });
    this.#print(`\n${title}, ms\n${table(TIMES_HEAD, rows)}`);
  }

  #cells(
    key: string,
    samples: readonly Sample[],
    which: readonly (keyof Sample)[],
    shares: readonly ("p50" | "p90" | "p99")[],
  ): readonly string[] {
    return which.flatMap((name) => {
      const of = figures(samples.map((sample) => sample[name]));
      return shares.map((share) => {
        this.set(`${key}, ${name} ${share}`, share === "p50" ? "ms" : "tail", of[share]);
        return shown(of[share]);
      });
    });
  }

  /** A table of other figures: a row for each name, a column for each of `columns`. */
  counts(
    title: string,
    columns: readonly (readonly [string, Kind])[],
    rows: ReadonlyMap<string, readonly number[]>,
  ): void {
    for (const [name, values] of rows)
      columns.forEach(([column, kind], index) => {
        this.set(`${title}: ${name}, ${column}`, kind, values[index] ?? Number.NaN);
      });
    const cells = [...rows].map(([name, values]) => [name, ...values.map(shown)]);
    this.#print(`\n${title}\n${table(["", ...columns.map(([column]) => column)], cells)}`);
  }
}

const isSample = (sampled: Sampled): sampled is Sample => "wholeMs" in sampled;
