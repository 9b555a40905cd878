import type { Logger } from "../core/ports/logger.ts";
import { slips } from "../core/text/edit-distance.ts";
import { sentences } from "../sentences/sentences.ts";

/** More of them, and another word is meant. */
const SLIPS_OF_LETTERS = 5;

/** What stands in a file of settings under a name that nobody reads, with the one that was meant. */
export interface Misnamed {
  readonly name: string;
  readonly meant: string;
}

/** Names that look like nothing of ours are somebody else's, and are left out. */
export function misnamedSettings(names: readonly string[], known: readonly string[]): readonly Misnamed[] {
  return names
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name.toUpperCase(), known);
      return meant === undefined ? [] : [{ name, meant }];
    });
}

/** A name that nobody reads is a setting that is not there. */
export function warnOfNames(misnamed: readonly Misnamed[], log: Logger): void {
  for (const each of misnamed)
    log.warn({ setting: each.name, meant: each.meant }, sentences.settings.misnamed(each));
}

function nearest(name: string, known: readonly string[]): string | undefined {
  return known
    .map((each) => ({ each, distance: slips(name, each) }))
    .filter(({ each, distance }) => isSlip(name, each, distance) || isSameWords(name, each))
    .toSorted((left, right) => left.distance - right.distance)[0]?.each;
}

const isSlip = (name: string, right: string, distance: number): boolean =>
  distance <= Math.max(1, Math.floor(right.length / SLIPS_OF_LETTERS)) && name.charAt(0) === right.charAt(0);

/** A word too many or too few: `DISCORD_BOT_TOKEN`, `LETTA_URL`. */
function isSameWords(name: string, right: string): boolean {
  const [given, wanted] = [name.split("_"), right.split("_")];
  const [fewer, more] = given.length < wanted.length ? [given, wanted] : [wanted, given];
  return fewer.length > 1 && more.length - fewer.length === 1 && fewer.every((word) => more.includes(word));
}
