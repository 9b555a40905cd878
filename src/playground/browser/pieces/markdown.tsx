import { type ComponentChildren, h, type JSX } from "preact";
import { useState } from "preact/hooks";
import { parser, type Token } from "./markdown-rules.ts";
import { OutsideLink } from "./outside-link.tsx";
import { Scroller } from "./scroller.tsx";
import { ago, fullTime } from "./time.ts";

/** Who and what the ids in a text stand for. */
export interface Names {
  person(id: string): string | undefined;
  /** A place's name and where its link leads. */
  place(id: string): { readonly name: string; readonly href: string } | undefined;
}

/** Text drawn as elements, never as HTML. While a text grows its elements stay, so that a selection does too. */
export function Markdown({ text, names }: { readonly text: string; readonly names: Names }): JSX.Element {
  return <div class="markdown">{drawAll(parser.parse(text, {}), names)}</div>;
}

/** One line of it, without paragraphs. */
export function InlineMarkdown({
  text,
  names,
}: {
  readonly text: string;
  readonly names: Names;
}): JSX.Element {
  return <>{drawAll(parser.parseInline(text.replaceAll("\n", " "), {}), names)}</>;
}

/** Tokens come flat: what opens holds everything up to where it closes. */
function drawAll(tokens: readonly Token[], names: Names): ComponentChildren[] {
  const drawn: ComponentChildren[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token) break;
    if (token.nesting === 1) {
      const end = closingOf(tokens, index);
      drawn.push(drawPair(token, drawAll(tokens.slice(index + 1, end), names)));
      index = end;
    } else drawn.push(drawSingle(token, names));
  }
  return drawn;
}

function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    depth += tokens[index]?.nesting ?? 0;
    if (depth === 0) return index;
  }
  return tokens.length;
}

const PLAIN_TAGS = new Set([
  "p",
  "em",
  "s",
  "blockquote",
  "ul",
  "li",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "thead",
  "tbody",
  "tr",
  "small",
]);

function drawPair(token: Token, inside: ComponentChildren): ComponentChildren {
  const { tag } = token;
  // A tight list's items are paragraphs in name only.
  if (token.hidden) return inside;
  if (tag === "strong") return token.markup === "__" ? <u>{inside}</u> : <strong>{inside}</strong>;
  if (tag === "a") return <OutsideLink href={String(token.attrGet("href") ?? "")}>{inside}</OutsideLink>;
  if (tag === "ol") return <ol start={Number(token.attrGet("start") ?? 1)}>{inside}</ol>;
  if (tag === "table") {
    return (
      <Scroller class="table" label="Table">
        <table>{inside}</table>
      </Scroller>
    );
  }
  if (tag === "th" || tag === "td") {
    const Tag = tag;
    return <Tag class={alignment(token)}>{inside}</Tag>;
  }
  if (/^h[4-6]$/.test(tag))
    return (
      <p>
        <strong>{inside}</strong>
      </p>
    );
  return PLAIN_TAGS.has(tag) ? h(tag, null, inside) : inside;
}

function alignment(token: Token): string | undefined {
  const style = String(token.attrGet("style") ?? "");
  return /center|right/.exec(style)?.[0];
}

function drawSingle(token: Token, names: Names): ComponentChildren {
  switch (token.type) {
    case "inline":
      return drawAll(token.children ?? [], names);
    case "softbreak":
    case "hardbreak":
      return <br />;
    case "hr":
      return <hr />;
    case "code_inline":
      return <code>{token.content}</code>;
    case "fence":
    case "code_block":
      return <CodeBlock language={token.info.trim().split(/\s/)[0] ?? ""} code={token.content} />;
    case "tag":
      return <Tag kind={token.markup} content={token.content} names={names} />;
    case "spoiler":
      return <Spoiler text={token.content} names={names} />;
    default:
      return token.content;
  }
}

function CodeBlock({ language, code }: { readonly language: string; readonly code: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <figure class="code">
      <figcaption>
        <span>{language || "text"}</span>
        <button type="button" class="quiet" onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </button>
      </figcaption>
      <Scroller class="code-lines" label={`Code, ${language || "text"}`}>
        <pre>
          <code>{code}</code>
        </pre>
      </Scroller>
    </figure>
  );
}

function Spoiler({ text, names }: { readonly text: string; readonly names: Names }): JSX.Element {
  const [open, setOpen] = useState(false);
  if (open)
    return (
      <span class="spoiler open">
        <InlineMarkdown text={text} names={names} />
      </span>
    );
  return (
    <button type="button" class="spoiler" aria-label="Show what is hidden" onClick={() => setOpen(true)}>
      {"\u2003".repeat(4)}
    </button>
  );
}

interface TagProps {
  readonly kind: string;
  readonly content: string;
  readonly names: Names;
}

function Tag({ kind, content, names }: TagProps): JSX.Element {
  if (kind === "@" || kind === "@!")
    return <span class="mention">@{names.person(content) ?? "someone"}</span>;
  if (kind === "@&") return <span class="mention">@role</span>;
  if (kind === "/") return <span class="mention">/{content.split(":")[0]}</span>;
  if (kind === "t:") return <TimeTag content={content} />;
  if (kind !== "#") return <span>:{content.split(":")[0]}:</span>;
  const place = names.place(content);
  // Discord knows no such ids.
  if (!place && !/^\d/.test(content)) return <span>{`<#${content}>`}</span>;
  return place ? (
    <a class="mention" href={place.href}>
      {place.name}
    </a>
  ) : (
    <span class="mention">#somewhere else</span>
  );
}

function TimeTag({ content }: { readonly content: string }): JSX.Element {
  const [seconds, style] = content.split(":");
  const at = Number(seconds) * 1000;
  if (Number.isNaN(at)) return <span>{content}</span>;
  return (
    <time class="moment" dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {style === "R" ? ago(at, Date.now()) : fullTime(at)}
    </time>
  );
}
