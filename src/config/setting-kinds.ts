import { z } from "zod";

/* What settings hold. The message of each says what it should be, and never what it is. */

export const text = z.string().trim().min(1).optional();

export const address = z
  .url({ protocol: /^https?$/, error: "an address that begins with http:// or https://" })
  .optional();

export const port = z.coerce
  .number({ error: "a port number" })
  .int()
  .min(0)
  .max(65_535, "a port number up to 65535");

export const yes = z.enum(["true", "false"], { error: "true or false" }).transform((word) => word === "true");

/** What is sent in a header, which takes nothing else: a client's error about it would repeat it. */
export const key = z
  .string()
  .trim()
  .regex(/^[!-~]+$/, "a key of plain letters, digits and signs without blanks: copy it anew");
