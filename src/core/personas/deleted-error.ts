import { AppError } from "../domain/errors.ts";
import type { TurnRecord } from "../ports/turn-store.ts";

export const personaDeleted = ({ persona }: Pick<TurnRecord, "persona">) =>
  new AppError(
    "not_found",
    `\`${persona.key}\` was deleted before answering. Try again, and whoever is here now answers.`,
  );
