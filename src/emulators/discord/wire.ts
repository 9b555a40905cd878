/** A JSON object on its way out: what is undefined is omitted, as Discord omits it. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** By Discord's own types, and with what they do not know or leave to others. */
export type Sent<Type> = Type & JsonObject;

/** Not one of them: the types of Discord's flags have no name for that. */
export const NO_FLAGS: number = 0;

export function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
