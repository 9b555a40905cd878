import { z } from "zod";

/** Something stored that makes no sense. It must never look like something that is not there. */
class CorruptRecordError extends Error {
  override readonly name = "CorruptRecordError";
}

/** `what` names the table and the key; the value itself stays out of the message, and so out of the log. */
export function parseStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CorruptRecordError(`stored, but not readable: ${what}: ${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}
