import type { Clock, Faults, Persistence } from "@rapport/discord-emulator";

/*
 * What tests know of a chat platform: messages as people see them, and what people can do. Each platform's folder
 * beside this file says it of one emulator. Nothing here knows the bot that is tested.
 *
 * A place is named as people name a channel ("#general"), or by what `begins`, `dm` and links gave: nobody reads those.
 */

/** A message as a person sees it at one moment. */
export interface Shown {
  readonly id: string;
  readonly place: string;
  /** The name above it. */
  readonly author: string;
  readonly isBot: boolean;
  readonly text: string;
  /** Nobody else sees it. */
  readonly isPrivate: boolean;
  /** What can be pressed there, by its label; a platform's own Stop is called as the bot's is. */
  readonly buttons: readonly string[];
  /** `promised`: it only says that something will come. `growing`: more of it may come. */
  readonly state: "promised" | "growing" | "whole";
}

export interface ShownForm {
  readonly id: string;
  /** Where it was asked for. */
  readonly place: string;
  readonly title: string;
  readonly fields: readonly { readonly name: string; readonly value: string | undefined }[];
}

interface ShownFile {
  read(): Promise<string>;
}

export interface SentFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly contentType: string;
}

/** What somebody got for a command, a click or a filled-in form. */
export interface Received {
  /** Shown to them alone. */
  readonly isPrivate: boolean;
  readonly text: string;
  readonly message: Shown | undefined;
  readonly form: ShownForm | undefined;
  readonly files: readonly ShownFile[];
}

/** What they have got by now: nothing, perhaps. */
export type Awaited = () => Received | undefined;

export type Options = Readonly<Record<string, string | number | boolean>>;

/** What people can do on some platforms only. */
export interface Abilities {
  /** What is offered for an option of a command while it is typed. */
  complete(
    place: string,
    command: string,
    option: { readonly name: string; readonly typed: string },
  ): Promise<readonly { readonly name: string; readonly value: string | number }[]>;
  /** Nobody can write to them directly any more. */
  closeDms(): void;
  openPrivateThread(place: string, title: string): Promise<string>;
  /** Adds somebody to a thread, by their name. */
  letIn(thread: string, name: string): Promise<void>;
}

/** What one person can do, as the client of their platform lets them. */
export interface ClientDriver {
  /** Their direct messages with the bot. */
  dm(): Promise<string>;
  /** What they can see in a place, oldest first. */
  readMessages(place: string): readonly Shown[];
  say(place: string, text: string, files: readonly SentFile[]): Promise<Shown>;
  edit(message: Shown, text: string): Promise<void>;
  delete(message: Shown): Promise<void>;
  /** The thread below what somebody said, once it is there. */
  threadBelow(message: Shown): string | undefined;
  /** `persona use` with its options: as a slash command where there are such, else as text. */
  command(place: string, command: string, options: Options): Promise<Awaited>;
  press(message: Shown, label: string): Promise<Awaited>;
  submit(form: ShownForm, values: Readonly<Record<string, string>>): Promise<Awaited>;
  /** An entry of a message's own menu. */
  menu(message: Shown, entry: string): Promise<Awaited>;
  readonly abilities: Partial<Abilities>;
}

/** What a platform is started with. */
export interface ChatOptions {
  /** What the bot calls the platform, when something leads from there to this machine. */
  readonly address?: string;
  /** The system's, if nothing else is said. */
  readonly clock?: Clock;
  /** Where the platform finds itself as it was; it is new, if nothing else is said. */
  readonly persist?: Persistence;
  /** What the bot's button that stops an answer says: a message with such a button is still growing. */
  readonly stopLabel?: string;
}

/** A chat platform on this machine, with what tests need to know of it and can do to it. */
export interface Chat<Connection = unknown> {
  /** With "@" before it people call the bot. */
  readonly botName: string;
  /** What a bot needs to connect. */
  readonly connection: Connection;
  /** What goes wrong for the bot on demand. */
  readonly faults: Faults;
  /** Mistakes of the emulator itself. */
  readonly crashes: readonly unknown[];
  driver(name: string): ClientDriver;
  /** Another channel that everyone reads; on Slack one that the bot is no member of. */
  addQuietChannel(name: string): void;
  titleOf(thread: string): string | undefined;
  /** How a bot writes a link to a place. */
  linkTo(place: string): string;
  /** The place that a text of the bot links to. */
  linkedIn(text: string): string;
  /** The next thing that is said comes to the bot twice. */
  redeliverNext(): void;
  /** Nobody tells the bot of the next deletion and the next edit. */
  loseRevisions(): void;
  /** The bot's next message is taken, but the connection ends before the bot learns of it. */
  cutNextPost(by: "rst" | "fin"): void;
  /** The next file that the bot fetches does not come. */
  loseNextFile(): void;
  /** Breaks a connection by which the bot hears what is said. */
  dropConnection(): void;
  /** Nobody waits for limits that only a figure would reach. */
  switchLimitsOff(): void;
  onEvent(listener: () => void): () => void;
  stop(): Promise<void>;
}
