import type { Person } from "../domain/model.ts";
import { truncate } from "../text/truncate.ts";
import { fromFirstVisible } from "../text/visible.ts";

const NAME_LENGTH = 40;

export function personName({ name }: Pick<Person, "name">): string {
  return truncate(fromFirstVisible(plain(name)), NAME_LENGTH) || "Somebody";
}

/** Without control characters, line breaks and brackets. */
export const plain = (text: string) =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}[\]]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
