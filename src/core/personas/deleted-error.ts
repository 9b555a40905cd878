import { sentences } from "../../sentences/sentences.ts";
import { AppError } from "../domain/errors.ts";
import type { TurnRecord } from "../ports/turn-store.ts";

export const personaDeleted = ({ persona }: Pick<TurnRecord, "persona">) =>
  new AppError("not_found", sentences.turn.personaDeleted(persona.key));
