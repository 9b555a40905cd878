/** How a persona says the little that rules can say. `name` is ", Alice", or nothing for somebody without a name. */
export interface Voice {
  /** Words of a persona's instructions that fit this voice: all of them are counted. */
  readonly fits: RegExp;
  noted(name: string, what: string): string;
  corrected(name: string, what: string, was: string): string;
  known(name: string, what: string): string;
  forgotten(name: string, what: string): string;
  noSuchNote(name: string): string;
  recalled(name: string, what: string): string;
  listed(name: string): string;
  nothingYet(name: string): string;
  noNoteOf(name: string, what: string): string;
  hello(name: string, persona: string): string;
  wellBeing(name: string): string;
  welcome(name: string): string;
  farewell(name: string): string;
  beyond(name: string): string;
  heard(name: string): string;
  poem(topic: string): readonly string[];
}
