import { z } from "zod";
import { sentences } from "../sentences/sentences.ts";

/* What settings hold. The message of each says what it should be, and never what it is. */

const { kinds } = sentences.settings;

export const text = z.string().trim().min(1).optional();

export const address = z.url({ protocol: /^https?$/, error: kinds.webAddress }).optional();

/** TCP knows no higher one. */
const LAST_PORT = 65_535;
const LIMITED = kinds.portUpTo(LAST_PORT);
export const port = z.coerce.number(LIMITED).int(LIMITED).min(0, LIMITED).max(LAST_PORT, LIMITED);
/** For who has to be told it elsewhere, where 0 would mean any. */
export const knownPort = port.min(1, LIMITED);

const YES_OR_NO = ["true", "false"] as const;
export const yes = z.enum(YES_OR_NO, { error: kinds.oneOf(YES_OR_NO) }).transform((word) => word === "true");

/** What is sent in a header, which takes nothing else: a client's error about it would repeat it. */
export const key = z
  .string()
  .trim()
  .regex(/^[!-~]+$/, kinds.key);
