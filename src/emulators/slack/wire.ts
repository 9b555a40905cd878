/** A JSON object on its way out: what is undefined is omitted, as Slack omits it. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** By Slack's own types, and with what they do not know. */
export type Sent<Type> = Type & JsonObject;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function stringIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The text of a text object: `{ type: "plain_text", text }`. */
export function textIn(value: unknown): string | undefined {
  return isObject(value) ? stringIn(value.text) : undefined;
}
