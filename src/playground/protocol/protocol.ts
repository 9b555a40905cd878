/**
 * What the page's server and its browser code say to each other, as plain JSON. Times are milliseconds since
 * 1970; ids are the platform's and opaque here. The sandbox holds one world for each platform: what is asked of
 * one has its key in the path (`/api/slack/overview`). All of them are told of on one line (`/api/changes`), since
 * a browser opens few lines to one address and every window needs one. What a platform does not have is left out.
 */

import type { Component, Embed } from "./discord-components.ts";
import type { PlaceInsight } from "./insight.ts";
import type { ReadBy } from "./readers.ts";
import type { Block } from "./slack-blocks.ts";

/** One of `GET /api/worlds`. */
export interface WorldSummary {
  /** Stands in the paths of what is asked of this world. */
  readonly key: string;
  readonly kind: "discord" | "slack";
  /** Of the server or workspace. */
  readonly name: string;
  /** Whether the bot is connected. */
  readonly connected: boolean;
  /** Of the whole installation, the same for every world. */
  readonly notices: readonly StartNotice[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Place {
  readonly id: string;
  readonly kind: "channel" | "thread" | "dm";
  readonly name: string;
  readonly topic: string | undefined;
  /** The channel that a thread belongs to. */
  readonly parentId: string | undefined;
  /** Who opened a thread. */
  readonly openedBy: string | undefined;
  /** Seen by those who were added, and by nobody else. */
  readonly private: boolean;
  readonly readBy?: ReadBy | undefined;
  /** People and bots of elsewhere who are in it. */
  readonly others?: readonly Person[] | undefined;
  readonly archived: boolean;
  readonly locked: boolean;
  readonly messageCount: number;
  readonly lastMessageId: string | undefined;
  /** Of a thread in which an agent is at work, or was. */
  readonly session?: Session | undefined;
  /** "is thinking …" under a thread, while it lasts. */
  readonly status?: StatusLine | undefined;
  /** What the bot proposes to say here. */
  readonly prompts?: Prompts | undefined;
}

interface Session {
  readonly state: "active" | "processing" | "suspended" | "closed";
  readonly title: string | undefined;
  /** The platform's own Stop button is there. */
  readonly canBeStopped: boolean;
}

interface StatusLine {
  readonly author: Author;
  readonly text: string;
  /** Shown in turn instead of the text. */
  readonly loading: readonly string[];
}

interface Prompts {
  readonly title: string | undefined;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl: string | undefined;
  /** Shown in place of a picture. */
  readonly emoji?: string | undefined;
  readonly bot: boolean;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly size: number;
  readonly contentType: string;
  readonly description: string | undefined;
}

interface Reaction {
  readonly emoji: string;
  readonly count: number;
  readonly mine: boolean;
}

export interface Message {
  readonly id: string;
  readonly placeId: string;
  readonly author: Author;
  readonly content: string;
  readonly createdAt: number;
  readonly editedAt: number | undefined;
  /** `note`: said by the platform itself, as that a thread was started. */
  readonly kind: "said" | "note";
  /** The bot has said that an answer will come. */
  readonly thinking: boolean;
  /** It did not come, and will not any more. */
  readonly unanswered: boolean;
  /** Only the person who looks can see it. */
  readonly ephemeral: boolean;
  readonly embeds: readonly Embed[];
  readonly components: readonly Component[];
  readonly attachments: readonly Attachment[];
  readonly reactions: readonly Reaction[];
  /** What it replies to; without `author` when that was deleted. */
  readonly replyTo: { readonly id: string; readonly author?: Author; readonly content?: string } | undefined;
  /** "Alice used /persona list": the command that it answers. */
  readonly origin: { readonly person: string; readonly name: string } | undefined;
  readonly threadId: string | undefined;
  /** Drawn instead of `content`, which is then only what notifications say. */
  readonly blocks?: readonly Block[] | undefined;
  /** Of the root of a thread. */
  readonly replies?: Replies | undefined;
  /** It comes bit by bit: is that going on, has it ended, or did it break off? */
  readonly stream?: "growing" | "ended" | "broken" | undefined;
  /** An answer in a thread that its author has sent to the channel too. */
  readonly alsoInChannel?: boolean | undefined;
}

interface Replies {
  readonly count: number;
  readonly latestAt: number | undefined;
  readonly authors: readonly Author[];
}

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

export interface CommandOption {
  readonly name: string;
  readonly description: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "user" | "channel";
  readonly required: boolean;
  readonly autocomplete: boolean;
  readonly choices: readonly Choice[];
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
}

/** Something that can be typed after a slash; a command with subcommands is one of these for each of them. */
export interface SlashCommand {
  readonly name: string;
  readonly subcommand: string | undefined;
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** Of a command that takes a line of text instead of options: what can stand there. */
  readonly usage?: string | undefined;
}

export interface Commands {
  readonly slash: readonly SlashCommand[];
  /** Names of what the menu of a message offers. */
  readonly message: readonly string[];
}

export interface StartNotice {
  readonly label: string;
  readonly value: string;
  /** False when it is emulated on this machine. */
  readonly real: boolean;
  /** The variable that makes it real. */
  readonly set?: string | undefined;
}

/** What the page knows when it opens, but for the messages. */
export interface Overview {
  readonly at: number;
  readonly viewer: Person;
  readonly people: readonly Person[];
  readonly bot: Person;
  readonly server: string;
  readonly places: readonly Place[];
  readonly notices: readonly StartNotice[];
  /** Whether the bot lets the page look behind the glass. */
  readonly inspected: boolean;
  /** Whether the bot is connected. */
  readonly connected: boolean;
  /** What the bot shows this person on the page that is its own. */
  readonly home?: Home | undefined;
}

/** A page of the bot's own for each person. */
export interface Home {
  readonly id: string;
  readonly blocks: readonly Block[];
}

export interface Talk {
  readonly at: number;
  readonly messages: readonly Message[];
  /** What is offered to this person in this place. */
  readonly commands: Commands;
}

/** A change with the key of its world, as `GET /api/changes` sends it. */
export type WorldChange = Change & { readonly world: string };

/**
 * What has changed. `at` numbers the changes of all worlds; whoever holds something newer than `at` keeps it. What
 * is gone is sent without a body.
 */
export type Change =
  | {
      readonly type: "message";
      readonly at: number;
      readonly placeId: string;
      readonly id: string;
      readonly message?: Message;
    }
  | { readonly type: "place"; readonly at: number; readonly id: string; readonly place?: Place }
  | {
      readonly type: "typing";
      readonly at: number;
      readonly placeId: string;
      readonly name: string;
      readonly until: number;
    }
  /** The commands were registered anew: what is offered must be asked for again. */
  | { readonly type: "commands"; readonly at: number }
  | { readonly type: "connected"; readonly at: number; readonly connected: boolean }
  | { readonly type: "insight"; readonly at: number; readonly placeId?: string }
  /** The form before this person is another one, or has changed, or was put away. */
  | { readonly type: "modal"; readonly at: number; readonly modal?: Modal }
  | { readonly type: "home"; readonly at: number; readonly home?: Home }
  /** The changes in between are no longer known: everything must be asked for again. */
  | { readonly type: "reset"; readonly at: number };

export interface Modal {
  /** Names the interaction that opened it. */
  readonly id: string;
  readonly title: string;
  readonly components: readonly Component[];
  /** What it is made of where the platform has blocks, instead of components. */
  readonly sheet?: Sheet | undefined;
}

/** A form of blocks. Others may lie below it. */
export interface Sheet {
  /** Tells one content of this form from the next. */
  readonly version: string;
  readonly blocks: readonly Block[];
  /** What the fields hold, by `Input.id`. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** The words on the buttons; without `submit` it can only be closed. */
  readonly submit: string | undefined;
  readonly close: string;
  /** How many forms are open, this one included. */
  readonly depth: number;
}

/** How an interaction went, as far as the person who began it is concerned. */
export type Outcome =
  | { readonly type: "done" }
  | { readonly type: "modal"; readonly modal: Modal }
  /** What is wrong with a form that was sent, by `Input.id`: it stays open. */
  | { readonly type: "invalid"; readonly errors: Readonly<Record<string, string>> }
  | { readonly type: "failed"; readonly reason: string };

export type Insight = PlaceInsight;
