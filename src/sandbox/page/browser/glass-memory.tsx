import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import type { BlockInsight } from "../inspector.ts";
import type { Insight } from "../protocol.ts";
import { Scroller } from "./scroller.tsx";
import { ago, fullTime } from "./time.ts";

/** The five layers of a persona's memory. */
export function Memory({ insight }: { readonly insight: Insight }): JSX.Element {
  const { blocks, passages, recall, working, summary, systemPrompt } = insight;
  return (
    <section aria-label="Memory">
      <h3>Memory</h3>
      <Layer name="Blocks" note={`${blocks.length}, always before its eyes`} open>
        {blocks.map((block) => (
          <Block key={block.label} block={block} />
        ))}
        {blocks.length === 0 && <p class="empty">No blocks.</p>}
      </Layer>
      <Layer
        name="Archive"
        note={`${passages.length} ${passages.length === 1 ? "passage" : "passages"}, searched when needed`}
        open={passages.length > 0}
      >
        {passages.map(({ id, text, at }) => (
          <blockquote key={id}>
            {text}
            {at !== undefined && <small title={fullTime(at)}> {ago(at, Date.now())}</small>}
          </blockquote>
        ))}
        {passages.length === 0 && <p class="empty">Nothing was put aside yet. “Remember that …” does.</p>}
      </Layer>
      <Layer name="Recall" note={`${recall.count}${recall.more ? "+" : ""} messages kept`}>
        <p>Everything said with this agent stays searchable, also after it has left the working memory.</p>
      </Layer>
      <Layer name="Working memory" note={`${working.messages} messages in context`} open>
        <WindowMeter tokens={working.tokens} window={working.window} />
        {summary && (
          <>
            <h4>Summary of what came before</h4>
            <blockquote>{summary}</blockquote>
          </>
        )}
      </Layer>
      <Layer
        name="System prompt"
        note={systemPrompt ? `${systemPrompt.length} characters` : "made with the agent"}
      >
        {systemPrompt && (
          <Scroller class="prompt" label="System prompt">
            {systemPrompt}
          </Scroller>
        )}
      </Layer>
    </section>
  );
}

interface LayerProps {
  readonly name: string;
  readonly note: string;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}

function Layer({ name, note, open = false, children }: LayerProps): JSX.Element {
  return (
    <details class="layer" open={open}>
      <summary>
        <b>{name}</b> <small>{note}</small>
      </summary>
      {children}
    </details>
  );
}

/** A text that changed while one looked is a new element, which the style sheet marks. */
function Block({ block }: { readonly block: BlockInsight }): JSX.Element {
  const { label, value, limit, readOnly } = block;
  const first = useRef(value);
  return (
    <article class="block">
      <p>
        <code>{label}</code>
        {readOnly && <span class="tag">read-only</span>}
        <span class="spring" />
        <small>
          {value.length} / {limit}
        </small>
      </p>
      <div class={`block-value${value === first.current ? "" : " changed"}`} key={value}>
        {value || <span class="empty">empty</span>}
      </div>
    </article>
  );
}

function WindowMeter({
  tokens,
  window,
}: {
  readonly tokens: number | undefined;
  readonly window: number | undefined;
}): JSX.Element {
  if (tokens === undefined) return <p class="empty">How full its context is, is not known yet.</p>;
  if (window === undefined) return <p>{tokens.toLocaleString()} tokens</p>;
  return (
    <p class="meter">
      <meter value={tokens} max={window} aria-label="Context used" />
      <small>
        {tokens.toLocaleString()} of {window.toLocaleString()} tokens
      </small>
    </p>
  );
}
