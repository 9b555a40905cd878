import type { ComponentChildren, JSX } from "preact";
import { emojiOf } from "../../protocol/emoji.ts";
import type { BlockText, Inline, RichPart, TextStyle } from "../../protocol/slack-blocks.ts";
import type { Names } from "../pieces/markdown.tsx";
import { OutsideLink } from "../pieces/outside-link.tsx";
import { Scroller } from "../pieces/scroller.tsx";
import { namesIn } from "../state/names.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { readMrkdwn } from "./mrkdwn.ts";

/** Text of a block: plain, or with Slack's own marks. */
export function TextView({ text }: { readonly text: BlockText }): JSX.Element {
  if (text.type === "marked") return <RichView parts={readMrkdwn(text.text)} />;
  return <p class="plain-words">{withEmoji(text.text)}</p>;
}

/** Emoji stand in plain text by their names too. */
export const withEmoji = (text: string) =>
  text.replaceAll(/:([a-z0-9_+-]+):/g, (_all, name: string) => emojiOf(name));

/** Rich text, drawn as elements and never as HTML. */
export function RichView({ parts }: { readonly parts: readonly RichPart[] }): JSX.Element {
  const names = namesIn(useWorkspaceQuietly());
  return (
    <div class="markdown rich">
      {parts.map((part, index) => (
        <Part key={index} part={part} names={names} />
      ))}
    </div>
  );
}

function Part({ part, names }: { readonly part: RichPart; readonly names: Names }): JSX.Element {
  switch (part.type) {
    case "words":
      return <p>{drawn(part.inline, names)}</p>;
    case "quote":
      return (
        <blockquote>
          <p>{drawn(part.inline, names)}</p>
        </blockquote>
      );
    case "code":
      return (
        <Scroller class="code-lines" label="Code">
          <pre>
            <code>{part.text}</code>
          </pre>
        </Scroller>
      );
    case "list":
      return <List part={part} names={names} />;
    default:
      return part satisfies never;
  }
}

interface ListProps {
  readonly part: Extract<RichPart, { type: "list" }>;
  readonly names: Names;
}

function List({ part, names }: ListProps): JSX.Element {
  const items = part.items.map((inline, index) => <li key={index}>{drawn(inline, names)}</li>);
  const depth = `indent-${Math.min(part.indent, 4)}`;
  return part.ordered ? (
    <ol class={depth} start={part.start}>
      {items}
    </ol>
  ) : (
    <ul class={depth}>{items}</ul>
  );
}

const drawn = (inline: readonly Inline[], names: Names) =>
  inline.map((one, index) => <InlineView key={index} inline={one} names={names} />);

function InlineView({ inline, names }: { readonly inline: Inline; readonly names: Names }): JSX.Element {
  switch (inline.type) {
    case "text":
      return styled(broken(inline.text), inline.style);
    case "link":
      return styled(<OutsideLink href={inline.url}>{inline.text}</OutsideLink>, inline.style);
    case "person":
      return <span class="mention">@{names.person(inline.id) ?? "someone"}</span>;
    case "place": {
      const place = names.place(inline.id);
      return place ? (
        <a class="mention" href={place.href}>
          {place.name}
        </a>
      ) : (
        <span class="mention">#somewhere else</span>
      );
    }
    case "everyone":
      return <span class="mention">@{inline.id}</span>;
    case "emoji":
      return <span class="emoji-mark">{emojiOf(inline.name)}</span>;
    default:
      return inline satisfies never;
  }
}

function broken(text: string): ComponentChildren {
  return text.split("\n").flatMap((line, index) => (index === 0 ? [line] : [<br key={index} />, line]));
}

function styled(text: ComponentChildren, { bold, italic, strike, code }: TextStyle): JSX.Element {
  let drawn = <>{text}</>;
  if (code) drawn = <code>{drawn}</code>;
  if (strike) drawn = <s>{drawn}</s>;
  if (italic) drawn = <em>{drawn}</em>;
  if (bold) drawn = <strong>{drawn}</strong>;
  return drawn;
}
