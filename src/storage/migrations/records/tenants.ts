import { recordTable } from "./records.ts";

/** What managers settled for a whole tenant. */
export const tenants = recordTable("tenant");
