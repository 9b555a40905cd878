import type { JSX } from "preact";
import type { Insight, Place } from "../protocol.ts";
import { Avatar } from "./avatar.tsx";
import type { Look } from "./look.ts";
import { placeName } from "./names.ts";
import { ago, fullTime } from "./time.ts";

interface BindingProps {
  readonly insight: Insight;
  readonly place: Place;
  readonly look: Look;
}

/** Who answers in the open place, from whose memory, and under which ids Letta knows that. */
export function Binding({ insight, place, look }: BindingProps): JSX.Element {
  const { persona, scope, badge, agentId, conversationId, boundSince } = insight;
  const sharedBy = {
    workspace: `everybody on this ${look.community}`,
    person: "only you",
    global: "everybody, everywhere",
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
        <dd>{placeName(place)}</dd>
        <dt title="Has the memory">Agent</dt>
        <dd>{agentId ? <code>{agentId}</code> : "made at the first message"}</dd>
        <dt title="Has what was said here">Conversation</dt>
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
