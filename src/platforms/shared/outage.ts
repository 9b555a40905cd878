/** A platform could not be asked, or did not answer. */
export class Outage extends Error {
  override readonly name = "Outage";
  /** The request may have done its work all the same. */
  readonly mayHaveLanded: boolean;
  /** Nothing is asked before this time, in ms since 1970; undefined where that is not known. */
  readonly until: number | undefined;
  /** Until then it is longer than anybody waits in a chat. */
  readonly isLong: boolean;

  constructor(
    message: string,
    outage: {
      readonly mayHaveLanded: boolean;
      readonly until?: number | undefined;
      readonly isLong?: boolean;
    },
  ) {
    super(message);
    this.mayHaveLanded = outage.mayHaveLanded;
    this.until = outage.until;
    this.isLong = outage.isLong ?? false;
  }
}

/** Why a platform takes nothing for long; for people, and in doctor for who operates the bot. */
export const leftAlone = (platform: string, until = 0): string =>
  `${platform} takes no such requests from here until ${new Date(until).toISOString().slice(0, 16).replace("T", " ")} UTC. Try again then.`;
