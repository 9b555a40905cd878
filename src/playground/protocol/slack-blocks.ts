import type { Button, Checks, EmbedImage, Select, TextInput } from "./discord-components.ts";

/**
 * What a message, a form or a page of the bot's own is made of, on a platform whose messages are blocks. What the
 * page cannot draw is kept as `unknown`, so that it can say so.
 */
export type Block =
  | { readonly type: "rich"; readonly parts: readonly RichPart[] }
  | { readonly type: "markdown"; readonly text: string }
  | {
      readonly type: "section";
      readonly text: BlockText | undefined;
      readonly fields: readonly BlockText[];
      readonly accessory: Element | undefined;
    }
  | { readonly type: "header"; readonly text: string }
  | { readonly type: "context"; readonly parts: readonly (BlockText | ImageBlock)[] }
  | { readonly type: "actions"; readonly elements: readonly Element[] }
  | { readonly type: "divider" }
  | ImageBlock
  | Field
  | { readonly type: "table"; readonly rows: readonly (readonly Cell[])[] }
  | { readonly type: "alert"; readonly level: string; readonly text: BlockText }
  | Task
  | { readonly type: "plan"; readonly title: string; readonly tasks: readonly Task[] }
  | { readonly type: "unknown"; readonly name: string };

/** `marked`: with the platform's own marks, as `*bold*` and `<@U1>`. */
export interface BlockText {
  readonly type: "plain" | "marked";
  readonly text: string;
}

export interface ImageBlock extends EmbedImage {
  readonly type: "picture";
  readonly title: string | undefined;
}

/** Something to press, pick or fill in. */
export type Element =
  | BlockButton
  | Select
  | TextInput
  | Checks
  | ImageBlock
  /** A menu behind three dots: picking is pressing. */
  | { readonly type: "overflow"; readonly customId: string; readonly options: Select["options"] }
  | {
      readonly type: "moment";
      readonly of: "date" | "time";
      readonly customId: string;
      readonly value: string;
    }
  | { readonly type: "unknown"; readonly name: string };

export interface BlockButton extends Button {
  /** Asked before it is pressed. */
  readonly confirm: Confirm | undefined;
}

export interface Confirm {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
}

/** A labelled field of a form. */
export interface Field {
  readonly type: "field";
  readonly id: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly optional: boolean;
  readonly element: Element;
}

export type Cell =
  | { readonly type: "rich"; readonly parts: readonly RichPart[] }
  | { readonly type: "plain"; readonly text: string };

/** A step of what an agent does, as it shows it. */
export interface Task {
  readonly type: "task";
  readonly id: string;
  readonly title: string;
  readonly state: "pending" | "in_progress" | "complete" | "error";
  readonly details: readonly RichPart[];
  readonly output: readonly RichPart[];
  readonly sources: readonly { readonly url: string; readonly text: string }[];
}

export type RichPart =
  | { readonly type: "words" | "quote"; readonly inline: readonly Inline[] }
  | { readonly type: "code"; readonly text: string }
  | {
      readonly type: "list";
      readonly ordered: boolean;
      readonly indent: number;
      readonly start: number;
      readonly items: readonly (readonly Inline[])[];
    };

export interface TextStyle {
  readonly bold?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly strike?: boolean | undefined;
  readonly code?: boolean | undefined;
}

export type Inline =
  | { readonly type: "text"; readonly text: string; readonly style: TextStyle }
  | { readonly type: "link"; readonly url: string; readonly text: string; readonly style: TextStyle }
  | { readonly type: "person" | "place" | "everyone"; readonly id: string }
  | { readonly type: "emoji"; readonly name: string };
