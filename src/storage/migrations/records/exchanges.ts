import { recordTable } from "./records.ts";

/** What the HTTP API was asked and answered; swept by its time, in ms since 1970. */
export const exchanges = `${recordTable("exchange")}
create index exchange_at on rapport.exchange(((value #>> '{value,at}')::bigint));`;
