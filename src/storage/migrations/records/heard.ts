import { recordTable } from "./records.ts";

/** How far a platform that replays nothing was heard, so that the next process looks back to there. */
export const heard = recordTable("heard");
