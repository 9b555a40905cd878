import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Insight, Place } from "../protocol.ts";
import { Avatar } from "./avatar.tsx";
import { Memory } from "./glass-memory.tsx";
import { Turns } from "./glass-turns.tsx";
import { Icon } from "./icon.tsx";
import { placeName } from "./names.ts";
import { useSandbox } from "./sandbox.ts";
import { ago, fullTime } from "./time.ts";
import { Refusal } from "./wire.ts";

/** Behind the glass: who answers in the open place, from what memory, and the turns as they happen. */
export function Glass({
  place,
  onClose,
}: {
  readonly place: Place;
  readonly onClose: () => void;
}): JSX.Element {
  const { insight, trouble } = useInsight(place.id);
  const { state } = useSandbox();
  return (
    <aside class="glass" aria-label="Behind the glass">
      <header>
        <h2>Behind the glass</h2>
        <span class="tag">{placeName(place)}</span>
        <span class="spring" />
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="glass-inside">
        {trouble && <p class="refusal">{trouble}</p>}
        {insight ? (
          <>
            <Binding insight={insight} />
            <Turns turns={insight.turns} />
            <Memory insight={insight} />
          </>
        ) : (
          insight === null && (
            <p class="empty">{nothingHere(place, state.overview.inspected, state.overview.bot.name)}</p>
          )
        )}
      </div>
    </aside>
  );
}

function nothingHere(place: Place, inspected: boolean, bot: string): string {
  if (!inspected) return "The bot does not show what is behind the glass.";
  if (place.kind === "channel") {
    return `No conversation is bound to this channel. Mention @${bot}: it opens a thread, and you see here what stands behind it.`;
  }
  return `No conversation is bound here yet. Say something to ${bot}, and you see here who answers, from which memory, and how long each step takes.`;
}

function Binding({ insight }: { readonly insight: Insight }): JSX.Element {
  const { persona, scope, badge, agentId, conversationId, boundSince } = insight;
  const shares = { workspace: "everybody on this server", person: "only you", global: "everywhere" }[scope];
  return (
    <section aria-label="Binding">
      <div class="persona">
        <Avatar name={persona.name} url={persona.avatar} />
        <p>
          <b>{persona.name}</b> <code>{persona.key}</code>
          <br />
          <small>{persona.description}</small>
        </p>
      </div>
      <dl class="facts">
        <dt>Shares memory with</dt>
        <dd>
          {badge} {shares}
        </dd>
        <dt>Agent</dt>
        <dd>{agentId ? <code>{agentId}</code> : "made at the first message"}</dd>
        <dt>Conversation</dt>
        <dd>{conversationId ? <code>{conversationId}</code> : "made at the first message"}</dd>
        {boundSince !== undefined && (
          <>
            <dt>Bound</dt>
            <dd title={fullTime(boundSince)}>{ago(boundSince, Date.now())}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Asked again whenever something may have changed, one question at a time. */
function useInsight(placeId: string) {
  const sandbox = useSandbox();
  const [answer, setAnswer] = useState<{ readonly placeId: string; readonly insight: Insight | null }>();
  const [trouble, setTrouble] = useState<string>();
  const { insights } = sandbox.state;
  const asking = useRef(false);
  const wanted = useRef("");
  useEffect(() => {
    wanted.current = `${placeId} ${insights}`;
    if (asking.current) return;
    const ask = async () => {
      asking.current = true;
      for (let asked = ""; asked !== wanted.current; ) {
        asked = wanted.current;
        const [of = ""] = asked.split(" ");
        try {
          setAnswer({ placeId: of, insight: await sandbox.wire.insight(of) });
          setTrouble(undefined);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          setTrouble(error.message);
        }
      }
      asking.current = false;
    };
    void ask();
  }, [placeId, insights]);
  return { insight: answer?.placeId === placeId ? answer.insight : undefined, trouble };
}
