const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export const clockTime = (at: number) => clock.format(at);
export const fullTime = (at: number) => exact.format(at);
export const dayName = (at: number) => day.format(at);
export const isSameDay = (left: number, right: number) => dayName(left) === dayName(right);

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** "3 minutes ago", "in 2 days". */
export function ago(at: number, now: number): string {
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(now - at) >= size) ?? ["second", 1_000];
  return relative.format(Math.round((at - now) / ms), unit);
}

/** "0.34 s", "12 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
