import type { JSX } from "preact";
import type { Block, Cell } from "../../protocol/slack-blocks.ts";
import { Markdown } from "../pieces/markdown.tsx";
import { Scroller } from "../pieces/scroller.tsx";
import { namesIn } from "../state/names.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { ElementView, type Surface } from "./element-view.tsx";
import { ImagePlaceholder } from "./image-placeholder.tsx";
import { RichView, TextView, withEmoji } from "./rich-view.tsx";
import { PlanView, TaskView } from "./task-view.tsx";

interface BlockProps {
  readonly block: Block;
  /** What the block stands on, and what using it does. */
  readonly surface: Surface;
}

/** One block of a message, a form or the app's own page. */
export function BlockView({ block, surface }: BlockProps): JSX.Element {
  switch (block.type) {
    case "rich":
      return <RichView parts={block.parts} />;
    case "markdown":
      return <MarkdownBlock text={block.text} />;
    case "section":
      return <Section block={block} surface={surface} />;
    case "header":
      return <h2 class="block-header">{withEmoji(block.text)}</h2>;
    case "context":
      return (
        <div class="block-context">
          {block.parts.map((part, index) =>
            part.type === "picture" ? (
              <ImagePlaceholder key={index} picture={part} />
            ) : (
              <TextView key={index} text={part} />
            ),
          )}
        </div>
      );
    case "actions":
      return (
        <div class="block-actions">
          {block.elements.map((element, index) => (
            <ElementView key={index} element={element} surface={surface} />
          ))}
        </div>
      );
    case "divider":
      return <hr class="block-divider" />;
    case "picture":
      return <ImagePlaceholder picture={block} />;
    case "table":
      return <Table rows={block.rows} />;
    case "alert":
      return (
        <div class={`block-alert ${block.level}`} role="note">
          <TextView text={block.text} />
        </div>
      );
    case "task":
      return <TaskView task={block} />;
    case "plan":
      return <PlanView title={block.title} tasks={block.tasks} />;
    case "field":
      // Only forms have fields, and draw them themselves.
      return <p class="unknown">{block.label}</p>;
    case "unknown":
      return <p class="unknown">The sandbox cannot draw a block of the type {block.name}.</p>;
    default:
      return block satisfies never;
  }
}

function MarkdownBlock({ text }: { readonly text: string }): JSX.Element {
  return <Markdown text={text} names={namesIn(useWorkspaceQuietly())} />;
}

interface SectionProps extends BlockProps {
  readonly block: Extract<Block, { type: "section" }>;
}

function Section({ block, surface }: SectionProps): JSX.Element {
  return (
    <div class="block-section">
      <div>
        {block.text && <TextView text={block.text} />}
        {block.fields.length > 0 && (
          <div class="block-fields">
            {block.fields.map((field, index) => (
              <TextView key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {block.accessory && <ElementView element={block.accessory} surface={surface} />}
    </div>
  );
}

function Table({ rows }: { readonly rows: readonly (readonly Cell[])[] }): JSX.Element {
  const [head = [], ...body] = rows;
  return (
    <Scroller class="table markdown" label={`Table of ${head.map(wordsIn).join(", ")}`}>
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index}>
                <CellView cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, rowIndex) => (
            <tr key={rowIndex}>
              {row.map((cell, index) => (
                <td key={index}>
                  <CellView cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

const wordsIn = (cell: Cell) =>
  cell.type === "plain"
    ? cell.text
    : cell.parts
        .flatMap((part) => (part.type === "words" ? part.inline : []))
        .map((inline) => ("text" in inline ? inline.text : ""))
        .join("");

const CellView = ({ cell }: { readonly cell: Cell }) =>
  cell.type === "rich" ? <RichView parts={cell.parts} /> : <span>{cell.text}</span>;
