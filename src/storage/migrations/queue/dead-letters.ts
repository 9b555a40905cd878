/** Whoever asks what became of an event asks by its id. */
export const deadLetters = "create index dead_letter_event on rapport.dead_letter(event_id);";
