import { z } from "zod";

/** web-api sends forms in which objects and arrays are JSON strings, and everything else a string. */
function unpack(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

export const text = z.string();
export const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0"])])
  .transform((value) => value === true || value === "true" || value === "1");
export const count = z.coerce.number().int();

export function json<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(unpack, schema);
}

/** Read by somebody who knows better what to refuse it with. */
export const raw = json(z.unknown());

/** A list, given as JSON or with commas. */
export const names = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === "string" ? value.split(",").map((one) => one.trim()) : value));
