import { AppError } from "./errors.ts";
import type { TurnRecord } from "./turns.ts";

export const personaDeleted = ({ persona }: Pick<TurnRecord, "persona">) =>
  new AppError(
    "not_found",
    `\`${persona.key}\` was deleted before answering. Try again, and whoever is here now answers.`,
  );
