import type { JSX } from "preact";
import type { Place } from "../../protocol/protocol.ts";
import { FirstSteps } from "../messages/first-steps.tsx";
import { Icon } from "../pieces/icon.tsx";
import { commandsIn, firstOpenChannel } from "../state/state.ts";
import { useWorkspace } from "../state/workspace-client.ts";

interface WelcomeProps {
  readonly place: Place;
  /** Puts words into the composer. */
  readonly onSuggest: (text: string) => void;
}

/** Where a channel begins: what one can do in it. */
export function Welcome({ place, onSuggest }: WelcomeProps): JSX.Element {
  const workspace = useWorkspace();
  const { state } = workspace;
  const bot = state.overview.bot.name;
  const isFirst = firstOpenChannel(state)?.id === place.id;
  const isOpen = place.readBy?.everyone !== false;
  const words = isFirst ? [] : [`@${bot} What do you know about me?`];
  const commands = commandsIn(state, place.id).slash.some(({ name }) => name === "help") ? ["/help"] : [];
  return (
    <div class="introduction">
      <h2>
        <span aria-hidden="true">{place.private ? <Icon name="lock" /> : "#"}</span> {place.name}
      </h2>
      {place.readBy && <p>{place.readBy.sentence}</p>}
      <p>
        Mention @{bot} and it answers in a thread below your message. Each thread is a conversation of its
        own; what a persona learns, it knows in the next one {isOpen ? "too" : "here, and nowhere else"}.
      </p>
      {isFirst && <FirstSteps place={place} written={asTyped} />}
      <p>
        Several personas live here.{" "}
        <button type="button" class="inline-link" onClick={() => workspace.showGallery(true)}>
          See who, or make your own
        </button>
      </p>
      <ul>
        {[...words, ...commands].map((text) => (
          <li key={text}>
            <button type="button" class="suggestion" onClick={() => onSuggest(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Slack itself makes mentions of the names in what somebody types. */
const asTyped = (_sandbox: unknown, _place: Place, text: string) => text;
