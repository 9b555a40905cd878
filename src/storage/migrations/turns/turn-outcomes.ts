/** What came of an answered turn; unknown of those that were answered before. */
export const turnOutcomes =
  "alter table rapport.turn add column outcome text check (outcome in ('complete', 'cut_short', 'stopped', 'empty'));";
