import type { JSX } from "preact";
import type { BoundInsight, HiddenInsight, TurnInsight } from "../../protocol/insight.ts";
import type { Skin } from "../frame/skin.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { ago, fullTime } from "../pieces/time.ts";

interface BindingProps {
  readonly bound: BoundInsight;
  /** What it is called. */
  readonly place: string;
  readonly look: Skin;
}

/** Who answers in the open place, from whose memory, and under which ids Letta knows that. */
export function Binding({ bound, place, look }: BindingProps): JSX.Element {
  const { persona, scope, badge, meaning, agentId, conversationId, since } = bound;
  const sharedBy = {
    workspace: `all of this ${look.community}`,
    person: "nobody but you",
    global: "everybody, everywhere",
    group: meaning.replace(/^shared by /, ""),
  }[scope];
  return (
    <section class="binding" aria-label="Binding">
      <div class="persona">
        <Avatar name={persona.name} url={persona.avatar} />
        <p>
          <b>{persona.name}</b> <code>{persona.key}</code>
          <br />
          <small>{persona.description}</small>
        </p>
      </div>
      <p class={`scope ${scope}`}>
        What it learns here is shared with{" "}
        <b>
          <span aria-hidden="true">{badge}</span> {sharedBy}
        </b>
        .
      </p>
      <dl class="facts">
        <dt>Place</dt>
        <dd>{place}</dd>
        <dt title="Has the memory">Agent</dt>
        <dd>
          <code>{agentId}</code>
        </dd>
        <dt title="Has what was said here">Conversation</dt>
        <dd>
          <code>{conversationId}</code>
        </dd>
        <dt>Bound</dt>
        <dd title={fullTime(since)}>{ago(since, Date.now())}</dd>
      </dl>
    </section>
  );
}

/** Somebody answers here, and what they remember is not for who looks. */
export function Hidden({ hidden: { persona, because } }: { readonly hidden: HiddenInsight }): JSX.Element {
  return (
    <section class="binding" aria-label="Binding">
      <div class="persona">
        <Avatar name={persona.name} url={persona.avatar} />
        <p>
          <b>{persona.name}</b>
          <br />
          <small>{persona.description}</small>
        </p>
      </div>
      <p class="scope person">
        <span aria-hidden="true">🔒</span> {because}
      </p>
    </section>
  );
}

/** While nobody is bound: the first turn has not come so far, or who answered is gone. */
export function Unbound({ turn }: { readonly turn: TurnInsight }): JSX.Element {
  return (
    <p class="unbound" role="status">
      {turn.askedAt === undefined
        ? `No conversation is bound here yet: it is made just before Letta is asked. The turn below ${stateOf(turn)}.`
        : "Who answered here is not there any more. Whoever is chosen next gets a conversation of their own."}
    </p>
  );
}

function stateOf({ state, endedAt }: TurnInsight): string {
  if (endedAt !== undefined) return "ended before that";
  return state === "waiting" ? "waits" : "is on its way there";
}
