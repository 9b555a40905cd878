/*
 * A text of CommonMark as a tree. What is written between the marks is kept as it was written (`raw`), so that a part of
 * a text can be written again without changing any of it.
 */

export type Block = Paragraph | Heading | Fence | IndentedCode | Table | Quote | List | Rule | Definition;

interface Placed {
  /** Blank lines before it. */
  readonly gap: number;
}

export interface Paragraph extends Placed {
  readonly kind: "paragraph";
  /** Read when they are asked for, once: most of a long text is cut nowhere. */
  readonly inlines: () => readonly Inline[];
  readonly content: string;
  /** No marks are read in it. */
  readonly isPlain?: boolean;
}

export interface Heading extends Placed {
  readonly kind: "heading";
  readonly level: number;
  readonly inlines: () => readonly Inline[];
  readonly content: string;
}

export interface Fence extends Placed {
  readonly kind: "fence";
  readonly marker: string;
  readonly info: string;
  readonly lines: readonly string[];
  /** False where the text ended before it. */
  readonly isClosed: boolean;
}

export interface IndentedCode extends Placed {
  readonly kind: "code";
  readonly lines: readonly string[];
}

export interface Table extends Placed {
  readonly kind: "table";
  readonly aligns: readonly Align[];
  readonly head: Row;
  /** The line of dashes below the head, as it was written. */
  readonly ruler: string;
  readonly rows: readonly Row[];
}

export type Align = "left" | "right" | "center" | undefined;

export interface Row {
  readonly raw: string;
  readonly cells: readonly (readonly Inline[])[];
}

export interface Quote extends Placed {
  readonly kind: "quote";
  readonly blocks: readonly Block[];
}

export interface List extends Placed {
  readonly kind: "list";
  readonly items: readonly Item[];
}

export interface Item extends Placed {
  /** As it was written, with the blanks before and after it; its length is the indentation of what stands in the item. */
  readonly marker: string;
  readonly blocks: readonly Block[];
  /** It goes on from an earlier piece: its marker was shown there. */
  readonly isContinued: boolean;
}

interface Rule extends Placed {
  readonly kind: "rule";
  readonly raw: string;
}

/** Where a link by reference leads to; it is not shown. */
interface Definition extends Placed {
  readonly kind: "definition";
  readonly raw: string;
}

export type Inline = Leaf | Frame;

export type Leaf =
  /** With the ends of its lines. */
  | { readonly kind: "text"; readonly raw: string }
  /** An escape or an entity: what it stands for. */
  | { readonly kind: "special"; readonly raw: string; readonly text: string }
  | { readonly kind: "code"; readonly raw: string; readonly text: string }
  /** A line that ends in a backslash. */
  | { readonly kind: "break"; readonly raw: string }
  /** A platform's own notation for a person, a channel, an emoji, a time: never cut. */
  | { readonly kind: "notation"; readonly raw: string }
  | { readonly kind: "autolink"; readonly raw: string; readonly address: string }
  | { readonly kind: "image"; readonly raw: string; readonly alt: string; readonly address: string }
  /** A tag of HTML that has no other half, or needs none. */
  | { readonly kind: "tag"; readonly raw: string; readonly name: string };

export type Style = "strong" | "em" | "strike" | "spoiler" | "underline" | "keyboard" | "plain";

/** What stands between two marks. */
export type Frame =
  | {
      readonly kind: "style";
      readonly style: Style;
      readonly open: string;
      readonly close: string;
      readonly children: readonly Inline[];
    }
  | {
      readonly kind: "link";
      readonly address: string;
      readonly open: string;
      readonly close: string;
      readonly children: readonly Inline[];
    };

export const isFrame = (node: Inline): node is Frame => node.kind === "style" || node.kind === "link";
