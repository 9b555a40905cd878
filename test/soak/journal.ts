import { appendFileSync, writeFileSync } from "node:fs";

/** What happened in a soak, one JSON line each, in the file to which the bot logs too. */
export interface Journal {
  /** Undefined where nobody asked for it. */
  readonly file: string | undefined;
  note(what: string, details?: object): void;
}

export function openJournal(file: string | undefined): Journal {
  if (file !== undefined) writeFileSync(file, "");
  return {
    file,
    note(what, details = {}) {
      if (file === undefined) return;
      appendFileSync(file, `${JSON.stringify({ time: Date.now(), soak: what, ...details })}\n`);
    },
  };
}
