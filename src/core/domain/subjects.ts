import type { Subject } from "./stored-records.ts";

/** Somebody or something that a platform knows in a tenant. */
export interface KnownSubject extends Subject {
  /** Other names, and how a message mentions it in the platform's own notation. */
  readonly also: readonly string[];
}

const SUGGESTED = 25;

const plain = (text: string) => text.trim().replace(/^[@#]/, "").toLowerCase();

const namesOf = ({ id, name, also }: KnownSubject) => [id, name, ...also].map(plain);

/** What somebody names, exactly. */
export const subjectsNamed = (all: readonly KnownSubject[], typed: string): readonly Subject[] =>
  all.filter((each) => namesOf(each).includes(plain(typed))).map(bare);

/** What it may become, while it is typed. */
export const subjectsLike = (all: readonly KnownSubject[], typed: string): readonly Subject[] =>
  all
    .filter((each) => namesOf(each).some((name) => name.startsWith(plain(typed))))
    .slice(0, SUGGESTED)
    .map(bare);

const bare = ({ kind, id, name }: KnownSubject): Subject => ({ kind, id, name });
