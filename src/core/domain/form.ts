/** Something to fill in: a modal where the platform has them. What is filled in comes back as a command. */
export interface Form {
  readonly title: string;
  /** What is written on the button that sends it, where a platform lets us say so; "Save" otherwise. */
  readonly submit?: string;
  /** The command that the filled-in fields are options of, with options that are settled already. */
  readonly command: CommandLine;
  readonly fields: readonly Field[];
}

/** A command as data: what a button or a form runs. Values become text in an id of at most 100 characters. */
export interface CommandLine {
  readonly name: string;
  readonly action?: string;
  readonly options?: Readonly<Record<string, string>>;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: "line" | "paragraph" | "choice";
  readonly value?: string;
  readonly placeholder?: string;
  readonly required: boolean;
  readonly maxLength?: number;
  readonly choices?: readonly Choice[];
}

export interface Choice {
  /** What people see, 1-100 characters. */
  readonly label: string;
  /** What the command gets, 1-100 characters. */
  readonly value: string;
}

/** The strictest platform's limits: Discord, Modal and Text Input in its component reference. */
export const FORM_LIMITS = { fields: 5, titleLength: 45, labelLength: 45, valueLength: 4_000 } as const;
