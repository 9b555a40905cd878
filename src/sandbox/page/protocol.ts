/**
 * What the page's server and its browser code say to each other, as plain JSON. Times are milliseconds since
 * 1970; ids are the platform's and opaque here.
 */
import type { Component, Embed } from "./component.ts";
import type { PlaceInsight } from "./inspector.ts";

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
  readonly archived: boolean;
  readonly locked: boolean;
  readonly messageCount: number;
  readonly lastMessageId: string | undefined;
}

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl: string | undefined;
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
}

export interface Commands {
  readonly slash: readonly SlashCommand[];
  /** Names of what the menu of a message offers. */
  readonly message: readonly string[];
}

export interface Notice {
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
  readonly notices: readonly Notice[];
  /** Whether the bot lets the page look behind the glass. */
  readonly inspected: boolean;
  /** Whether the bot is connected. */
  readonly connected: boolean;
}

export interface Talk {
  readonly at: number;
  readonly messages: readonly Message[];
  /** What is offered to this person in this place. */
  readonly commands: Commands;
}

/**
 * What has changed. `at` numbers the changes; whoever holds something newer than `at` keeps it. What is gone
 * is sent without a body.
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
  /** The changes in between are no longer known: everything must be asked for again. */
  | { readonly type: "reset"; readonly at: number };

export interface Modal {
  /** Names the interaction that opened it. */
  readonly id: string;
  readonly title: string;
  readonly components: readonly Component[];
}

/** How an interaction went, as far as the person who began it is concerned. */
export type Outcome =
  | { readonly type: "done" }
  | { readonly type: "modal"; readonly modal: Modal }
  | { readonly type: "failed"; readonly reason: string };

export type Insight = PlaceInsight;
