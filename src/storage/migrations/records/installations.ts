import { recordTable } from "./records.ts";

/** Where the app is installed, with its tokens there; each record is sealed. */
export const installations = recordTable("installation");
