import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MemoryChange, TurnInsight } from "../../protocol/insight.ts";
import { counted } from "../pieces/counted.ts";
import { clockTime, duration, fullTime } from "../pieces/time.ts";
import { stepsOf } from "./timeline.ts";

const TICK_MS = 100;

interface TurnsProps {
  readonly turns: readonly TurnInsight[];
  readonly product: string;
  readonly persona: string;
}

/** What happens, as it happens: the newest turn step by step, the earlier ones folded away. */
export function Turns({ turns, ...names }: TurnsProps): JSX.Element {
  const [newest, ...earlier] = turns;
  return (
    <section aria-label="Turns">
      <h3>What happens</h3>
      {!newest && <p class="empty">Nothing since Rapport was started. Say something, and watch here.</p>}
      <ol class="turns">
        {newest && <Turn key={newest.id} turn={newest} open {...names} />}
        {earlier.map((turn) => (
          <Turn key={turn.id} turn={turn} {...names} />
        ))}
      </ol>
    </section>
  );
}

interface TurnProps extends Omit<TurnsProps, "turns"> {
  readonly turn: TurnInsight;
  readonly open?: boolean;
}

function Turn({ turn, open = false, product, persona }: TurnProps): JSX.Element {
  const isRunning = turn.endedAt === undefined;
  const now = useNow(isRunning);
  const steps = stepsOf({ turn, product, persona }, now);
  const begun = turn.acceptedAt ?? turn.startedAt;
  const state = turn.stopped ? "stopped" : turn.state === "running" ? "answering" : turn.state;
  return (
    <li class={isRunning ? "running" : ""}>
      <details open={open}>
        <summary class="turn-head">
          <span class={`state ${state}`}>{state}</span>
          <time title={fullTime(begun)}>{clockTime(begun)}</time>
          <b>{duration(Math.max(0, (turn.endedAt ?? now) - begun))}</b>
        </summary>
        <ol class="timeline" aria-live="off">
          {steps.map(({ key, title, says, ms, at, mood }) => (
            <li
              key={key}
              class={mood === "going on" ? "now" : mood}
              title={at === undefined ? undefined : fullTime(at)}
            >
              <b>{title}</b>
              {ms !== undefined && <span class="took">+{duration(ms)}</span>}
              {says && <small>{says}</small>}
              {key === "asked" && turn.runId && <code class="run">{turn.runId}</code>}
            </li>
          ))}
          {turn.changed && <Learnt changed={turn.changed} persona={persona} />}
        </ol>
      </details>
    </li>
  );
}

/** What the turn has left behind in the memory. */
function Learnt({
  changed,
  persona,
}: {
  readonly changed: MemoryChange;
  readonly persona: string;
}): JSX.Element {
  const { blocks, passages, messages } = changed;
  const learnt = [
    ...blocks.map(({ label }) => `wrote into ${label}`),
    ...(passages.length > 0 ? [`put ${counted(passages.length, "note")} aside`] : []),
  ];
  return (
    <li class="learnt">
      <b>Memory</b>
      <small>
        {learnt.length > 0 ? `${persona} ${learnt.join(" and ")}.` : "Nothing was noted for good."}
        {messages > 0 &&
          ` ${counted(messages, "more message")} ${messages === 1 ? "is" : "are"} in the context.`}
      </small>
    </li>
  );
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
