import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Insight, Place } from "../../protocol/protocol.ts";
import { SKINS } from "../frame/all-skins.ts";
import { Icon } from "../pieces/icon.tsx";
import { fullPlaceName } from "../state/names.ts";
import { RefusedAction } from "../state/wire.ts";
import { useWorkspace } from "../state/workspace-client.ts";
import { Binding, Hidden, Unbound } from "./binding.tsx";
import { Memory } from "./memory.tsx";
import { Switches } from "./switches.tsx";
import { Turns } from "./turns.tsx";

/** Behind the glass: what happens with people's words, who answers in the open place, and from what memory. */
export function InspectorPanel({
  place,
  onClose,
}: {
  readonly place: Place;
  readonly onClose: () => void;
}): JSX.Element {
  const { insight, trouble } = useInsight(place.id);
  const { state, world } = useWorkspace();
  const look = SKINS[world.kind];
  return (
    <aside class="glass" aria-label="Behind the glass">
      <header>
        <h2>Behind the glass</h2>
        <span class="tag">{fullPlaceName(state, place)}</span>
        <span class="spring" />
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="glass-inside">
        {trouble && <p class="refusal">{trouble}</p>}
        {insight && <Seen insight={insight} place={place} />}
        {insight === null && (
          <Beginning
            place={place}
            inspected={state.overview.inspected}
            bot={state.overview.bot.name}
            product={look.product}
          />
        )}
        {/* One for all places and states, so that it does not shut under somebody's hand. */}
        <Switches key="switches" isHidden={insight === undefined} />
        {insight && <Remembered insight={insight} />}
      </div>
    </aside>
  );
}

/** What stands behind a place in which somebody has talked to a persona. */
function Seen({ insight, place }: { readonly insight: Insight; readonly place: Place }): JSX.Element {
  const { state, world } = useWorkspace();
  const look = SKINS[world.kind];
  const { bound, hidden, turns } = insight;
  const [newest] = turns;
  return (
    <>
      {bound && <Binding bound={bound} place={fullPlaceName(state, place)} look={look} />}
      {hidden && <Hidden hidden={hidden} />}
      {!bound && !hidden && newest && <Unbound turn={newest} />}
      <Turns
        turns={turns}
        product={look.product}
        persona={(bound ?? hidden)?.persona.name ?? state.overview.bot.name}
      />
    </>
  );
}

function Remembered({ insight: { bound, turns } }: { readonly insight: Insight }): JSX.Element | null {
  if (!bound?.memory) return null;
  const changed = turns.find(({ endedAt }) => endedAt !== undefined)?.changed;
  return <Memory memory={bound.memory} at={bound.memoryAt} changed={changed} />;
}

interface BeginningProps {
  readonly place: Place;
  readonly inspected: boolean;
  readonly bot: string;
  readonly product: string;
}

/** What will be seen here, while there is nothing yet. */
function Beginning({ place, inspected, bot, product }: BeginningProps): JSX.Element {
  if (!inspected) return <p class="empty">The bot does not show what is behind the glass.</p>;
  return (
    <section aria-label="What will be here">
      <p>
        {place.kind === "channel"
          ? `No conversation is bound to this channel. Mention @${bot}: it opens a thread, and you see here what stands behind it.`
          : `No conversation is bound here yet. Say something to ${bot}, and watch.`}
      </p>
      <h3>What becomes of your words</h3>
      <ol class="explained">
        <li>Rapport stores your message, and only then tells {product} that it arrived.</li>
        <li>It asks Letta, once. Each thread is a conversation of its own there.</li>
        <li>The persona reads its notes, answers, and writes down what matters.</li>
        <li>The answer is painted into {product} while it grows.</li>
      </ol>
    </section>
  );
}

/** Asked again whenever something may have changed, one question at a time. */
function useInsight(placeId: string) {
  const workspace = useWorkspace();
  const [answer, setAnswer] = useState<{ readonly placeId: string; readonly insight: Insight | null }>();
  const [trouble, setTrouble] = useState<string>();
  const { insights } = workspace.state;
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
          setAnswer({ placeId: of, insight: await workspace.wire.insight(of) });
          setTrouble(undefined);
        } catch (error) {
          if (!(error instanceof RefusedAction)) throw error;
          setTrouble(error.message);
        }
      }
      asking.current = false;
    };
    void ask();
  }, [placeId, insights]);
  return { insight: answer?.placeId === placeId ? answer.insight : undefined, trouble };
}
