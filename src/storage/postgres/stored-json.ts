/**
 * JSON that PostgreSQL takes: jsonb and text refuse NUL, and jsonb half of a surrogate pair, which cutting a string
 * inside an emoji leaves behind. Keys of objects are cleaned as well.
 */
export function storedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "string") return storedText(part);
    return isPlainObject(part) ? withCleanKeys(part) : part;
  });
}

export function storedText(text: string): string {
  // With the u flag a surrogate that has its other half is no \p{Cs}.
  return text.replace(/\p{Cs}/gu, "\uFFFD").replaceAll("\0", "");
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withCleanKeys(object: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(object).every((key) => storedText(key) === key)) return object;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [storedText(key), value]));
}
