import { recordTable } from "./records.ts";

/** What the admins were told, so that of several processes one tells it; swept by its time, in ms since 1970. */
export const alerts = recordTable("alert");
