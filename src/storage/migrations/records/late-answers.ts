import { recordTable } from "./records.ts";

/** Private answers that came too late, until the person's next command; swept by their time, in ms since 1970. */
export const lateAnswers = `${recordTable("late_answer")}
create index late_answer_at on rapport.late_answer(((value #>> '{value,at}')::bigint));`;
