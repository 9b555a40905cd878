import type { JSX } from "preact";
import type { Embed } from "../../protocol/discord-components.ts";
import { InlineMarkdown, Markdown, type Names } from "../pieces/markdown.tsx";
import { OutsideLink } from "../pieces/outside-link.tsx";

/** A card with a coloured edge. */
export function EmbedView({ embed, names }: { readonly embed: Embed; readonly names: Names }): JSX.Element {
  const { title, url, description, author, footer, fields } = embed;
  return (
    <section class="card" style={edge(embed.color)}>
      {author && <p class="card-author">{author}</p>}
      {title && (
        <p class="card-title">
          {url ? (
            <OutsideLink href={url}>{title}</OutsideLink>
          ) : (
            <InlineMarkdown text={title} names={names} />
          )}
        </p>
      )}
      {description && <Markdown text={description} names={names} />}
      {fields.length > 0 && (
        <dl class="card-fields">
          {fields.map((field, index) => (
            <div key={index} class={field.inline ? "inline" : ""}>
              <dt>
                <InlineMarkdown text={field.name} names={names} />
              </dt>
              <dd>
                <Markdown text={field.value} names={names} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {footer && <p class="card-footer">{footer}</p>}
    </section>
  );
}

/** The colour of a card's edge; the style sheet has one for those without. */
export function edge(color: number | undefined): { readonly borderInlineStartColor?: string } {
  return color ? { borderInlineStartColor: `#${color.toString(16).padStart(6, "0")}` } : {};
}
