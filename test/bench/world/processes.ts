import { readdirSync, readFileSync } from "node:fs";
import { systemClock } from "@rapport/testing";

/** Of Linux: `getconf CLK_TCK` has been 100 there for as long as there is /proc. */
const MS_PER_TICK = 10;
const KB_PER_MB = 1_024;

interface ProcessTimes {
  readonly parent: number;
  readonly ownMs: number;
  /** Of its children that have ended. */
  readonly endedMs: number;
}

/** Undefined for a process that is gone, and on systems without /proc. */
function timesOf(pid: number): ProcessTimes | undefined {
  try {
    // The name stands in brackets and may hold anything; after it come state, parent and so on (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const ticks = (index: number) => Number(fields[index]) * MS_PER_TICK;
    return { parent: Number(fields[1]), ownMs: ticks(11) + ticks(12), endedMs: ticks(13) + ticks(14) };
  } catch {
    return undefined;
  }
}

/** The processor time that a process and its children have used; NaN where nobody tells. */
export function cpuMs(pid: number): number {
  const own = timesOf(pid);
  if (!own) return Number.NaN;
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => timesOf(Number(name)))
    .filter((times) => times?.parent === pid);
  return children.reduce((sum, times) => sum + (times?.ownMs ?? 0), own.ownMs + own.endedMs);
}

/** What a process holds of the machine's memory; NaN where nobody tells. */
export function rssMb(pid: number): number {
  try {
    const { kb } = /^VmRSS:\s+(?<kb>\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.groups ?? {};
    return Number(kb) / KB_PER_MB;
  } catch {
    return Number.NaN;
  }
}

export const pause = (ms: number): Promise<void> => systemClock.sleep(ms, new AbortController().signal);
