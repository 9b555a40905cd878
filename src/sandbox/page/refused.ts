import { DidNotRespond } from "../discord/interaction-view.ts";
import { NotPossible } from "../discord/person-commands.ts";
import { Refusal } from "../discord/refusal.ts";

/** A no that is meant for the person: from their client, or from the platform itself. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof NotPossible || error instanceof Refusal || error instanceof DidNotRespond;
}

export function isLate(error: unknown): boolean {
  return error instanceof DidNotRespond;
}
