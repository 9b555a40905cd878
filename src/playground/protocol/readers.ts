import { z } from "zod";

/*
 * Who reads a place, and what of that a person can change. A place says it in a line; the sheet behind that line is
 * asked for with `GET /api/<world>/readers/<place>`, and changed by the request `readers`.
 */

export interface ReadBy {
  /** Everybody of the server or workspace: what is learnt here is known in all such places. */
  readonly everyone: boolean;
  /** On a button: "Everyone", "@Staff", "3 people". */
  readonly short: string;
  readonly sentence: string;
}

export interface ReadersSheet {
  readonly sentence: string;
  readonly lists: readonly ReaderList[];
  /** What this person can make from here. */
  readonly offers: readonly ("private-thread" | "role")[];
}

interface ReaderList {
  readonly heading: string;
  readonly note?: string | undefined;
  readonly readers: readonly Reader[];
}

export interface Reader {
  readonly name: string;
  readonly note?: string | undefined;
  readonly isIn: boolean;
  /** What letting in or out is asked for with; absent where this person cannot. */
  readonly change?: ReaderChange | undefined;
}

const id = z.string().regex(/^[A-Z0-9]{1,24}$/);

export const readerChange = z.discriminatedUnion("what", [
  /** The place itself: open to everyone, or to those who are let in. */
  z.object({ what: z.literal("everyone") }),
  /** Who has this role sees the place. */
  z.object({ what: z.literal("role"), roleId: id }),
  /** This person has the role. */
  z.object({ what: z.literal("holder"), roleId: id, personId: id }),
  /** This person is in the place. */
  z.object({ what: z.literal("person"), personId: id }),
]);
export type ReaderChange = z.output<typeof readerChange>;
