import { recordTable } from "./records.ts";

/** How far each shard of Discord's gateway was heard, so that the next process goes on from there. */
export const gatewaySessions = recordTable("gateway");
