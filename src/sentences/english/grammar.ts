/** `1,234` */
export const figure = (value: number | bigint): string => value.toLocaleString("en");

/** `1 message`, `1,234 messages` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${figure(count)} ${many}`;

/** `a`, `a and b`, `a, b and c` */
export const listed = (all: readonly string[], joined = "and"): string =>
  all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${joined} ${all.at(-1)}`;

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });

/** `Tuesday, 14:05 UTC`: where the reader is nobody knows. */
export const dayAndTime = (at: number): string =>
  `${WEEKDAY.format(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;

/** `just now`, `5 minutes ago`, `3 days ago` */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${counted(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${counted(hours, "hour")} ago` : `${counted(Math.floor(hours / 24), "day")} ago`;
}
