import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { TurnInsight } from "../inspector.ts";
import { clockTime, duration, fullTime } from "./time.ts";

const SHOWN = 8;
const TICK_MS = 100;

export function Turns({ turns }: { readonly turns: readonly TurnInsight[] }): JSX.Element {
  return (
    <section aria-label="Turns">
      <h3>Turns</h3>
      {turns.length === 0 && <p class="empty">None yet.</p>}
      <ol class="turns">
        {turns.slice(0, SHOWN).map((turn) => (
          <Turn key={turn.id} turn={turn} />
        ))}
      </ol>
      {turns.length > SHOWN && <p class="empty">and {turns.length - SHOWN} earlier ones</p>}
    </section>
  );
}

function Turn({ turn }: { readonly turn: TurnInsight }): JSX.Element {
  const isRunning = turn.endedAt === undefined;
  const now = useNow(isRunning);
  const end = turn.endedAt ?? now;
  const steps = stepsOf(turn, end);
  return (
    <li class={isRunning ? "running" : ""}>
      <p class="turn-head">
        <span class={`state ${turn.stopped ? "stopped" : turn.state}`}>
          {turn.stopped ? "stopped" : turn.state}
        </span>
        <time title={fullTime(turn.startedAt)}>{clockTime(turn.startedAt)}</time>
        <b>{duration(Math.max(0, end - turn.startedAt))}</b>
      </p>
      <div class="bar" aria-hidden="true">
        {steps.map(({ name, ms }) => (
          <i key={name} class={name} style={{ flexGrow: ms }} />
        ))}
      </div>
      <p class="steps">
        {steps.map(({ name, title, ms }) => (
          <span key={name}>
            <i class={name} /> {title} {duration(ms)}
          </span>
        ))}
      </p>
      {turn.runId && (
        <p class="run">
          <code>{turn.runId}</code>
        </p>
      )}
    </li>
  );
}

interface Step {
  readonly name: "waited" | "thought" | "spoke";
  readonly title: string;
  readonly ms: number;
}

/** What the time went into: our queue, the model up to its first word, and the rest of the answer. */
function stepsOf({ startedAt, askedAt, firstWordAt }: TurnInsight, end: number): readonly Step[] {
  const asked = askedAt ?? end;
  const spoke = firstWordAt ?? end;
  const steps: Step[] = [
    { name: "waited", title: "to ask", ms: asked - startedAt },
    { name: "thought", title: "to first word", ms: spoke - asked },
    { name: "spoke", title: "answering", ms: end - spoke },
  ];
  return steps.filter(({ ms }) => ms > 0);
}

/** The time, going on while something runs. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
