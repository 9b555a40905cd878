import type { z } from "zod";
import type { ReplyTarget } from "../../../core/ports/platform.ts";

/** Something that happened, as the inbox takes it: the event, and where its answer goes. */
export interface Decoded<Event> {
  readonly event: Event;
  readonly target: ReplyTarget;
}

/** Reads and writes where an answer goes, as it lies in the database with the event: plain JSON of the platform's own. */
export function storedTarget<Schema extends z.ZodType<object>>(schema: Schema) {
  return {
    readTarget: (target: ReplyTarget): z.infer<Schema> => schema.parse(target),
    /** What is undefined is left out. */
    writeTarget: (target: z.infer<Schema>): ReplyTarget =>
      Object.fromEntries(
        Object.entries(target).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      ),
  };
}
