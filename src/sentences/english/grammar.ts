/** `1,234` */
export const figure = (value: number): string => value.toLocaleString("en");

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });

/** `Tuesday, 14:05 UTC`: where the reader is nobody knows. */
export const dayAndTime = (at: number): string =>
  `${WEEKDAY.format(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
