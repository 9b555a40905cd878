/** A message that is deleted on its platform is looked for by its event's id alone. */
export const saidIndex =
  "create index turn_event on rapport.turn using gin (events jsonb_path_ops) where events <> '[]';";
