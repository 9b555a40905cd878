/** How long a run has said nothing is counted over all processes that look at it: any of them may die before its end. */
export const quietRuns = "alter table rapport.turn add column quiet jsonb;";
