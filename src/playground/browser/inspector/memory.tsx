import type { ComponentChildren, JSX } from "preact";
import type { BlockInsight, MemoryChange, MemoryInsight, PassageInsight } from "../../protocol/insight.ts";
import { counted } from "../pieces/counted.ts";
import { Scroller } from "../pieces/scroller.tsx";
import { ago, clockTime, fullTime } from "../pieces/time.ts";
import { wordDiff } from "./word-diff.ts";

interface MemoryProps {
  readonly memory: MemoryInsight;
  /** When it was so, if it cannot be asked for now. */
  readonly at: number | undefined;
  /** What the last turn has changed. */
  readonly changed: MemoryChange | undefined;
}

/** The five layers of a persona's memory, with what the last turn has changed marked. */
export function Memory({ memory, at, changed }: MemoryProps): JSX.Element {
  const { blocks, passages, recall, working, summary, systemPrompt } = memory;
  const changedBlocks = changed?.blocks.length ?? 0;
  return (
    <section aria-label="Memory">
      <h3>What it remembers</h3>
      {at !== undefined && <p class="stale">Letta cannot be asked now. This is from {clockTime(at)}.</p>}
      <Layer
        name="Working memory"
        note="What the model sees when it answers: this conversation, as far as it fits."
        mark={plus(changed?.messages, "message")}
        open
      >
        <p>
          {counted(working.messages, "message")} in context
          {changed?.tokens !== undefined && changed.tokens > 0 && (
            <small> · {counted(changed.tokens, "token")} more than before</small>
          )}
        </p>
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
        note={`Who the persona is. ${systemPrompt ? `${counted(systemPrompt.length, "character")}.` : "Shown to those who may edit it."}`}
      >
        {systemPrompt && (
          <Scroller class="prompt" label="System prompt">
            {systemPrompt}
          </Scroller>
        )}
      </Layer>
      <Layer
        name="Memory blocks"
        note="Notes that are always before its eyes, in every thread that shares this memory."
        mark={changedBlocks > 0 ? "changed" : undefined}
        open
      >
        {blocks.map((block) => (
          <Block
            key={block.label}
            block={block}
            before={
              changed?.blocks.find(({ label, after }) => label === block.label && after === block.value)
                ?.before
            }
          />
        ))}
        {blocks.length === 0 && <p class="empty">No blocks.</p>}
      </Layer>
      <Layer
        name="Recall"
        note={`Everything that was said, searchable. ${recallOf(recall)}.`}
        mark={plus(changed?.recall, "message")}
      >
        <p>It can look here for what has left the working memory.</p>
      </Layer>
      <Layer
        name="Archived memory"
        note={`Put aside, and searched when needed. ${counted(passages.length, "passage")}.`}
        mark={plus(changed?.passages.length, "passage")}
        open={passages.length > 0}
      >
        {passages.map((passage) => (
          <Passage
            key={passage.id}
            passage={passage}
            isNew={changed?.passages.some(({ id }) => id === passage.id) ?? false}
          />
        ))}
        {passages.length === 0 && <p class="empty">Nothing yet. “Remember that …” puts something here.</p>}
      </Layer>
    </section>
  );
}

const plus = (count: number | undefined, what: string) =>
  count && count > 0 ? `+${counted(count, what)}` : undefined;
/** Counted only so far, there are more. */
const recallOf = ({ count, more }: MemoryInsight["recall"]) =>
  more ? `${count.toLocaleString()}+ messages` : counted(count, "message");

interface LayerProps {
  readonly name: string;
  readonly note: string;
  /** What the last turn has done to it. */
  readonly mark?: string | undefined;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}

function Layer({ name, note, mark, open = false, children }: LayerProps): JSX.Element {
  return (
    <details class="layer" open={open}>
      <summary>
        <b>{name}</b>
        {mark && (
          <span class="mark" key={mark}>
            <span class="hidden-words">in the last turn </span>
            {mark}
          </span>
        )}
        <small>{note}</small>
      </summary>
      {children}
    </details>
  );
}

interface BlockProps {
  readonly block: BlockInsight;
  /** As it was before the last turn, if that has changed it. */
  readonly before: string | undefined;
}

function Block({ block, before }: BlockProps): JSX.Element {
  const { label, value, limit, readOnly } = block;
  return (
    <article class="block">
      <p>
        <code>{label}</code>
        {readOnly && <span class="tag">read-only</span>}
        <span class="spring" />
        <small>
          {value.length.toLocaleString()} / {limit.toLocaleString()}
        </small>
      </p>
      <Scroller
        class={`block-value${before === undefined ? "" : " changed"}`}
        label={`Block ${label}`}
        key={value}
      >
        {before === undefined ? (
          value || <span class="empty">empty</span>
        ) : (
          <Difference before={before} after={value} />
        )}
      </Scroller>
    </article>
  );
}

function Difference({ before, after }: { readonly before: string; readonly after: string }): JSX.Element {
  return (
    <>
      {wordDiff(before, after).map(({ kind, text }, index) => {
        if (kind === "new") return <ins key={index}>{text}</ins>;
        return kind === "gone" ? <del key={index}>{text}</del> : text;
      })}
    </>
  );
}

function Passage({
  passage,
  isNew,
}: {
  readonly passage: PassageInsight;
  readonly isNew: boolean;
}): JSX.Element {
  const { text, at } = passage;
  return (
    <blockquote>
      {isNew ? <ins>{text}</ins> : text}
      {at !== undefined && <small title={fullTime(at)}> {ago(at, Date.now())}</small>}
    </blockquote>
  );
}

interface WindowMeterProps {
  readonly tokens: number | undefined;
  readonly window: number | undefined;
}

function WindowMeter({ tokens, window }: WindowMeterProps): JSX.Element {
  if (tokens === undefined) return <p class="empty">How full its context is, is not known yet.</p>;
  if (window === undefined) return <p>{counted(tokens, "token")}</p>;
  return (
    <p class="meter">
      <meter value={tokens} max={window} aria-label="Context used" />
      <small>
        {tokens.toLocaleString()} of {window.toLocaleString()} tokens
      </small>
    </p>
  );
}
