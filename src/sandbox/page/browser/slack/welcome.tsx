import type { JSX } from "preact";
import type { Place } from "../../protocol.ts";
import { useSandbox } from "../sandbox.ts";
import { commandsIn, placesOf } from "../state.ts";

interface WelcomeProps {
  readonly place: Place;
  /** Puts words into the composer. */
  readonly onSuggest: (text: string) => void;
}

/** Where a channel begins: what one can do in it. */
export function Welcome({ place, onSuggest }: WelcomeProps): JSX.Element {
  const { state } = useSandbox();
  const bot = state.overview.bot.name;
  const other = placesOf(state).find(({ kind, id }) => kind === "channel" && id !== place.id);
  const words = [
    `@${bot} what can you do?`,
    `@${bot} remember that my cat is called Miso`,
    ...(other ? [`@${bot} what is my cat called?`] : []),
  ];
  const commands = commandsIn(state, place.id).slash.some(({ name }) => name === "help") ? ["/help"] : [];
  return (
    <div class="introduction">
      <h2>
        <span aria-hidden="true">#</span> {place.name}
      </h2>
      <p>
        Mention @{bot} and it answers in a thread below your message. Each thread is a conversation of its
        own; what a persona learns, it knows in the next one too.
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
