import { sentences } from "../../sentences/sentences.ts";
import { type LimitServices, refuseTurn } from "../access/limits.ts";
import { mayManage } from "../access/owners.ts";
import { AppError } from "../domain/errors.ts";
import type { CommandEvent } from "../domain/model.ts";
import type { Action } from "./declaration.ts";

/** Asked before an action runs or opens its form. @throws {AppError} `forbidden` with who may do it */
export async function assertMayRun(
  services: LimitServices,
  { managersOnly, changes, asks, private: isPrivate }: Action,
  { author, place }: Pick<CommandEvent, "author" | "place">,
): Promise<void> {
  if (managersOnly && !mayManage(services, author))
    throw new AppError("forbidden", sentences.access.adminsOnly);
  // What they have in their direct messages is their own.
  if (changes && author.standing !== undefined && place.kind !== "direct")
    throw new AppError("forbidden", sentences.access.guestsChangeNothing);
  // All would read it, in the place of what they may not write.
  if (!isPrivate && author.readsOnly && place.kind !== "direct")
    throw new AppError("forbidden", sentences.access.writesNothing);
  const refused = asks ? await refuseTurn(services, place, author) : undefined;
  if (refused) throw new AppError("forbidden", refused.sentence);
}
